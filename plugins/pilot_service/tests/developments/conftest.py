# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development for the customer of the pilot, and a way to take it to any state."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Installation, Person, Product, ProductVersion, Ticket
from tresen.testing import factories
from tresen_pilot_service import hookspecs
from tresen_pilot_service.developments import people, service, states
from tresen_pilot_service.developments.models import Development

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]

# The way on, state for state.
ROAD = (
    *(states.REQUESTED, states.SPECIFIED, states.AGREED, states.IN_DEVELOPMENT),
    *(states.IN_TEST, states.ACCEPTED, states.DEPLOYED, states.GIVEN_BACK),
)
# Where the others leave it.
LEAVES = {
    states.EXEMPT: states.DEPLOYED,
    states.DECLINED: states.REQUESTED,
    states.ABANDONED: states.REQUESTED,
}


@pytest.fixture(autouse=True)
def alone(core: Core) -> None:
    """Let no plugin that is installed beside this one keep duties."""
    for spec in (hookspecs.pilot_service_deployed, hookspecs.pilot_service_duty):
        hook = getattr(core.plugins.pm.hook, spec.__name__)
        for each in hook.get_hookimpls():
            core.plugins.pm.unregister(each.plugin)


@pytest.fixture
def version(desk: Desk, product: Product) -> ProductVersion:
    """Return the version that the change is made on, released on 1 March 2026."""
    made = ProductVersion(product_id=product.id, number="5.0", released_on=date(2026, 3, 1))
    desk.session.add(made)
    desk.session.flush()
    return made


@pytest.fixture
def installation(desk: Desk, product: Product, customer: Person) -> Installation:
    """Return where the customer runs the product."""
    return factories.make_installation(desk, customer.organisation_id or 0, product)


@pytest.fixture
def development_values(
    product: Product, version: ProductVersion, customer: Person, contact: Person
) -> Values:
    """Return a function that gives the fields of a development, requested on 2 March 2026."""

    def values(**given: Any) -> dict[str, Any]:
        words = {
            "title": "Scanner bridge",
            "kind": "feature",
            "description": "Pallets are scanned at the gate.",
            "roadmap_url": "https://roadmap.example/7",
            "contract": "V-2026-7",
            "licence": "",
            "source": "branch scanner",
        }
        ids = {
            "organisation_id": customer.organisation_id,
            "product_id": product.id,
            "base_version_id": version.id,
            "participation_id": None,
            "lead_id": contact.id,
        }
        rest = {
            "is_without_contract": False,
            "contract_hours": Decimal(10),
            "due_on": date(2026, 4, 30),
            "requested_on": date(2026, 3, 2),
        }
        return words | ids | rest | given

    return values


@pytest.fixture
def development(desk: Desk, development_values: Values, customer: Person) -> Development:
    """Return a requested development with a lead and a contact of the customer."""
    row = service.begin(desk, development_values())
    people.add(desk, row, customer.id, states.CONTACT)
    desk.commit()
    return row


@pytest.fixture
def step_values(desk: Desk, installation: Installation, customer: Person) -> Values:
    """Return a function that gives all that any step asks for, of today."""

    def values(**given: Any) -> dict[str, Any]:
        whose = {"person_id": customer.id, "name": "", "installation_id": installation.id}
        told = {"public_url": "https://forge.example/merge/7", "is_declined_upstream": False}
        day = desk.today()
        return {"day": day, "note": "All gates scan.", **whose, **told, **given}

    return values


@pytest.fixture
def walk(desk: Desk, development: Development, step_values: Values) -> Walk:
    """Return a function that takes the development to a state, by the way on."""

    def go(state: str, **given: Any) -> Development:
        last = LEAVES.get(state, state)
        for each in ROAD[1 : ROAD.index(last) + 1]:
            service.move(desk, development, each, step_values(**given))
        if state in LEAVES:
            service.move(desk, development, state, step_values(**given))
        desk.commit()
        return development

    return go


@pytest.fixture
def boss(development: Development, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator; a development is there."""
    return sign_in(administrator)


@pytest.fixture
def worker(development: Development, agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an agent; a development is there."""
    return sign_in(agent)


@pytest.fixture
def ticket(desk: Desk, customer: Person, product: Product) -> Ticket:
    """Return a ticket of the customer about the product."""
    made = factories.make_ticket(desk, customer, subject="Gate 3", product_id=product.id)
    desk.commit()
    return made
