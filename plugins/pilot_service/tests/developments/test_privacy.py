# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who works at a development or speaks for a customer is told of it, and forgotten when erased."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tresen.sdk import Desk, Person, rows_of
from tresen.testing import factories
from tresen_pilot_service import hooks
from tresen_pilot_service.developments import bookings, queries, service, states
from tresen_pilot_service.developments.models import (
    Development,
    DevelopmentBooking,
    DevelopmentStep,
)

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
TODAY = date(2026, 3, 10)
SAID = "Karla Kundin asked for it."
HIDDEN = "[…] asked for it."


@pytest.fixture
def told(
    desk: Desk, walk: Walk, contact: Person, development_values: Values, step_values: Values
) -> Development:
    """Return an accepted development of which everything names the customer's person."""
    row = walk(states.IN_TEST)
    texts = dict.fromkeys(("title", "description", "contract", "source"), SAID)
    service.edit(desk, row, development_values(**texts))
    service.move(desk, row, states.ACCEPTED, step_values(note=SAID))
    booked = {"person_id": contact.id, "booked_on": TODAY, "hours": Decimal(1), "what": SAID}
    bookings.book(desk, row, booked | {"is_beyond": True, "beyond_reason": SAID})
    desk.commit()
    return row


def sets_of(desk: Desk, person: Person) -> dict[str, Any]:
    return {str(each.title): each.rows for each in hooks.personal_data(desk, person)}


def test_customer_is_told_of_the_own_parts(desk: Desk, told: Development, customer: Person) -> None:
    found = sets_of(desk, customer)
    assert found["Parts in developments"] == [{"development_id": told.id, "part": "contact"}]
    assert found["Accepted developments"] == [{"development_id": told.id, "accepted_on": TODAY}]
    assert found["Hours at developments"] == []


def test_developer_is_told_of_the_own_hours(desk: Desk, told: Development, contact: Person) -> None:
    found = sets_of(desk, contact)
    assert found["Parts in developments"] == [{"development_id": told.id, "part": "lead"}]
    assert found["Hours at developments"] == [
        {
            "development_id": told.id,
            "booked_on": TODAY,
            "minutes": 60,
            "what": SAID,
            "beyond_reason": SAID,
        }
    ]


def test_erased_customer_is_named_no_more(desk: Desk, told: Development, customer: Person) -> None:
    factories.erase_person(desk, customer)
    row = queries.development(desk, told.id)
    texts = (row.title, row.description, row.contract, row.source)
    assert texts == (HIDDEN,) * 4
    assert (row.accepted_by_id, row.accepted_on) == (None, TODAY)
    assert [each.part for each in queries.people_in(desk, row.id)] == ["lead"]
    assert SAID not in {step["note"] for step in rows_of(desk, DevelopmentStep)}
    (booked,) = rows_of(desk, DevelopmentBooking)
    assert (booked["what"], booked["beyond_reason"]) == (HIDDEN, HIDDEN)


def test_name_of_who_is_unknown_goes_with_the_person(
    desk: Desk, told: Development, customer: Person
) -> None:
    told.accepted_by_name = "Karla Kundin"
    factories.erase_person(desk, customer)
    assert told.accepted_by_name == "[…]"


def test_hours_of_an_erased_developer_stay_without_the_name(
    desk: Desk, told: Development, contact: Person
) -> None:
    factories.erase_person(desk, contact)
    (booked,) = rows_of(desk, DevelopmentBooking)
    assert (booked["person_id"], booked["minutes"]) == (None, 60)
    assert [each.part for each in queries.people_in(desk, told.id)] == ["contact"]


def test_words_about_others_stay(desk: Desk, told: Development) -> None:
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    factories.erase_person(desk, stranger)
    assert queries.development(desk, told.id).title == SAID
