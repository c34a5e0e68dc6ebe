# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets of what a session may do: kept in one order, none includes another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_remote_support import scopes

KINDS = list(scopes.TITLES)
sets = st.lists(st.sampled_from(KINDS), unique=True)


@given(sets)
def test_line_keeps_a_set_whatever_its_order(kinds: list[str]) -> None:
    assert scopes.line(kinds) == scopes.line(reversed(kinds))


@given(sets)
def test_line_gives_the_set_back(kinds: list[str]) -> None:
    assert sorted(scopes.kinds_in(scopes.line(kinds))) == sorted(kinds)


@given(sets, sets)
def test_consent_covers_exactly_its_parts(given_to: list[str], wanted: list[str]) -> None:
    covered = scopes.covers(scopes.line(given_to), scopes.line(wanted))
    assert covered == (bool(wanted) and set(wanted) <= set(given_to))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_covers_another_kind(kind: str) -> None:
    others = scopes.line(each for each in KINDS if each != kind)
    assert not scopes.covers(others, kind)


def test_kinds_that_do_not_exist_are_left_out() -> None:
    assert scopes.line(["view", "everything"]) == "view"


def test_empty_set_is_covered_by_nothing() -> None:
    assert not scopes.covers(scopes.line(KINDS), "")
