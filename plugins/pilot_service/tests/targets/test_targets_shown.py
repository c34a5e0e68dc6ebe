# SPDX-License-Identifier: AGPL-3.0-or-later
"""Targets are shown to who may see pilots: in lists, by a filter, on the ticket and in JSON."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Actor, Core, Desk, Person, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import hooks
from tresen_pilot_service.models import Participation
from tresen_pilot_service.targets import columns, filters

SignIn = Callable[[Person], FlaskClient]
Promise = Callable[..., None]
Reply = Callable[[Ticket], None]
NINE = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("gone", "wanted"),
    [
        ({}, "answer due in 60 min"),
        ({"minutes": 20}, "answer due in 40 min"),
        ({"minutes": 61}, "answer overdue"),
    ],
)
def test_badge_says_what_is_due(
    desk: Desk, clock: SteppedClock, ticket: Ticket, gone: dict[str, int], wanted: str
) -> None:
    clock.go(**gone)
    assert columns.load(desk, [ticket.id]) == {ticket.id: wanted}


@pytest.mark.parametrize(
    ("gone", "wanted"),
    [
        ({}, "solution due in 24 h"),
        ({"hours": 22, "minutes": 1}, "solution due in 119 min"),
        ({"hours": 25}, "solution overdue"),
    ],
)
def test_badge_says_next_when_the_solution_is_due(
    desk: Desk,
    reply: Reply,
    clock: SteppedClock,
    ticket: Ticket,
    gone: dict[str, int],
    wanted: str,
) -> None:
    reply(ticket)
    clock.go(**gone)
    assert columns.load(desk, [ticket.id]) == {ticket.id: wanted}


def test_badge_counts_long_times_in_days(
    desk: Desk, promise: Promise, promised: Participation, customer: Person
) -> None:
    promise(promised.programme, answer_minutes=3000)
    ticket = factories.make_ticket(desk, customer)
    desk.session.flush()
    assert columns.load(desk, [ticket.id]) == {ticket.id: "answer due in 7 days"}


def test_solved_ticket_has_no_badge(desk: Desk, ticket: Ticket) -> None:
    factories.change_ticket(desk, ticket, state="solved")
    assert columns.load(desk, [ticket.id]) == {}


def test_badge_costs_one_statement_for_the_page(
    desk: Desk, core: Core, ticket: Ticket, customer: Person
) -> None:
    counts = []
    for _time in range(2):
        ids = [each.id for each in desk.session.scalars(select(Ticket))]
        with recorded(core.engine) as statements:
            columns.load(desk, ids)
        counts.append(len(statements))
        for number in range(5):
            factories.make_ticket(desk, customer, subject=str(number))
        desk.session.flush()
    assert counts == [1, 1]


def test_list_shows_the_badge(ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    assert "answer due in 60 min" in sign_in(agent).get("/tickets/").text


@pytest.mark.parametrize(
    ("value", "minutes", "found"),
    [
        ("any", 60, 0),
        ("any", 61, 1),
        ("answer", 61, 1),
        ("solution", 61, 0),
        ("solution", 1441, 1),
        ("x", 9999, 0),
        ("", 9999, 0),
    ],
)
def test_filter_keeps_to_what_is_overdue(
    desk: Desk, ticket: Ticket, other: Ticket, value: str, minutes: int, found: int
) -> None:
    later = replace(desk, core=replace(desk.core, clock=lambda: NINE + minutes * HOUR / 60))
    chosen = filters.narrow(later, select(Ticket.id), value)
    assert desk.session.scalars(chosen).all() == [ticket.id] * found


def test_filter_leaves_out_what_was_answered_and_solved(
    desk: Desk, reply: Reply, clock: SteppedClock, ticket: Ticket
) -> None:
    reply(ticket)
    clock.go(days=2)
    answers = filters.narrow(desk, select(Ticket.id), "answer")
    assert desk.session.scalars(answers).all() == []
    factories.change_ticket(desk, ticket, state="solved")
    chosen = filters.narrow(desk, select(Ticket.id), "any")
    assert desk.session.scalars(chosen).all() == []


def test_filter_offers_what_can_be_overdue(desk: Desk) -> None:
    assert list(filters.choices(desk)) == [
        ("any", "Answer or solution"),
        ("answer", "First answer"),
        ("solution", "Solution"),
    ]


def test_list_is_narrowed_by_the_filter(
    desk: Desk, clock: SteppedClock, ticket: Ticket, other: Ticket, agent: Person, sign_in: SignIn
) -> None:
    desk.commit()
    clock.go(minutes=61)
    page = sign_in(agent).get("/tickets/?pilot_service.overdue=answer").text
    assert (ticket.subject in page, other.subject in page) == (True, False)


def test_whoever_may_not_see_pilots_learns_of_no_target(desk: Desk, ticket: Ticket) -> None:
    blind = replace(desk, actor=Actor("A", "agent", permissions=frozenset({"tickets.read"})))
    chosen = filters.narrow(blind, select(Ticket.id), "any")
    found = (columns.load(blind, [ticket.id]), list(filters.choices(blind)))
    assert (*found, desk.session.scalars(chosen).all()) == ({}, [], [])


def test_customer_reads_no_target_on_the_own_request(
    ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    assert "First answer" not in sign_in(customer).get(f"/requests/{ticket.number}").text


def test_panel_shows_until_when_it_is_due(ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    page = sign_in(agent).get(f"/tickets/{ticket.number}").text
    panel = page[page.index("<h2>Pilot</h2>") :]
    wanted = ('class="due is-near"', "First answer", "Solution", NINE.replace(hour=10).isoformat())
    assert [word in panel for word in wanted] == [True] * 4


def test_panel_says_what_was_kept_and_what_not(
    desk: Desk,
    reply: Reply,
    clock: SteppedClock,
    ticket: Ticket,
    agent: Person,
    sign_in: SignIn,
) -> None:
    reply(ticket)
    clock.go(days=2)
    factories.change_ticket(desk, ticket, state="solved")
    desk.commit()
    page = sign_in(agent).get(f"/tickets/{ticket.number}").text
    panel = page[page.index("<h2>Pilot</h2>") :]
    assert [word in panel for word in ("in time", "late")] == [True, True]


def test_interface_tells_the_targets(desk: Desk, ticket: Ticket) -> None:
    (found,) = hooks.rest_extras(desk, [ticket])
    assert found[ticket.id]["targets"] == {
        "answer": {"due_at": "2026-03-10T10:00:00+00:00", "reached_at": None, "state": "near"},
        "solution": {"due_at": "2026-03-11T09:00:00+00:00", "reached_at": None, "state": "open"},
    }
