# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pilot's ticket keeps what was promised for it, and everybody sees whether it was kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tresen.sdk import Core, Desk, Person, Ticket, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import service as pilots
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.targets import queries, states
from tresen_pilot_service.targets.models import Target
from tresen_pilot_service.targets.queries import Figures

Promise = Callable[..., None]
Reply = Callable[[Ticket], None]
# The tests' clock stands at 9 in UTC, which is 10 in Berlin, on a Tuesday.
NINE = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def kept(desk: Desk) -> list[tuple[int, datetime | None, datetime | None]]:
    """Return the targets of every ticket."""
    desk.session.flush()
    rows = rows_of(desk, Target)
    return [(row["participation_id"], row["answer_by"], row["solve_by"]) for row in rows]


def stands(desk: Desk, ticket: Ticket) -> dict[str, str]:
    """Return where each target of the ticket stands."""
    desk.session.flush()
    found = queries.promises(desk, [ticket.id]).get(ticket.id, [])
    return {each.kind: each.state for each in found}


def test_ticket_of_a_pilot_gets_targets_within_the_hours(desk: Desk, ticket: Ticket) -> None:
    # Ten hours of support from 10 o'clock end at 10 on the next day.
    assert kept(desk) == [(1, NINE + HOUR, NINE + timedelta(days=1))]


def test_ticket_of_nobody_gets_none(desk: Desk, promised: Participation, other: Ticket) -> None:
    assert kept(desk) == []


def test_ticket_of_a_pilot_without_perks_gets_none(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    factories.make_ticket(desk, customer)
    assert kept(desk) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"solve_minutes": None}, [(1, NINE + HOUR, None)]),
        ({"answer_minutes": None}, [(1, None, NINE + timedelta(days=1))]),
        ({"answer_minutes": None, "solve_minutes": None}, []),
    ],
)
def test_only_what_is_promised_is_kept(
    desk: Desk,
    promise: Promise,
    promised: Participation,
    customer: Person,
    given: dict[str, Any],
    wanted: list[object],
) -> None:
    promise(promised.programme, **given)
    factories.make_ticket(desk, customer)
    assert kept(desk) == wanted


def test_promise_stays_when_perks_are_changed(desk: Desk, promise: Promise, ticket: Ticket) -> None:
    before = kept(desk)
    promise(desk.session.get_one(Programme, 1), answer_minutes=5, solve_minutes=None)
    pilots.note_ticket(desk, ticket)
    assert kept(desk) == before


def test_promise_stays_when_the_phase_ends(desk: Desk, clock: SteppedClock, ticket: Ticket) -> None:
    before = kept(desk)
    clock.go(days=40)
    pilots.note_ticket(desk, ticket)
    assert kept(desk) == before


def test_perks_that_come_later_promise_nothing_for_earlier_tickets(
    desk: Desk, promise: Promise, participation: Participation, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    promise(participation.programme)
    pilots.note_ticket(desk, ticket)
    assert kept(desk) == []


def test_ticket_that_leaves_the_pilot_has_no_targets(
    desk: Desk, ticket: Ticket, other: Ticket
) -> None:
    factories.change_ticket(
        desk, ticket, organisation_id=other.organisation_id, requester_id=other.requester_id
    )
    assert kept(desk) == []


def test_ticket_that_comes_to_the_pilot_gets_targets_of_when_it_was_opened(
    desk: Desk, clock: SteppedClock, promised: Participation, other: Ticket, customer: Person
) -> None:
    clock.go(hours=5)
    moved = {"organisation_id": customer.organisation_id, "requester_id": customer.id}
    factories.change_ticket(desk, other, **moved)
    assert kept(desk) == [(1, NINE + HOUR, NINE + timedelta(days=1))]


def second(desk: Desk, promised: Participation) -> Participation:
    """Return the customer's part in a programme of another product, without perks."""
    product = factories.make_product(desk, "kasse", "Kassenwerk")
    programme = Programme(
        title="Kassenwerk 2",
        product_id=product.id,
        starts_on=promised.programme.starts_on,
        ends_on=promised.programme.ends_on,
        created_at=desk.now(),
        changed_at=desk.now(),
    )
    desk.session.add(programme)
    desk.session.flush()
    made = Participation(
        programme_id=programme.id,
        organisation_id=promised.organisation_id,
        state="active",
        active_on=programme.starts_on,
        created_at=desk.now(),
    )
    made.programme = programme
    desk.session.add(made)
    desk.session.flush()
    return made


def test_ticket_that_moves_to_another_pilot_gets_its_targets(
    desk: Desk, promise: Promise, promised: Participation, ticket: Ticket
) -> None:
    moved_to = second(desk, promised)
    promise(moved_to.programme, answer_minutes=30, solve_minutes=None)
    factories.change_ticket(desk, ticket, product_id=moved_to.programme.product_id)
    assert kept(desk) == [(moved_to.id, NINE + HOUR / 2, None)]


def test_ticket_that_moves_to_a_pilot_without_perks_has_none(
    desk: Desk, promised: Participation, ticket: Ticket
) -> None:
    moved_to = second(desk, promised)
    factories.change_ticket(desk, ticket, product_id=moved_to.programme.product_id)
    assert kept(desk) == []


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    [(-61, states.OPEN), (-60, states.NEAR), (0, states.NEAR), (1, states.OVERDUE)],
)
def test_target_that_is_not_reached_stands_by_the_time_left(minutes: int, wanted: str) -> None:
    assert states.state_of(NINE, None, NINE + timedelta(minutes=minutes)) == wanted


