# SPDX-License-Identifier: AGPL-3.0-or-later
"""Solved tickets are closed when nobody answered for long enough; new names are found."""

import pytest
from sqlalchemy import select
from tresen.desk import Core, Desk
from tresen.jobs import queue
from tresen.jobs.models import QueuedJob
from tresen.journal.queries import entries_of
from tresen.people import service as people
from tresen.people.models import Organisation, Person
from tresen.search.queries import subject_ids
from tresen.settings import service as settings
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen.tickets import jobs, service
from tresen.tickets.models import Ticket
from tresen.tickets.records import SETTINGS
from tresen.tickets.search import SOURCE


@pytest.fixture
def solved(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    service.change(desk, made, {"state": "solved"})
    desk.session.flush()
    return made


@pytest.mark.parametrize(("days", "state"), [(13, "solved"), (15, "closed")])
def test_solved_ticket_is_closed_after_fourteen_days(
    desk: Desk, solved: Ticket, clock: SteppedClock, days: int, state: str
) -> None:
    clock.go(days=days)
    jobs.close_solved(desk)
    assert solved.state == state


def test_closing_leaves_its_mark(desk: Desk, solved: Ticket, clock: SteppedClock) -> None:
    clock.go(days=15)
    jobs.close_solved(desk)
    desk.session.flush()
    last = entries_of(desk, "ticket", solved.id)[0]
    assert (last.actor_name, last.field, last.old, last.new) == (
        "Tresen",
        "state",
        "solved",
        "closed",
    )


@pytest.mark.parametrize(("days", "state"), [(0, "solved"), (3, "closed"), (40, "solved")])
def test_operator_says_after_how_many_days(
    desk: Desk, solved: Ticket, clock: SteppedClock, days: int, state: str
) -> None:
    settings.write(desk, SETTINGS, {"close_after_days": days})
    clock.go(days=30)
    jobs.close_solved(desk)
    assert solved.state == state


def test_running_twice_harms_nothing(desk: Desk, solved: Ticket, clock: SteppedClock) -> None:
    clock.go(days=15)
    jobs.close_solved(desk)
    desk.session.flush()
    count = len(entries_of(desk, "ticket", solved.id))
    jobs.close_solved(desk)
    desk.session.flush()
    assert len(entries_of(desk, "ticket", solved.id)) == count


def test_open_ticket_is_left_alone(desk: Desk, customer: Person, clock: SteppedClock) -> None:
    made = factories.make_ticket(desk, customer)
    clock.go(days=400)
    jobs.close_solved(desk)
    assert made.state == "new"


def found(desk: Desk, question: str) -> set[int]:
    """Return the tickets that search finds."""
    desk.session.flush()
    return set(subject_ids(desk, SOURCE, question, 1000))


def work_off(core: Core) -> None:
    """Let the worker do what waits."""
    declared = queue.declared_jobs(core)
    while queue.run_next(core, declared):
        pass


def test_tickets_are_found_by_the_new_name_of_their_requester(
    core: Core, desk: Desk, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    people.change_profile(desk, customer, {"name": "Karla Neumann"})
    desk.commit()
    work_off(core)
    assert (found(desk, "Neumann"), found(desk, "Kundin")) == ({ticket.id}, set())


def test_tickets_are_found_by_the_new_name_of_their_organisation(
    core: Core, desk: Desk, customer: Person
) -> None:
    home = desk.session.get_one(Organisation, customer.organisation_id)
    ticket = factories.make_ticket(desk, customer)
    people.change_organisation(desk, home, {"name": "Neuland AG"})
    desk.commit()
    work_off(core)
    assert (found(desk, "Neuland"), found(desk, "Kunde")) == ({ticket.id}, set())


def test_one_step_is_bounded_and_the_next_one_follows(
    desk: Desk, customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST", 2)
    tickets = [factories.make_ticket(desk, customer) for _number in range(3)]
    customer.name = "Karla Neumann"
    jobs.index_heads(desk, "requester_id", customer.id)
    first = found(desk, "Neumann")
    desk.session.flush()
    waiting = desk.session.scalars(select(QueuedJob)).one()
    jobs.index_heads(desk, **waiting.arguments)
    desk.session.flush()
    assert (first, found(desk, "Neumann")) == (
        {tickets[0].id, tickets[1].id},
        {ticket.id for ticket in tickets},
    )
    assert desk.session.scalars(select(QueuedJob)).all() == [waiting]


def test_step_asks_the_same_for_one_ticket_and_for_many(desk: Desk, customer: Person) -> None:
    counts = []
    for number in (1, 30):
        for _each in range(number):
            factories.make_ticket(desk, customer)
        desk.commit()
        with recorded(desk.core.engine) as statements:
            jobs.index_heads(desk, "requester_id", customer.id)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_other_changes_queue_nothing(desk: Desk, customer: Person) -> None:
    people.change_profile(desk, customer, {"name": customer.name, "phone": "123"})
    desk.session.flush()
    assert desk.session.scalars(select(QueuedJob)).all() == []
