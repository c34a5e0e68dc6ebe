# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attacks collected by others, from the folder that ``TRESEN_CORPORA`` names.

They lie outside the repository, each under its own free licence.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


def vectors(name: str) -> list[str]:
    """Return the attacks of one collection; skip the test when they are not at hand."""
    folder = Path(os.environ.get("TRESEN_CORPORA") or "/nonexistent") / name
    if not folder.is_dir():
        pytest.skip(f"TRESEN_CORPORA names no folder with {name}")
    return list(dict.fromkeys(_READERS[name](folder)))


def _dompurify(folder: Path) -> Iterator[str]:
    for case in json.loads((folder / "expect.json").read_text("utf-8")):
        yield case["payload"]


def _h5sc(folder: Path) -> Iterator[str]:
    text = (folder / "vectors.txt").read_text("utf-8", "replace")
    yield from re.split(r"//\[\"'`-->\]\]>\]</div>", text)
    yield text


def _bleach(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("tests/data/*.test")):
        yield path.read_text("utf-8").partition("\n--\n")[0]


def _html5lib(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("tokenizer/*.test")):
        cases: dict[str, list[dict[str, Any]]] = json.loads(path.read_text("utf-8"))
        for case in (case for group in cases.values() for case in group):
            text = case["input"]
            if "<" in text or "&" not in text:
                yield json.loads(f'"{text}"') if case.get("doubleEscaped") else text


def _blns(folder: Path) -> Iterator[str]:
    yield from json.loads((folder / "blns.json").read_text("utf-8"))


_READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "dompurify": _dompurify,
    "h5sc": _h5sc,
    "bleach-xss": _bleach,
    "html5lib-tests": _html5lib,
    "blns": _blns,
}
COLLECTIONS = tuple(_READERS)