@pytest.mark.parametrize(("minutes", "wanted"), [(0, states.MET), (1, states.MISSED)])
def test_target_that_was_reached_is_met_or_missed(minutes: int, wanted: str) -> None:
    reached = NINE + timedelta(minutes=minutes)
    assert states.state_of(NINE, reached, NINE + timedelta(days=9)) == wanted


def test_reply_meets_the_target(
    desk: Desk, reply: Reply, clock: SteppedClock, ticket: Ticket
) -> None:
    clock.go(minutes=60)
    reply(ticket)
    assert stands(desk, ticket) == {"answer": "met", "solution": "open"}


def test_late_reply_misses_the_target(
    desk: Desk, reply: Reply, clock: SteppedClock, ticket: Ticket
) -> None:
    clock.go(minutes=61)
    reply(ticket)
    assert stands(desk, ticket) == {"answer": "missed", "solution": "open"}


def test_whoever_solves_without_a_reply_has_answered(
    desk: Desk, clock: SteppedClock, ticket: Ticket
) -> None:
    clock.go(minutes=30)
    factories.change_ticket(desk, ticket, state="solved")
    assert stands(desk, ticket) == {"answer": "met", "solution": "met"}


def test_waiting_for_the_customer_does_not_pause_the_solution(
    desk: Desk, clock: SteppedClock, ticket: Ticket
) -> None:
    factories.change_ticket(desk, ticket, state="waiting_customer")
    clock.go(days=1, minutes=1)
    assert stands(desk, ticket)["solution"] == "overdue"


def test_reopened_ticket_has_to_be_solved_again(
    desk: Desk, clock: SteppedClock, ticket: Ticket
) -> None:
    factories.change_ticket(desk, ticket, state="solved")
    factories.change_ticket(desk, ticket, state="open")
    clock.go(days=2)
    assert stands(desk, ticket)["solution"] == "overdue"


def test_figures_of_a_programme_without_tickets_are_nothing(
    desk: Desk, promised: Participation
) -> None:
    assert queries.figures(desk, 1) == Figures(0, 0, 0, 0, 0, 0, None)


def test_figures_count_in_time_late_and_open(
    desk: Desk, reply: Reply, clock: SteppedClock, promised: Participation, customer: Person
) -> None:
    quick, slow, _silent = (
        factories.make_ticket(desk, customer, subject=word) for word in ("quick", "slow", "silent")
    )
    clock.go(minutes=10)
    reply(quick)
    factories.change_ticket(desk, quick, state="solved")
    clock.go(minutes=80)
    reply(slow)
    factories.make_ticket(desk, customer, subject="new")
    desk.session.flush()
    assert queries.figures(desk, 1) == Figures(
        answered_in_time=1,
        answered_late=2,
        answer_open=1,
        solved_in_time=1,
        solved_late=0,
        solve_open=3,
        median_reaction=50,
    )


def test_reaction_is_counted_within_the_hours(
    desk: Desk, reply: Reply, clock: SteppedClock, promised: Participation, customer: Person
) -> None:
    # From 17:30 in Berlin to 8:15 on the next day.
    clock.go(hours=7, minutes=30)
    ticket = factories.make_ticket(desk, customer)
    clock.go(hours=14, minutes=45)
    reply(ticket)
    assert queries.figures(desk, 1).median_reaction == 45


def test_reaction_without_perks_is_counted_round_the_clock(
    desk: Desk, reply: Reply, clock: SteppedClock, participation: Participation, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    clock.go(hours=24)
    reply(ticket)
    assert queries.figures(desk, 1) == Figures(0, 0, 0, 0, 0, 0, 1440)


def test_figures_cost_the_same_however_many_tickets(
    desk: Desk, reply: Reply, core: Core, promised: Participation, customer: Person
) -> None:
    counts = []
    for _time in range(2):
        for number in range(4):
            reply(factories.make_ticket(desk, customer, subject=str(number)))
        with recorded(core.engine) as statements:
            queries.figures(desk, 1)
        counts.append(len(statements))
    # The tickets, the perks, and the settings for the holidays.
    assert counts == [3, 3]
