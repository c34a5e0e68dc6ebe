# SPDX-License-Identifier: AGPL-3.0-or-later
"""The team of new tickets: what nothing else routes goes there, by every door."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from mail.letters import letter, receive
from sqlalchemy import select
from tresen.access import tokens
from tresen.desk import Core, Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import Route
from tresen.journal.models import JournalEntry
from tresen.mail.reading.parser import Parser
from tresen.people.models import Person, Team
from tresen.products.models import Product
from tresen.settings import service as settings
from tresen.testing import factories
from tresen.tickets.models import Ticket
from tresen.tickets.records import SETTINGS

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def team(desk: Desk) -> Team:
    """Return the default team."""
    made = factories.make_team(desk, "First Level")
    settings.write(desk, SETTINGS, {"default_team": made.id})
    desk.commit()
    return made


def team_of_newest(desk: Desk) -> int | None:
    found = desk.session.scalars(select(Ticket.team_id).order_by(Ticket.id.desc())).first()
    desk.commit()
    return found


def test_ticket_goes_to_the_default_team_and_says_so(
    desk: Desk, team: Team, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    reason = select(JournalEntry.new).filter_by(action="routed", subject_id=ticket.id)
    assert (ticket.team_id, desk.session.scalars(reason).one()) == (
        team.id,
        "First Level, the default team",
    )


def test_mail_goes_there(core: Core, desk: Desk, team: Team) -> None:
    with Parser() as parser:
        receive(core, parser, letter())
    assert team_of_newest(desk) == team.id


def test_request_of_the_portal_goes_there(
    desk: Desk, team: Team, customer: Person, sign_in: SignIn
) -> None:
    sign_in(customer).post("/requests/new", data={"subject": "Printer", "body": "Jam"})
    assert team_of_newest(desk) == team.id


def test_ticket_by_the_interface_goes_there(
    app: Flask, desk: Desk, team: Team, agent: Person
) -> None:
    token = tokens.make_token(desk, agent, "test", ("tickets.work", "tickets.read"))
    desk.commit()
    app.test_client().post(
        "/api/v1/tickets/",
        json={"subject": "Printer", "body": "Jam"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert team_of_newest(desk) == team.id


def test_agent_finds_it_chosen_and_may_choose_none(
    desk: Desk, team: Team, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    chosen = f'<option selected value="{team.id}">First Level</option>'
    form = {
        "address": "new@kunde.example",
        "name": "Nina Neu",
        "subject": "A call",
        "side": "in",
        "body": "Hello",
        "channel": "phone",
        "impact": 2,
        "urgency": 2,
        "team": "",
    }
    assert chosen in browser.get("/tickets/new").text
    assert browser.post("/tickets/new", data=form).status_code == 302
    assert team_of_newest(desk) is None


def test_owner_or_another_team_leaves_it_out(
    desk: Desk, team: Team, customer: Person, agent: Person
) -> None:
    other = factories.make_team(desk, "Second Level")
    owned = factories.make_ticket(desk, customer, owner_id=agent.id)
    given = factories.make_ticket(desk, customer, team_id=other.id)
    assert (owned.team_id, given.team_id) == (None, other.id)


def test_plugin_that_routes_comes_first(
    core: Core, desk: Desk, team: Team, customer: Person, agent: Person
) -> None:
    class Switch:
        """Gives every ticket to one person."""

        @hookimpl
        def ticket_route(self) -> Route:
            return Route(owner_id=agent.id, reason="by hand")

    core.plugins.pm.register(Switch(), "switch")
    ticket = factories.make_ticket(desk, customer)
    assert (ticket.team_id, ticket.owner_id) == (None, agent.id)


def test_team_that_is_gone_is_none(desk: Desk, team: Team, customer: Person) -> None:
    desk.session.delete(team)
    desk.session.flush()
    assert factories.make_ticket(desk, customer).team_id is None


@pytest.fixture
def product(desk: Desk) -> Product:
    """Return a product that has a team of its own."""
    made = factories.make_product(desk)
    made.team_id = factories.make_team(desk, "Warehouse").id
    desk.commit()
    return made


def test_ticket_for_a_product_goes_to_its_team_and_says_so(
    desk: Desk, team: Team, product: Product, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer, product_id=product.id)
    reason = select(JournalEntry.new).filter_by(action="routed", subject_id=ticket.id)
    assert (ticket.team_id, desk.session.scalars(reason).one()) == (
        product.team_id,
        "Warehouse, the team of Lagerwerk",
    )


def test_product_without_a_team_leaves_the_default_team(
    desk: Desk, team: Team, product: Product, customer: Person
) -> None:
    product.team_id = None
    ticket = factories.make_ticket(desk, customer, product_id=product.id)
    assert ticket.team_id == team.id


def test_chosen_team_or_owner_comes_before_the_product(
    desk: Desk, team: Team, product: Product, customer: Person, agent: Person
) -> None:
    owned = factories.make_ticket(desk, customer, product_id=product.id, owner_id=agent.id)
    given = factories.make_ticket(desk, customer, product_id=product.id, team_id=team.id)
    assert (owned.team_id, given.team_id) == (None, team.id)


def test_plugin_comes_before_the_product(
    core: Core, desk: Desk, team: Team, product: Product, customer: Person
) -> None:
    class Switch:
        """Gives every ticket to one team."""

        @hookimpl
        def ticket_route(self) -> Route:
            return Route(team_id=team.id, reason="by hand")

    core.plugins.pm.register(Switch(), "switch")
    assert factories.make_ticket(desk, customer, product_id=product.id).team_id == team.id


def test_interface_names_the_product(
    app: Flask, desk: Desk, product: Product, agent: Person
) -> None:
    token = tokens.make_token(desk, agent, "test", ("tickets.work", "tickets.read"))
    desk.commit()
    app.test_client().post(
        "/api/v1/tickets/",
        json={"subject": "Printer", "body": "Jam", "product_id": product.id},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert team_of_newest(desk) == product.team_id


@pytest.mark.parametrize("has_default", [True, False])
@pytest.mark.parametrize(
    ("chosen", "owned", "expected"),
    [
        # What the form begins with nobody chose.
        ("begun", False, "product"),
        ("begun", True, "begun"),
        ("other", False, "other"),
    ],
)
def test_form_of_an_agent_names_the_product(  # noqa: PLR0917 - the table
    desk: Desk,
    product: Product,
    agent: Person,
    sign_in: SignIn,
    has_default: bool,
    chosen: str,
    owned: bool,
    expected: str,
) -> None:
    begun = factories.make_team(desk, "First Level").id if has_default else None
    settings.write(desk, SETTINGS, {"default_team": begun})
    other = factories.make_team(desk, "Second Level").id
    desk.commit()
    teams = {"begun": begun, "other": other, "product": product.team_id}
    form = {
        "address": "new@kunde.example",
        "name": "Nina Neu",
        "subject": "A call",
        "side": "in",
        "body": "Hello",
        "channel": "phone",
        "impact": 2,
        "urgency": 2,
        "product": product.id,
        "team": teams[chosen] or "",
        "owner": agent.id if owned else "",
    }
    assert sign_in(agent).post("/tickets/new", data=form).status_code == 302
    assert team_of_newest(desk) == teams[expected]
