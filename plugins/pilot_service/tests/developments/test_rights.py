# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who reads, works at and administers developments, and what customers and strangers do not see."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Actor, Desk, Organisation, Page, Person, Ticket
from tresen.testing import factories
from tresen_pilot_service import hooks
from tresen_pilot_service.developments import queries, service, states
from tresen_pilot_service.developments.models import Development

SignIn = Callable[[Person], FlaskClient]
Walk = Callable[..., Development]
Values = Callable[..., dict[str, Any]]
LIST = "/pilot_service/developments/"
ONE = f"{LIST}1"
READ = (LIST, ONE)
WORK = (f"{ONE}/hours/new", f"{ONE}/tickets/new", f"{ONE}/steps/specified")
ADMINISTER = (
    *(f"{LIST}new", f"{ONE}/edit", f"{ONE}/people/new", f"{ONE}/places/new", f"{ONE}/release"),
    *(f"{ONE}/steps/{state}" for state in ("accepted", "deployed", "given_back", "exempt")),
    *(f"{ONE}/steps/{state}" for state in ("declined", "abandoned", "requested")),
)


@pytest.fixture
def linked(desk: Desk, development: Development, customer: Person) -> Ticket:
    """Return a ticket that is about the development."""
    made = factories.make_ticket(desk, customer)
    service.link(desk, development, made)
    desk.commit()
    return made


@pytest.mark.parametrize("path", READ + WORK)
def test_agent_reads_and_works(
    development: Development, agent: Person, sign_in: SignIn, path: str
) -> None:
    assert sign_in(agent).get(path).status_code == 200


@pytest.mark.parametrize("path", ADMINISTER)
def test_agent_does_not_administer(
    desk: Desk, development: Development, agent: Person, sign_in: SignIn, path: str
) -> None:
    browser = sign_in(agent)
    assert [browser.get(path).status_code, browser.post(path).status_code] == [403, 403]
    assert development.state == "requested"


@pytest.mark.parametrize("path", READ + WORK + ADMINISTER)
def test_customer_has_no_page_of_the_workplace(
    development: Development, customer: Person, sign_in: SignIn, path: str
) -> None:
    assert sign_in(customer).get(path).status_code == 403


@pytest.mark.parametrize("path", READ + WORK + ADMINISTER)
def test_stranger_is_led_to_sign_in(
    development: Development, client: FlaskClient, path: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in")


def test_agent_takes_the_steps_until_test(
    desk: Desk, development: Development, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    given = {"day": "2026-03-10", "note": ""}
    found = [browser.post(f"{ONE}/steps/{state}", data=given).location for state in states.WORK]
    assert found == [ONE] * len(states.WORK)
    desk.session.expire_all()
    assert queries.development(desk, 1).state == "in_test"


@pytest.mark.parametrize(
    ("role", "offered"), [("agent", ["specified"]), ("administrator", ["specified", "declined"])]
)
def test_page_offers_the_steps_that_the_reader_may_take(
    development: Development,
    agent: Person,
    administrator: Person,
    sign_in: SignIn,
    role: str,
    offered: list[str],
) -> None:
    page = sign_in(agent if role == "agent" else administrator).get(ONE).text
    found = [state for state in ("specified", "declined") if f'{ONE}/steps/{state}"' in page]
    assert found == offered


@pytest.mark.parametrize("kind", ["customer", "agent"])
def test_panels_show_nothing_to_who_may_not_see(
    desk: Desk, linked: Ticket, customer: Person, kind: str
) -> None:
    actor = Actor("X", kind, customer.id, permissions=frozenset({"tickets.read"}))
    blind = replace(desk, actor=actor)
    organisation = desk.session.get(Organisation, customer.organisation_id)
    subjects = [(Page.TICKET, linked), (Page.ORGANISATION, organisation)]
    assert [hooks.page_panels(blind, page, subject) for page, subject in subjects] == [[], []]


def test_ticket_of_who_only_reads_offers_nothing_to_begin(
    linked: Ticket, agent: Person, sign_in: SignIn
) -> None:
    page = sign_in(agent).get(f"/tickets/{linked.number}").text
    assert [f'href="{ONE}"' in page, f"{LIST}new" in page] == [True, False]


def test_customer_reads_nothing_of_it_on_the_own_request(
    linked: Ticket, customer: Person, sign_in: SignIn
) -> None:
    assert "Scanner bridge" not in sign_in(customer).get(f"/requests/{linked.number}").text


def test_ticket_of_a_hidden_team_is_no_prefill(
    desk: Desk, development: Development, administrator: Person, sign_in: SignIn
) -> None:
    assert sign_in(administrator).get(f"{LIST}new?ticket=99999").status_code == 404


def test_removals_by_post_need_their_permission(
    linked: Ticket, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    paths = ("people/1/remove", "hours/1/remove", f"tickets/{linked.number}/remove")
    assert [browser.post(f"{ONE}/{path}").status_code for path in paths] == [403] * 3
