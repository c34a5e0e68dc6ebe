# SPDX-License-Identifier: AGPL-3.0-or-later
"""A large patch is looked at by every check in one go; no line is read twice for its length."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from clearances.conftest import SPDX, codes, lines, subject
from tresen_licensing.clearances.checks.records import Line, Names, Place, Subject
from tresen_licensing.clearances.checks.registry import CHECKS

PIECES = [
    *("a", "A1", "0", " ", "\t", "@", "a@", "a.", ".", "-", "/", "+49 ", "0421 ", "DE02 "),
    *("password=", "password = '", "://a:", "eyJ", "eyJa.eyJ", "AKIA", "-----BEGIN ", "ghp_"),
    *("ab/+=", "((", "%(", "SPDX-License-" + "Identifier: ", "<", "{", "xx" * 30 + " "),
]
ALL = ("C04", "C05", "C06", "C07", "C08", "C09", "C10", "C11", "C12", "C13")
SIZE = 300_000


def steps(act: Callable[[], Any]) -> int:
    """Return how many calls of Python functions an act takes, which no other load changes."""
    count = 0

    def count_calls(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(count_calls)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", PIECES)
def test_one_line_of_any_kind_is_read_to_its_end(piece: str) -> None:
    line = piece * (SIZE // len(piece))
    found = [codes(name, subject({"a.yml": line}, licence="MIT")) for name in ALL]
    assert len(found) == len(ALL)


def test_twice_the_lines_take_twice_the_steps() -> None:
    def about(count: int) -> Subject:
        text = "Ask Olga: password = hunter22, 0421 1234567\n" * count
        return Subject(lines=lines(text, "a.txt"), names=Names(people=frozenset({("olga", "o")})))

    few, many = (
        steps(lambda size=size: [codes(name, about(size)) for name in ("C07", "C08")])
        for size in (200, 400)
    )
    assert 1.8 < many / few < 2.2


def test_more_names_take_no_more_steps() -> None:
    def names(count: int) -> Names:
        return Names(people=frozenset((f"first{each}", "last") for each in range(count)))

    text = lines("nobody is named here\n" * 200, "a.txt")
    abouts = [Subject(lines=text, names=names(count)) for count in (10, 5000)]
    checks = [codes("C08", about) for about in abouts]
    assert checks == [[], []]


@pytest.mark.parametrize("name", ALL)
def test_check_of_nothing_finds_nothing_about_lines(name: str) -> None:
    about = Subject(lines=[Line(Place(1, "", 1), "")], licence="MIT")
    found = codes(name, about)
    assert set(found) <= {"untested", "unnoted"}


@pytest.mark.parametrize("name", [*CHECKS])
def test_check_changes_nothing_of_its_subject(name: str) -> None:
    about = subject({"a.py": SPDX.decode()}, licence="MIT")
    before = repr((about.lines, about.files, about.names))
    codes(name, about)
    assert (repr((about.lines, about.files, about.names)), codes(name, about)) == (
        *(before, codes(name, about)),
    )
