# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which state follows which: the whole table, and that each has its words."""

import pytest
from tresen_remote_support import states

ALL = list(states.TITLES)


def test_every_state_is_in_one_of_open_and_over() -> None:
    over = [state for state in ALL if state not in states.OPEN]
    assert over == [
        states.ENDED,
        states.REVIEWED,
        states.DECLINED,
        states.EXPIRED,
        states.REVOKED,
        states.FAILED,
        states.CANCELLED,
    ]


@pytest.mark.parametrize("state", ALL)
def test_steps_lead_to_states_that_exist(state: str) -> None:
    assert [each for each in states.STEPS.get(state, ()) if each not in ALL] == []


@pytest.mark.parametrize("state", [state for state in ALL if state not in states.STEPS])
def test_nothing_follows_a_state_that_is_final(state: str) -> None:
    assert [wanted for wanted in ALL if states.may_follow(state, wanted)] == []


@pytest.mark.parametrize("state", ALL)
def test_only_a_consent_or_a_pause_leads_to_a_running_session(state: str) -> None:
    expected = state in (states.CONSENTED, states.PAUSED)
    assert states.may_follow(state, states.ACTIVE) == expected


@pytest.mark.parametrize("state", states.AGREED)
def test_customer_can_stop_whatever_they_agreed_to(state: str) -> None:
    assert states.may_follow(state, states.REVOKED)


@pytest.mark.parametrize("state", [*states.STEPS, "unheard of"])
def test_no_state_follows_that_does_not_exist(state: str) -> None:
    assert not states.may_follow(state, "unheard of")


def test_every_way_to_end_it_has_words() -> None:
    assert [str(title) for title in states.ENDED_BY.values()] == [
        "the agent",
        "the customer",
        "nobody: it stood still for too long",
        "Tresen",
    ]
