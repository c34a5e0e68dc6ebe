# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches are read as checks look at them: which line is added where, and what stays in the end."""

import pytest
from gits import Repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen_licensing.clearances.checks.records import TouchedFile
from tresen_licensing.clearances.reading import read
from tresen_licensing.patches.series import read_series

TEXT = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12).map("\n".join)


def series(repo: Repository, *steps: dict[str, bytes | None]) -> bytes:
    """Return patches that change these files one after the other."""
    base = repo.text("rev-parse", "HEAD")
    for files in steps:
        repo.commit(files, "Step\n\nIts words.")
    return repo.series(base, "--binary", "-M")


def touched(repo: Repository, *steps: dict[str, bytes | None]) -> dict[str, TouchedFile]:
    """Return the files that these steps touch."""
    return read(read_series([series(repo, *steps)]).patches)[1]


def test_added_lines_have_their_place(repo: Repository) -> None:
    body = series(repo, {"README": b"Harbour\nFour berths\n"}, {"new": b"one\ntwo\n"})
    found, _files = read(read_series([body]).patches)
    assert [
        (each.place.patch, each.place.path, each.place.line, each.text)
        for each in found
        if each.place.path
    ] == [(1, "README", 2, "Four berths"), (2, "new", 1, "one"), (2, "new", 2, "two")]


def test_words_of_a_patch_are_lines_without_a_path(repo: Repository) -> None:
    found, _files = read(read_series([series(repo, {"README": b"x\n"})]).patches)
    words = [(each.place.line, each.text) for each in found if not each.place.path]
    assert words[:3] == [(1, "Step"), (2, ""), (3, "Its words.")]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([{"a": b"x\n"}], {"a": TouchedFile("a", 1, is_new=True)}),
        ([{"README": b"x\n"}], {"README": TouchedFile("README", 1)}),
        ([{"README": None}], {"README": TouchedFile("README", 1, is_gone=True)}),
        ([{"a": b"x\n"}, {"a": None}], {}),
        ([{"a": b"x\n"}, {"a": b"y\n"}], {"a": TouchedFile("a", 2, is_new=True)}),
        ([{"a": b"\0" * 9}], {"a": TouchedFile("a", 1, is_new=True, binary_size=9)}),
        ([{"a": b"long\ntext\n" * 9}, {"a": None, "b": b"long\ntext\n" * 9}], {"b": 2}),
    ],
)
def test_files_are_as_they_are_in_the_end(
    repo: Repository, steps: list[dict[str, bytes | None]], expected: dict[str, TouchedFile]
) -> None:
    moved = {"b": TouchedFile("b", 2, is_new=True)}
    assert touched(repo, *steps) == (moved if expected == {"b": 2} else expected)


def test_binary_without_its_bytes_is_told(repo: Repository) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"a.bin": b"\0" * 40}, "Binary")
    body = repo.series(base, "--no-binary")
    _lines, files = read(read_series([body]).patches)
    assert files == {"a.bin": TouchedFile("a.bin", 1, is_new=True, binary_size=-1)}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=TEXT, after=TEXT)
def test_each_added_line_stands_where_it_is_said(repo: Repository, before: str, after: str) -> None:
    repo.commit({"README": before.encode(), "mark": repr((before, after)).encode()}, "Before")
    body = series(repo, {"README": after.encode(), "other": repr((after, before)).encode()})
    found, _files = read(read_series([body]).patches)
    there = after.split("\n")
    said = [each for each in found if each.place.path == "README" and each.place.line]
    assert [there[(each.place.line or 0) - 1] for each in said] == [each.text for each in said]
