# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cursors lead on where a page ended, and only those that we wrote."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.errors import Refused
from tresen.rest.pages import cut, page_of, read_cursor, write_cursor
from tresen.rest.problems import Problem

IDS = st.integers(0, 2**31 - 1)


@given(st.text(st.characters(exclude_categories=["Cs"])), IDS)
def test_cursor_comes_back_as_it_was_written(moment: str, number: int) -> None:
    assert read_cursor(write_cursor([moment, number]), str, int) == [moment, number]


@given(st.binary(max_size=60))
def test_no_bytes_make_a_cursor_that_breaks(raw: bytes) -> None:
    text = base64.urlsafe_b64encode(raw).decode()
    try:
        found = read_cursor(text, int)
    except Refused:
        found = None
    assert found is None or [type(value) for value in found] == [int]


@pytest.mark.parametrize("text", [None, ""])
def test_no_cursor_is_the_beginning(text: str | None) -> None:
    assert read_cursor(text, int) is None


@pytest.mark.parametrize("place", [["x"], [1, 2], [-1], [2**31], [True], [], [None], [1.5]])
def test_cursor_of_another_form_is_refused(place: list[object]) -> None:
    with pytest.raises(Refused):
        read_cursor(write_cursor(place), int)


def test_cursor_is_safe_in_an_address() -> None:
    written = write_cursor(["2026-03-10T09:00:00+00:00", 7])
    assert [mark for mark in "+/=&?# " if mark in written] == []


@pytest.mark.parametrize(
    ("rows", "shown", "more"), [([], [], False), ([1, 2], [1, 2], False), ([1, 2, 3], [1, 2], True)]
)
def test_page_ends_with_a_cursor_when_there_is_more(
    rows: list[int], shown: list[int], more: bool
) -> None:
    page = cut(rows, 2, lambda row: [row])
    following = read_cursor(page["next_cursor"], int)
    assert (page["items"], following) == (shown, [2] if more else None)


def test_schema_of_a_page_names_its_items() -> None:
    assert sorted(page_of(Problem, "ProblemPage")().fields) == ["items", "next_cursor"]
