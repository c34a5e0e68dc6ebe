# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the core deletes takes along what cannot be without it; the rest of a development stays."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from tresen.sdk import (
    Core,
    Desk,
    Installation,
    Organisation,
    Person,
    Product,
    ProductVersion,
    Ticket,
    rows_of,
)
from tresen.testing import factories
from tresen_pilot_service.developments import bookings, queries, service, states
from tresen_pilot_service.developments.models import (
    Development,
    DevelopmentBooking,
    DevelopmentPerson,
    DevelopmentPlace,
    DevelopmentStep,
    DevelopmentTicket,
)
from tresen_pilot_service.models import Base, Participation

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
TABLES: tuple[Any, ...] = (
    *(Development, DevelopmentStep, DevelopmentPerson),
    *(DevelopmentBooking, DevelopmentTicket, DevelopmentPlace),
)


@pytest.fixture
def whole(
    desk: Desk, walk: Walk, contact: Person, customer: Person, participation: Participation
) -> Development:
    """Return a development that was given back and has one of everything."""
    row = walk(states.GIVEN_BACK)
    row.participation_id = participation.id
    service.release(desk, row, row.base_version_id)
    service.link(desk, row, factories.make_ticket(desk, customer))
    hours = {"person_id": contact.id, "booked_on": date(2026, 3, 10), "hours": Decimal(1)}
    more = {"what": "Gate", "is_beyond": False, "beyond_reason": ""}
    bookings.book(desk, row, hours | more)
    desk.commit()
    return row


def counts(desk: Desk) -> list[int]:
    return [len(rows_of(desk, table)) for table in TABLES]


def gone(desk: Desk, table: Any, row_id: int | None) -> None:
    """Delete a row of the core as the database does it."""
    desk.session.execute(delete(table).where(table.id == row_id))
    desk.commit()
    desk.session.expire_all()


def test_everything_is_there(desk: Desk, whole: Development) -> None:
    assert counts(desk) == [1, len(states.STEPS) - 3, 2, 1, 1, 1]


@pytest.mark.parametrize("table", [Organisation, Product])
def test_development_goes_with_customer_and_product(
    desk: Desk, whole: Development, table: Any
) -> None:
    row_id = whole.organisation_id if table is Organisation else whole.product_id
    gone(desk, table, row_id)
    assert counts(desk) == [0] * 6


def test_development_stays_without_its_versions(desk: Desk, whole: Development) -> None:
    gone(desk, ProductVersion, whole.base_version_id)
    row = queries.development(desk, whole.id)
    assert (row.base_version, row.released_version) == (None, None)
    assert queries.drift(desk, [row]) == {}


def test_development_stays_without_its_pilot(desk: Desk, whole: Development) -> None:
    gone(desk, Participation, whole.participation_id)
    assert queries.development(desk, whole.id).participation is None


def test_place_goes_with_the_installation(
    desk: Desk, whole: Development, installation: Installation
) -> None:
    gone(desk, Installation, installation.id)
    assert queries.places_of(desk, whole.id) == []
    assert queries.figures(desk).given_back == 1


def test_link_goes_with_the_ticket(desk: Desk, whole: Development) -> None:
    (ticket,) = queries.tickets_of(desk, whole.id)
    gone(desk, Ticket, ticket.id)
    assert queries.tickets_of(desk, whole.id) == []


def test_hours_stay_without_who_worked(desk: Desk, whole: Development, contact: Person) -> None:
    gone(desk, Person, contact.id)
    (booked,) = queries.bookings_of(desk, whole.id)
    assert (booked.person, booked.minutes) == (None, 60)
    assert [each.part for each in queries.people_in(desk, whole.id)] == ["contact"]


def test_acceptance_stays_without_who_accepted(
    desk: Desk, whole: Development, customer: Person
) -> None:
    gone(desk, Person, customer.id)
    row = queries.development(desk, whole.id)
    assert (row.accepted_by, row.accepted_on) == (None, date(2026, 3, 10))


def test_database_takes_one_lead_only(desk: Desk, whole: Development, deputy: Person) -> None:
    second = DevelopmentPerson(development_id=whole.id, person_id=deputy.id, part=states.LEAD)
    desk.session.add(second)
    with pytest.raises(IntegrityError):
        desk.session.flush()
    desk.session.rollback()


@pytest.mark.parametrize("table", [DevelopmentPerson, DevelopmentPlace])
def test_database_takes_nothing_twice(desk: Desk, whole: Development, table: Any) -> None:
    first = rows_of(desk, table)[0]
    desk.session.add(table(**{name: value for name, value in first.items() if name != "id"}))
    with pytest.raises(IntegrityError):
        desk.session.flush()
    desk.session.rollback()


def test_every_table_bears_the_plugins_name() -> None:
    names = [table.__table__.name for table in TABLES]
    assert names == [
        "pilot_service_development",
        "pilot_service_development_step",
        "pilot_service_development_person",
        "pilot_service_development_booking",
        "pilot_service_development_ticket",
        "pilot_service_development_place",
    ]


def test_every_foreign_key_is_led_by_an_index(core: Core) -> None:
    lacking = []
    for table in (each.__table__ for each in TABLES):
        led = {next(iter(index.columns)).name for index in table.indexes}
        led.add(next(iter(table.primary_key.columns)).name)
        keys = {key.parent.name for key in table.foreign_keys}
        lacking += [f"{table.name}.{name}" for name in sorted(keys - led)]
    assert lacking == []


def test_journal_keeps_what_became_of_places_and_release(desk: Desk, whole: Development) -> None:
    (place,) = queries.places_of(desk, whole.id)
    service.adopt(desk, whole, place, date(2026, 3, 10))
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    found = desk.session.execute(
        select(entry.action, entry.field, entry.new)
        .where(entry.subject_kind == "pilot_service.development_place")
        .order_by(entry.id)
    )
    assert [tuple(each) for each in found] == [
        ("deployed", "deployed_on", "2026-03-10"),
        ("changed", "adopted_on", "2026-03-10"),
    ]


def test_journal_keeps_links_and_that_they_ended(desk: Desk, whole: Development) -> None:
    (ticket,) = queries.tickets_of(desk, whole.id)
    service.detach(desk, whole, ticket)
    service.detach(desk, whole, ticket)
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    found = desk.session.execute(
        select(entry.action, entry.old, entry.new)
        .where(entry.field == "ticket", entry.subject_kind == "pilot_service.development")
        .order_by(entry.id)
    )
    assert [tuple(each) for each in found] == [
        ("linked", None, ticket.id),
        ("unlinked", ticket.id, None),
    ]
