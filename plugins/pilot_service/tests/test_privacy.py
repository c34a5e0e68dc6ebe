# SPDX-License-Identifier: AGPL-3.0-or-later
"""What pilots keep about people can be had, and goes when they are erased."""

from datetime import UTC, datetime

from sqlalchemy import select
from tresen.sdk import Desk, Person, rows_of
from tresen.testing import factories
from tresen_pilot_service import hooks
from tresen_pilot_service.models import Participation, Programme


def kept(desk: Desk) -> tuple[int | None, int | None]:
    """Return contact and deputy of the one participation."""
    row = desk.session.scalars(select(Participation)).one()
    return row.contact_id, row.deputy_id


def test_hook_personal_data_says_whom_the_person_cares_for(
    desk: Desk, participation: Participation, deputy: Person
) -> None:
    found, *_others = hooks.personal_data(desk, deputy)
    assert found.rows == [
        {
            "programme": "Lagerwerk 5",
            "organisation_id": participation.organisation_id,
            "part": "deputy",
            "state": "active",
            "created_at": datetime(2026, 3, 10, 9, 0, tzinfo=UTC),
            "ended_on": None,
        }
    ]


def test_hook_personal_data_of_who_cares_for_nobody_is_empty(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    found, *_others = hooks.personal_data(desk, customer)
    assert found.rows == []


def test_hook_person_erased_lets_the_deputy_step_in(
    desk: Desk, participation: Participation, contact: Person, deputy: Person
) -> None:
    factories.erase_person(desk, contact)
    assert kept(desk) == (deputy.id, None)


def test_contact_stays_when_the_deputy_is_erased(
    desk: Desk, participation: Participation, contact: Person, deputy: Person
) -> None:
    factories.erase_person(desk, deputy)
    assert kept(desk) == (contact.id, None)


def test_goal_no_longer_names_the_customer(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    programme = desk.session.scalars(select(Programme)).one()
    programme.goal = f"{customer.name} loses no pallet."
    factories.erase_person(desk, customer)
    assert [row["goal"] for row in rows_of(desk, Programme)] == ["[…] loses no pallet."]
