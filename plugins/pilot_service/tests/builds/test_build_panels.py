# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ticket's page tells which build the customer has, who takes part or not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Installation, Person, Product, ProductVersion, Ticket
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.builds import queries, service
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Participation, Programme

SignIn = Callable[[Person], FlaskClient]
Add = Callable[..., Build]
RollOut = Callable[..., service.Outcome]
BESIDE = "runs the pilot build b1 without taking part in the pilot"


@pytest.fixture
def build(add: Add, version: ProductVersion) -> Build:
    """Return a build that is a version of the product."""
    return add("b1", version_id=version.id)


@pytest.fixture
def place(desk: Desk, customer: Person, product: Product, version: ProductVersion) -> Installation:
    """Return an installation at which the customer runs the build's version."""
    made = factories.make_installation(desk, customer.organisation_id or 0, product)
    made.version_id = version.id
    desk.commit()
    return made


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """Return a ticket of the customer."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def beside(build: Build, place: Installation, ticket: Ticket) -> Ticket:
    """Return the ticket of a customer who runs the build without taking part."""
    return ticket


def found(desk: Desk, ticket: Ticket) -> str | None:
    build = queries.run_beside(desk, ticket)
    return build.number if build else None


@pytest.mark.usefixtures("participation")
def test_panel_of_a_participant_names_their_build(
    desk: Desk,
    customer: Person,
    agent: Person,
    sign_in: SignIn,
    add: Add,
    roll_out: RollOut,
) -> None:
    ticket = factories.make_ticket(desk, customer)
    roll_out(add("b1"), 1)
    text = sign_in(agent).get(f"/tickets/{ticket.number}").text
    assert "<dt>Build</dt><dd>b1</dd>" in text


def test_panel_says_that_a_customer_runs_a_build_without_taking_part(
    beside: Ticket, agent: Person, sign_in: SignIn
) -> None:
    text = sign_in(agent).get(f"/tickets/{beside.number}").text
    words = (BESIDE, "<h2>Pilot build</h2>", 'href="/pilot_service/1"><bdi>Lagerwerk 5</bdi>')
    assert [word in text for word in words] == [True] * 3


def test_customer_reads_nothing_of_that(beside: Ticket, customer: Person, sign_in: SignIn) -> None:
    assert "pilot build" not in sign_in(customer).get(f"/requests/{beside.number}").text


def test_customer_with_another_version_runs_no_build(
    desk: Desk, beside: Ticket, place: Installation
) -> None:
    place.version_id = None
    desk.session.flush()
    assert found(desk, beside) is None


@pytest.mark.parametrize("state", [steps.AGREED, steps.ACTIVE])
def test_participant_does_not_run_it_beside(
    desk: Desk, beside: Ticket, invited: Participation, state: str
) -> None:
    before = found(desk, beside)
    invited.state = state
    desk.session.flush()
    assert (before, found(desk, beside)) == ("b1", None)


@pytest.mark.parametrize(
    ("days", "number"),
    [
        ({"ends_on": date(2026, 3, 9)}, None),
        ({"ends_on": date(2026, 3, 10)}, "b1"),
        ({"starts_on": date(2026, 3, 10)}, "b1"),
        ({"starts_on": date(2026, 3, 11)}, None),
    ],
)
def test_build_of_a_programme_that_does_not_run_is_none_of_a_pilot(
    desk: Desk, beside: Ticket, programme: Programme, days: dict[str, Any], number: str | None
) -> None:
    for name, day in days.items():
        setattr(programme, name, day)
    desk.session.flush()
    assert found(desk, beside) == number


def test_ticket_about_another_installation_or_product_is_not_about_the_build(
    desk: Desk, beside: Ticket, place: Installation, product: Product
) -> None:
    other = factories.make_installation(desk, place.organisation_id, product)
    kasse = factories.make_product(desk, "kasse", "Kassenwerk")
    told = []
    for ids in ((place.id, None), (other.id, None), (None, product.id), (None, kasse.id)):
        beside.installation_id, beside.product_id = ids
        desk.session.flush()
        told.append(found(desk, beside))
    assert told == ["b1", None, "b1", None]


def test_newest_of_several_builds_of_a_version_is_told(
    desk: Desk, beside: Ticket, version: ProductVersion, add: Add
) -> None:
    add("b2", version_id=version.id)
    assert found(desk, beside) == "b2"


def test_ticket_of_nobodys_organisation_is_about_no_build(desk: Desk, beside: Ticket) -> None:
    beside.organisation_id = None
    assert found(desk, beside) is None


def test_customer_who_finished_runs_it_beside_again(
    desk: Desk, participation: Participation, beside: Ticket
) -> None:
    before = found(desk, beside)
    pilots.move(desk, participation, steps.FINISHED)
    assert (before, found(desk, beside)) == (None, "b1")


def test_question_is_one_statement(desk: Desk, beside: Ticket) -> None:
    with recorded(desk.core.engine) as statements:
        found(desk, beside)
    assert len(statements) == 1
