# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pilot widens remote support for its own tickets while it runs, and books each session once.

What the plugin that gives remote support asks and tells is handed over here as it would do it;
both of them together are tested in `core/tests/together`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from importlib.util import find_spec
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, ServiceHours, Ticket, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import hooks, queries
from tresen_pilot_service import service as programmes
from tresen_pilot_service.minutes import service
from tresen_pilot_service.minutes.models import Booking
from tresen_pilot_service.models import Base, Participation, Programme
from tresen_pilot_service.perks import service as perks_service

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
# Of the day on which the clock of the tests stands: 10 March 2026, a Tuesday.
STARTED = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
PAGE = "/pilot_service/participants/1"


def facts(contact: Person, **given: Any) -> dict[str, Any]:
    """Return what is told of a session that was written down."""
    usual = {"reference": "7K3M9QXZ", "agent_id": contact.id, "started_at": STARTED}
    return usual | {"minutes": 20, "summary": "Set the separator.", "result": "solved"} | given


def set_perks(desk: Desk, programme: Programme, minutes: int | None) -> None:
    """Give support from 8 to 20 every day, and each participant so many minutes."""
    targets = {"answer_minutes": None, "solve_minutes": None, "remote_minutes": minutes}
    hours = {"support_days": list("1234567"), "support_from": time(8), "support_to": time(20)}
    perks_service.keep_perks(desk, programme, targets | hours | {"direct_line": ""})
    desk.commit()


@pytest.fixture
def row(desk: Desk, participation: Participation) -> Participation:
    """Return a participation with hours of support and an hour of remote support."""
    set_perks(desk, participation.programme, 60)
    return participation


