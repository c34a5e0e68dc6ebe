# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two who act on a session without knowing of each other: the second one reads it anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tresen.sdk import Actor, Core, Desk, Refused, desk_for
from tresen_remote_support import answers, consents, jobs, offers, scopes, service, states
from tresen_remote_support.models import RemoteSession

Step = Callable[[Desk, RemoteSession], Any]
NOTE = {"actions": "A tick.", "result": states.SOLVED, "minutes": 1}


@contextmanager
def elsewhere(core: Core, row: RemoteSession) -> Iterator[tuple[Desk, RemoteSession]]:
    """Yield a desk of another process, and the session on it."""
    with desk_for(core, write=True) as other:
        other.actor = Actor("Somebody", "agent", row.agent_id)
        yield other, other.session.get_one(RemoteSession, row.id)


@pytest.mark.parametrize(
    "step",
    [
        service.begin,
        service.pause,
        service.end,
        answers.allow,
        lambda desk, row: service.widen(desk, row, scopes.CONTROL),
        lambda desk, row: service.fail(desk, row, "It froze."),
    ],
)
def test_stop_of_the_customer_counts_for_an_agent_who_does_not_know(
    core: Core, agent_desk: Desk, running: RemoteSession, step: Step
) -> None:
    with elsewhere(core, running) as (other, row):
        answers.stop(other, row)
    with pytest.raises(Refused):
        step(agent_desk, running)


def test_end_of_the_agent_counts_for_a_customer_who_stops(
    core: Core, desk: Desk, running: RemoteSession
) -> None:
    with elsewhere(core, running) as (other, row):
        service.end(other, row)
    answers.stop(desk, running)
    desk.session.refresh(running)
    assert (running.state, running.ended_by) == (states.ENDED, states.AGENT)


def test_two_yeses_take_one_seat(core: Core, desk: Desk, offered: RemoteSession) -> None:
    with elsewhere(core, offered) as (other, row):
        seat = answers.agree(other, row, offers.LINK, "First")
    with pytest.raises(Refused):
        answers.agree(desk, offered, offers.PORTAL, "Second")
    desk.session.refresh(offered)
    assert offered.seat_hash == offers.hash_of(seat)


def test_declined_offer_is_not_agreed_to(core: Core, desk: Desk, offered: RemoteSession) -> None:
    with elsewhere(core, offered) as (other, row):
        answers.decline(other, row)
    with pytest.raises(Refused):
        answers.agree(desk, offered, offers.LINK, "Karla")
    assert consents.in_force(desk, offered) is None


def test_called_off_session_is_not_agreed_to(
    core: Core, desk: Desk, offered: RemoteSession
) -> None:
    with elsewhere(core, offered) as (other, row):
        service.cancel(other, row, "Solved by mail.")
    with pytest.raises(Refused):
        answers.agree(desk, offered, offers.LINK, "Karla")


def test_session_is_written_down_after_another_process_ended_it(
    core: Core, agent_desk: Desk, running: RemoteSession
) -> None:
    with elsewhere(core, running) as (other, row):
        service.end(other, row)
    service.document(agent_desk, running, NOTE)
    assert (running.state, running.minutes) == (states.ENDED, 1)


def test_tidying_by_two_workers_does_it_once(
    core: Core, desk: Desk, offered: RemoteSession, clock: Any
) -> None:
    clock.go(minutes=40)
    with elsewhere(core, offered) as (other, _row):
        jobs.tidy(other)
    jobs.tidy(desk)
    desk.session.refresh(offered)
    assert (offered.state, offered.ended_by) == (states.EXPIRED, states.TRESEN)


def test_more_is_not_allowed_twice(core: Core, agent_desk: Desk, running: RemoteSession) -> None:
    service.widen(agent_desk, running, scopes.CONTROL)
    agent_desk.commit()
    with elsewhere(core, running) as (other, row):
        answers.allow(other, row)
    with pytest.raises(Refused, match="Nothing more is asked for"):
        answers.allow(agent_desk, running)
