# SPDX-License-Identifier: AGPL-3.0-or-later
"""A running pilot: a product, a programme with a team, a contact and a deputy, a participant."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Person, Product, Team
from tresen.testing import factories
from tresen_pilot_service import briefings, service, steps
from tresen_pilot_service.models import Participation, Programme

Values = Callable[..., dict[str, Any]]
Brief = Callable[[Participation], None]
Activate = Callable[[Participation], Participation]


@pytest.fixture
def product(desk: Desk) -> Product:
    """Return the product that is tried."""
    return factories.make_product(desk)


@pytest.fixture
def programme_values(product: Product) -> Values:
    """Return a function that gives the fields of a programme from 2 to 31 March 2026."""

    def values(**given: Any) -> dict[str, Any]:
        days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 31)}
        words = {"title": "Lagerwerk 5", "goal": "No lost pallet in a month."}
        ids = {"product_id": product.id, "version_id": None, "team_id": None}
        return days | words | ids | given

    return values


@pytest.fixture
def participation_values() -> Values:
    """Return a function that gives the fields of a participation."""

    def values(organisation_id: int | None = None, **given: Any) -> dict[str, Any]:
        ids = {"installation_id": None, "contact_id": None, "deputy_id": None}
        whose = {} if organisation_id is None else {"organisation_id": organisation_id}
        return whose | ids | given

    return values


@pytest.fixture
def contact(desk: Desk) -> Person:
    """Return the designated support contact."""
    return factories.make_person(desk, "Carla Contact", "carla@tresen.example", role="agent")


@pytest.fixture
def deputy(desk: Desk) -> Person:
    """Return the contact's deputy."""
    return factories.make_person(desk, "Dario Deputy", "dario@tresen.example", role="agent")


@pytest.fixture
def team(desk: Desk, contact: Person, deputy: Person) -> Team:
    """Return the programme's team."""
    return factories.make_team(desk, "Pilots", contact, deputy)


@pytest.fixture
def programme(desk: Desk, programme_values: Values, team: Team) -> Programme:
    """Return a programme that runs on the day of the test's clock, 10 March 2026."""
    made = service.begin_programme(desk, programme_values(team_id=team.id))
    desk.commit()
    return made


@pytest.fixture
def brief(desk: Desk) -> Brief:
    """Return a function that records the briefing of contact and deputy."""

    def go(row: Participation) -> None:
        for person_id in filter(None, (row.contact_id, row.deputy_id)):
            values = {"person_id": person_id, "briefed_by_id": row.contact_id}
            briefings.brief(desk, row, {**values, "briefed_on": desk.today()})

    return go


@pytest.fixture
def activate(desk: Desk, brief: Brief) -> Activate:
    """Return a function that makes an invited participation active."""

    def go(row: Participation) -> Participation:
        service.move(desk, row, steps.AGREED)
        brief(row)
        service.move(desk, row, steps.ACTIVE)
        return row

    return go


@pytest.fixture
def invited(
    desk: Desk,
    programme: Programme,
    participation_values: Values,
    customer: Person,
    contact: Person,
    deputy: Person,
) -> Participation:
    """Return the participation to which the customer's organisation is invited."""
    values = participation_values(
        customer.organisation_id, contact_id=contact.id, deputy_id=deputy.id
    )
    made = service.invite(desk, programme, values)
    desk.commit()
    return made


@pytest.fixture
def participation(desk: Desk, invited: Participation, activate: Activate) -> Participation:
    """Return the same participation, active since the first day of the programme."""
    activate(invited).active_on = invited.programme.starts_on
    desk.commit()
    return invited