@pytest.fixture
def ticket(desk: Desk, row: Participation, customer: Person) -> Ticket:
    """Return a ticket that came out of the pilot."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    assert list(queries.participations_of(desk, [made.id])) == [made.id]
    return made


def booked(desk: Desk) -> list[tuple[int, int, str | None]]:
    """Return the minutes within and beyond the quota of each booking, and its session."""
    desk.session.expire_all()
    rows = rows_of(desk, Booking)
    return [(each["within"], each["beyond"], each["remote_reference"]) for each in rows]


def test_pilot_widens_hours_and_minutes_of_its_tickets(desk: Desk, ticket: Ticket) -> None:
    assert hooks.remote_support_policies(desk, ticket, desk.now()) == [
        {
            "title": "Pilot Lagerwerk 5",
            "hours": ServiceHours(
                frozenset(range(1, 8)), time(8), time(20), "Europe/Berlin", frozenset()
            ),
            "minutes_left": 60,
        }
    ]


@pytest.mark.parametrize(("quota", "left"), [(60, 40), (10, 0), (None, None)])
def test_pilot_tells_what_its_quota_holds(
    desk: Desk, ticket: Ticket, contact: Person, quota: int | None, left: int | None
) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact))
    set_perks(desk, desk.session.get_one(Programme, 1), quota)
    (found,) = hooks.remote_support_policies(desk, ticket, desk.now())
    assert found["minutes_left"] == left


def test_ticket_of_no_pilot_is_widened_by_none(
    desk: Desk, participation: Participation, agent: Person
) -> None:
    ticket = factories.make_ticket(desk, None)
    assert hooks.remote_support_policies(desk, ticket, desk.now()) == []


def test_programme_without_perks_widens_nothing(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    assert hooks.remote_support_policies(desk, ticket, desk.now()) == []


@pytest.mark.parametrize(("day", "count"), [(1, 0), (2, 1), (31, 1), (32, 0)])
def test_perks_widen_within_the_phase_alone(
    desk: Desk, ticket: Ticket, day: int, count: int
) -> None:
    moment = datetime(2026, 2, 28, 12, 0, tzinfo=UTC) + timedelta(days=day)
    assert len(hooks.remote_support_policies(desk, ticket, moment)) == count


@pytest.mark.parametrize(("day", "count"), [(1, 0), (2, 1), (31, 1), (32, 0)])
def test_agreement_covers_within_the_phase_alone(
    desk: Desk, ticket: Ticket, day: int, count: int
) -> None:
    moment = datetime(2026, 2, 28, 12, 0, tzinfo=UTC) + timedelta(days=day)
    covers = {"title": "Pilot Lagerwerk 5", "is_covering": True}
    assert hooks.remote_support_contracts(desk, ticket, moment) == [covers] * count


def test_ticket_of_no_pilot_is_covered_by_none(desk: Desk, participation: Participation) -> None:
    ticket = factories.make_ticket(desk, None)
    assert hooks.remote_support_contracts(desk, ticket, desk.now()) == []


def test_of_two_pilots_that_of_the_ticket_counts(
    desk: Desk,
    row: Participation,
    customer: Person,
    contact: Person,
    programme_values: Values,
    participation_values: Values,
) -> None:
    """The rule of `queries.participation_for`: of two that fit alike, the one that ends first."""
    values = programme_values(title="Lagerwerk 6", ends_on=date(2026, 3, 20))
    second = programmes.begin_programme(desk, values)
    other = programmes.invite(
        desk, second, participation_values(customer.organisation_id, contact_id=contact.id)
    )
    other.state, other.active_on = row.state, second.starts_on
    set_perks(desk, second, 15)
    ticket = factories.make_ticket(desk, customer)
    (found,) = hooks.remote_support_policies(desk, ticket, desk.now())
    assert (found["title"], found["minutes_left"]) == ("Pilot Lagerwerk 6", 15)
    hooks.remote_support_documented(desk, ticket, facts(contact))
    assert [each["participation_id"] for each in rows_of(desk, Booking)] == [other.id]


def test_session_is_booked_with_agent_day_and_words(
    desk: Desk, ticket: Ticket, contact: Person
) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact))
    (found,) = rows_of(desk, Booking)
    kept = [found[name] for name in ("within", "beyond", "person_id", "worked_on", "note")]
    assert kept == [20, 0, contact.id, date(2026, 3, 10), "Set the separator."]
    assert (found["ticket_id"], found["remote_reference"]) == (ticket.id, "7K3M9QXZ")


def test_session_is_booked_on_the_operators_day(
    desk: Desk, ticket: Ticket, contact: Person
) -> None:
    late = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    hooks.remote_support_documented(desk, ticket, facts(contact, started_at=late))
    assert [each["worked_on"] for each in rows_of(desk, Booking)] == [date(2026, 3, 10)]


def test_what_the_quota_does_not_hold_is_booked_beyond_it(
    desk: Desk, ticket: Ticket, contact: Person
) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact, minutes=75))
    assert booked(desk) == [(60, 15, "7K3M9QXZ")]


@pytest.mark.parametrize(
    ("minutes", "kept"), [(20, (20, 0)), (45, (45, 0)), (70, (60, 10)), (0, (0, 0))]
)
def test_corrected_note_corrects_the_booking(
    desk: Desk, ticket: Ticket, contact: Person, minutes: int, kept: tuple[int, int]
) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact))
    hooks.remote_support_documented(desk, ticket, facts(contact, minutes=minutes, summary="Anew"))
    assert booked(desk) == [(*kept, "7K3M9QXZ")]
    assert [each["note"] for each in rows_of(desk, Booking)] == ["Anew"]


def test_journal_tells_what_was_booked_and_corrected(
    desk: Desk, ticket: Ticket, contact: Person
) -> None:
    for minutes in (20, 25):
        hooks.remote_support_documented(desk, ticket, facts(contact, minutes=minutes))
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    statement = select(entry.action, entry.field, entry.new).where(
        entry.subject_kind == service.BOOKING
    )
    told = [tuple(each) for each in desk.session.execute(statement.order_by(entry.id))]
    assert told == [("booked", "minutes", 20), ("changed", "within", 25)]


def test_each_session_has_its_own_booking(desk: Desk, ticket: Ticket, contact: Person) -> None:
    for reference in ("7K3M9QXZ", "8K3M9QXZ"):
        hooks.remote_support_documented(desk, ticket, facts(contact, reference=reference))
    assert booked(desk) == [(20, 0, "7K3M9QXZ"), (20, 0, "8K3M9QXZ")]


def test_booking_by_hand_names_no_session(desk: Desk, row: Participation) -> None:
    values = {"worked_on": date(2026, 3, 10), "minutes": 5, "note": "Phone", "beyond": False}
    for _each in range(2):
        service.book(desk, row, values | {"ticket_number": None})
    assert booked(desk) == [(5, 0, None), (5, 0, None)]


def test_session_of_no_minutes_is_not_booked(desk: Desk, ticket: Ticket, contact: Person) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact, minutes=0))
    assert booked(desk) == []


def test_session_outside_the_phase_is_not_booked(
    desk: Desk, clock: SteppedClock, ticket: Ticket, contact: Person
) -> None:
    clock.go(days=30)
    hooks.remote_support_documented(desk, ticket, facts(contact, started_at=desk.now()))
    assert booked(desk) == []


def test_note_may_be_corrected_when_the_phase_is_over(
    desk: Desk, clock: SteppedClock, ticket: Ticket, contact: Person
) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact))
    clock.go(days=30)
    hooks.remote_support_documented(desk, ticket, facts(contact, minutes=30))
    assert booked(desk) == [(30, 0, "7K3M9QXZ")]


def test_session_about_no_pilot_is_not_booked(
    desk: Desk, participation: Participation, contact: Person
) -> None:
    ticket = factories.make_ticket(desk, None)
    hooks.remote_support_documented(desk, ticket, facts(contact))
    assert booked(desk) == []


def test_ticket_that_went_to_another_customer_is_not_named(
    desk: Desk, ticket: Ticket, contact: Person
) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact))
    ticket.organisation_id = None
    hooks.remote_support_documented(desk, ticket, facts(contact, minutes=25))
    found = [(each["within"], each["ticket_id"]) for each in rows_of(desk, Booking)]
    assert found == [(25, None)]


def test_participants_page_and_portal_show_what_was_booked(
    desk: Desk, ticket: Ticket, contact: Person, customer: Person, sign_in: SignIn
) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact))
    desk.commit()
    pages = ((contact, PAGE), (customer, "/pilot_service/portal/1"))
    texts = [sign_in(person).get(path).text for person, path in pages]
    wanted = ("40 minutes of 60 are left", "Set the separator.")
    assert [[word in text for word in wanted] for text in texts] == [[True, True]] * 2


def test_erased_agent_is_gone_from_the_booking(desk: Desk, ticket: Ticket, contact: Person) -> None:
    hooks.remote_support_documented(desk, ticket, facts(contact, summary="Carla Contact looked."))
    desk.commit()
    factories.erase_person(desk, contact)
    (found,) = rows_of(desk, Booking)
    assert (found["person_id"], "Carla" in found["note"]) == (None, False)


def test_ticket_offers_a_remote_session_where_that_can_be_given(
    desk: Desk, ticket: Ticket, contact: Person, sign_in: SignIn
) -> None:
    """Without the plugin that gives remote support, the appointment by phone stays."""
    desk.commit()
    page = sign_in(contact).get(f"/tickets/{ticket.number}").text
    by_phone = 'href="/pilot_service/participants/1/appointments"' in page
    assert by_phone is (find_spec("tresen_remote_support") is None)
    assert "Book minutes of remote support" in page
