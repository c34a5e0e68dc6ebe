# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sees to a development is told once that upstream says nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from tresen.sdk import Desk, Message, Person, Ticket
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.proposals import jobs, service, states
from tresen_licensing.proposals.models import UpstreamProposal

Propose = Callable[..., UpstreamProposal]


def tickets(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(Ticket)) or 0


@pytest.mark.parametrize(("days", "count"), [(60, 0), (61, 1)])
def test_silence_is_told_after_sixty_days(
    propose: Propose, agent_desk: Desk, clock: SteppedClock, days: int, count: int
) -> None:
    propose()
    clock.go(days=days)
    jobs.settle(agent_desk)
    assert tickets(agent_desk) == count


def test_silence_is_told_once(propose: Propose, agent_desk: Desk, clock: SteppedClock) -> None:
    propose()
    clock.go(days=61)
    for _each in range(3):
        jobs.settle(agent_desk)
        clock.go(days=1)
    assert tickets(agent_desk) == 1


def test_new_silence_is_told_anew(propose: Propose, agent_desk: Desk, clock: SteppedClock) -> None:
    made = propose()
    clock.go(days=61)
    jobs.settle(agent_desk)
    clock.go(days=1)
    service.decide(agent_desk, made, states.CHANGES_REQUESTED, "Split it.")
    clock.go(days=61)
    jobs.settle(agent_desk)
    assert tickets(agent_desk) == 2


def test_reminder_goes_to_the_owner_and_advises(
    propose: Propose,
    agent_desk: Desk,
    published: Development,
    agent: Person,
    clock: SteppedClock,
) -> None:
    published.owner_id = agent.id
    propose()
    clock.go(days=61)
    jobs.settle(agent_desk)
    ticket = agent_desk.session.scalars(select(Ticket)).one()
    body = agent_desk.session.scalars(select(Message.body)).one()
    linked = developments.tickets_of(agent_desk, published.id)
    assert (ticket.subject, ticket.owner_id, "keep the change as a plugin" in body, linked) == (
        f"No word from upstream: {published.reference}",
        agent.id,
        True,
        [ticket],
    )


def test_decided_proposal_reminds_nobody(
    propose: Propose, agent_desk: Desk, clock: SteppedClock
) -> None:
    service.decide(agent_desk, propose(), states.DECLINED, "No.")
    clock.go(days=100)
    jobs.settle(agent_desk)
    assert tickets(agent_desk) == 0


def test_what_was_proposed_elsewhere_is_reminded_of_too(
    published: Development, agent_desk: Desk, clock: SteppedClock
) -> None:
    made = service.record(agent_desk, published, "https://list.example/1", "A berth")
    clock.go(days=61)
    jobs.settle(agent_desk)
    assert (made.route, tickets(agent_desk)) == (routes.ELSEWHERE, 1)
