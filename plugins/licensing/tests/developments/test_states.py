# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of states: it names what it leads to, ends somewhere, and hides nothing public."""

from itertools import product

import pytest
from tresen_licensing.developments import states


def reached(state: str) -> set[str]:
    """Return every state that can follow, however late."""
    found, fresh = set[str](), {state}
    while fresh:
        found |= fresh
        fresh = {each for state in fresh for each in states.STEPS[state]} - found
    return found


def test_each_state_has_steps_and_a_title() -> None:
    assert states.STEPS.keys() == states.TITLES.keys()


def test_each_step_leads_to_a_state() -> None:
    assert {each for row in states.STEPS.values() for each in row} <= states.TITLES.keys()


def test_each_state_can_be_reached() -> None:
    assert reached(states.DRAFT) == set(states.TITLES)


@pytest.mark.parametrize("state", states.TITLES)
def test_each_state_can_still_be_closed(state: str) -> None:
    assert states.CLOSED in reached(state)


@pytest.mark.parametrize("state", states.PUBLIC)
def test_what_is_public_stays_public(state: str) -> None:
    assert reached(state) <= set(states.PUBLIC)


def test_closed_is_only_what_the_public_has() -> None:
    before = {each for each in states.STEPS if states.CLOSED in states.STEPS[each]}
    assert before == {states.PUBLISHED, states.DECLINED, states.ADOPTED}


@pytest.mark.parametrize("state", states.TITLES)
def test_each_step_is_offered_by_hand_or_comes_of_what_it_needs(state: str) -> None:
    by_need = {states.READY, states.EXEMPT, *states.PUBLIC} - {states.CLOSED}
    closing = {states.CLOSED} if state in states.PUBLIC else set()
    assert set(states.STEPS[state]) - set(states.VERBS) <= by_need | closing


@pytest.mark.parametrize("state", [states.WITHDRAWN, states.EXEMPT])
def test_way_out_without_source_says_why(state: str) -> None:
    sources = [each for each in states.STEPS if state in states.STEPS[each]]
    assert all(states.needs_reason(each, state) for each in sources)


def test_nothing_is_published_without_clearance() -> None:
    before = {each for each, row in states.STEPS.items() if states.PUBLISHED in row}
    cleared = {each for each, row in states.STEPS.items() if states.READY in row}
    assert (before, cleared) == ({states.READY}, {states.CLEARANCE})


def test_declined_upstream_is_no_failure() -> None:
    assert states.STEPS[states.DECLINED] == (states.PROPOSED, states.CLOSED)


@pytest.mark.parametrize(("one", "other"), [*product(states.TITLES, repeat=2)])
def test_step_exists_only_where_the_table_names_it(one: str, other: str) -> None:
    assert states.may_follow(one, other) is (other in states.STEPS[one])


@pytest.mark.parametrize("pair", [*states.BACK])
def test_way_back_is_called_one_and_says_why(pair: tuple[str, str]) -> None:
    told = states.verb(*pair).startswith("Back"), states.needs_reason(*pair)
    assert (told, states.may_follow(*pair)) == ((True, True), True)


def test_way_on_is_called_by_its_end() -> None:
    found = states.verb(states.DRAFT, states.IN_DEVELOPMENT)
    assert found == str(states.VERBS[states.IN_DEVELOPMENT])
