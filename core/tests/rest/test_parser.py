# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plain JSON is read; whatever two readers could take differently is refused."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.rest.parser import DEEPEST, is_text, read_json

CORPUS = Path(os.environ.get("TRESEN_CORPORA", "")) / "jsontestsuite" / "test_parsing"

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


@given(VALUES.filter(lambda value: value not in (float("inf"), float("-inf"))))
def test_what_was_written_is_read(value: object) -> None:
    try:
        written = json.dumps(value, allow_nan=False).encode()
    except ValueError:
        return
    assert read_json(written) == value


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 2}',
        b'[{"a": {"b": 1, "b": 1}}]',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b'"\\ud800"',
        b'{"\\u0000": 1}',
        b'"a\\u0000b"',
        b"[" * 100_000,
        b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2),
        b"\xff",
        b"",
        b"{]",
    ],
    ids=range(13),
)
def test_ambiguous_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller makes one sentence of all of them
        read_json(body)


@pytest.mark.parametrize("depth", [1, DEEPEST])
def test_reasonable_depth_is_read(depth: int) -> None:
    assert json.dumps(read_json(b"[" * depth + b"]" * depth)) == "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("text", "allowed"), [("plain", True), ("äöü 😀", True), ("a\0b", False), ("\udfff", False)]
)
def test_text_is_what_every_database_takes(text: str, allowed: bool) -> None:
    assert is_text(text) is allowed


@pytest.mark.skipif(not CORPUS.is_dir(), reason="TRESEN_CORPORA names no corpora")
def test_atk_i12_no_file_of_the_suite_breaks_the_reader() -> None:
    verdicts: dict[str, set[bool]] = {"y": set(), "n": set(), "i": set()}
    for file in sorted(CORPUS.glob("*.json")):
        try:
            read_json(file.read_bytes())
        except ValueError:
            verdicts[file.name[0]].add(False)
        else:
            verdicts[file.name[0]].add(True)
    assert verdicts["n"] == {False}
    assert True in verdicts["y"]
