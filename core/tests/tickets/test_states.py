# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of states and the matrix of priorities say what they are meant to."""

from itertools import product

import pytest
from tresen.tickets import states
from tresen.tickets.states import (
    CLOSED,
    ENDED,
    NEW,
    OPEN,
    SOLVED,
    STEPS,
    TITLES,
    WAITING,
    WAITING_CUSTOMER,
    is_open,
    may_go,
    priority_of,
)

LEVELS = (1, 2, 3, 4)


def test_every_state_has_title_and_steps() -> None:
    assert set(TITLES) == set(STEPS)


def test_every_step_leads_to_a_state() -> None:
    assert {target for targets in STEPS.values() for target in targets} - set(TITLES) == set()


def test_nothing_becomes_new_again() -> None:
    assert [old for old, targets in STEPS.items() if NEW in targets] == []


def test_every_state_but_closed_can_be_closed() -> None:
    assert [old for old, targets in STEPS.items() if CLOSED not in targets] == [CLOSED]


@pytest.mark.parametrize("state", TITLES)
def test_staying_is_allowed(state: str) -> None:
    assert may_go(state, state)


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        (NEW, OPEN, True),
        (OPEN, NEW, False),
        (WAITING_CUSTOMER, OPEN, True),
        (SOLVED, OPEN, True),
        (SOLVED, WAITING_CUSTOMER, False),
        (CLOSED, OPEN, False),
        (OPEN, "gone", False),
        ("gone", OPEN, False),
    ],
)
def test_step_is_allowed_as_the_table_says(old: str, new: str, allowed: bool) -> None:
    assert may_go(old, new) is allowed


def test_open_is_what_somebody_still_has_to_do() -> None:
    assert [state for state in TITLES if not is_open(state)] == list(ENDED)
    assert [is_open(state) for state in WAITING] == [True, True, True]


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [(1, 1, 1), (1, 4, 2), (2, 2, 2), (2, 4, 3), (3, 3, 3), (3, 4, 4), (4, 1, 2), (4, 4, 4)],
)
def test_priority_comes_from_impact_and_urgency(impact: int, urgency: int, priority: int) -> None:
    assert priority_of(impact, urgency) == priority


def test_more_impact_or_urgency_never_lowers_the_priority() -> None:
    lowered = [
        (impact, urgency)
        for impact, urgency in product(LEVELS[:-1], LEVELS[:-1])
        if priority_of(impact + 1, urgency) < priority_of(impact, urgency)
        or priority_of(impact, urgency + 1) < priority_of(impact, urgency)
    ]
    assert lowered == []


def test_every_priority_has_a_title_and_is_reached() -> None:
    reached = {priority_of(impact, urgency) for impact, urgency in product(LEVELS, LEVELS)}
    assert reached == set(states.PRIORITIES)
