# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the plugin adds to the core's own pages, and for whom."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person, Ticket, desk_for
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen_licensing import hooks
from tresen_licensing.developments import service
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.words import SENTENCES

Begin = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]
SOURCE = Path(hooks.__file__).parent


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """Return a ticket of the customer."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


def test_permissions_belong_to_the_plugin() -> None:
    names = [each.name for each in hooks.permissions()]
    assert names == [
        "licensing.read",
        "licensing.work",
        "licensing.administer",
        "licensing.take_part",
    ]


@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_rail_leads_to_what_is_given_back(
    request: pytest.FixtureRequest, sign_in: SignIn, role: str
) -> None:
    person = request.getfixturevalue(role)
    shown = sign_in(person).get("/tickets/").text
    assert shown.count('href="/licensing/developments/"') == 1


def test_customers_are_not_led_there(customer: Person, sign_in: SignIn) -> None:
    assert sign_in(customer).get("/requests/").text.count("/licensing/developments/") == 0


def test_customers_ticket_shows_nothing_of_it(
    customer: Person, sign_in: SignIn, agent_desk: Desk, development: Development, ticket: Ticket
) -> None:
    service.link(agent_desk, development, ticket)
    agent_desk.commit()
    shown = sign_in(customer).get(f"/requests/{ticket.number}").text
    assert (shown.count(development.reference), shown.count(development.title)) == (0, 0)


def test_ticket_asks_no_question_per_development(
    sign_in: SignIn, agent: Person, agent_desk: Desk, begin: Begin, ticket: Ticket
) -> None:
    browser = sign_in(agent)

    def statements() -> int:
        with recorded(agent_desk.core.engine) as found:
            browser.get(f"/tickets/{ticket.number}")
        return len(found)

    for count in (1, 4):
        for _each in range(count):
            service.link(agent_desk, begin(), ticket)
        agent_desk.commit()
        browser.get(f"/tickets/{ticket.number}")
        if count == 1:
            first = statements()
    assert statements() == first


def test_ticket_without_developments_offers_to_begin(
    sign_in: SignIn, agent: Person, ticket: Ticket
) -> None:
    shown = sign_in(agent).get(f"/tickets/{ticket.number}").text
    assert shown.count(f'href="/licensing/developments/new?ticket={ticket.number}"') == 1


def test_panel_is_read_in_german(
    sign_in: SignIn, agent: Person, agent_desk: Desk, development: Development, ticket: Ticket
) -> None:
    service.link(agent_desk, development, ticket)
    agent_desk.commit()
    browser = sign_in(agent)
    browser.set_cookie("language", "de")
    shown = browser.get(f"/tickets/{ticket.number}").text
    assert shown.count(">In Entwicklung<") == 1


def test_every_kind_of_entry_that_is_written_can_be_read() -> None:
    written = {
        node.args[2].value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "append"
        and isinstance(node.args[2], ast.Constant)
    }
    assert written == set(SENTENCES)


def test_waivers_are_ended_by_a_job_of_the_plugin(core: Core) -> None:
    names = [job.name for job in hooks.jobs()]
    assert all(name.startswith("licensing.") for name in names)
    assert "licensing.waivers" in names


def test_two_who_begin_at_once_get_two_references(
    core: Core, agent: Person, customer: Person
) -> None:
    organisation_id = customer.organisation_id or 0
    found = []
    for _each in range(2):
        with desk_for(core, write=True) as desk:
            given = {"title": "A berth", "kind": "fix"}
            found.append(service.begin(desk, organisation_id, given).reference)
    assert found == ["CD-2026-0001", "CD-2026-0002"]
