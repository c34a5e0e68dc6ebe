# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ticket gets another requester or organisation; the page says who may then see it."""

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tresen.access import service as access
from tresen.access import tokens
from tresen.desk import Desk
from tresen.people import service as people
from tresen.people.models import Organisation, Person
from tresen.testing import factories
from tresen.tickets import queries, service, timeline
from tresen.tickets.models import Ticket

SignIn = Callable[[Person], FlaskClient]
UNDO = re.compile(r'<form method="post" action="([^"]+)" hx-post')


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def home(desk: Desk) -> Organisation:
    """Return an organisation where Nora asks and Olga may see everything."""
    made = people.add_organisation(desk, "Neuland AG")
    people.add_person(desk, "Nora Neu", "nora@neu.example", organisation=made)
    people.add_person(desk, "Olga Ober", "olga@neu.example", organisation=made)
    desk.session.flush()
    named(desk, "Olga Ober").sees_organisation = True
    desk.commit()
    return made


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, ticket: Ticket) -> FlaskClient:
    return sign_in(agent)


def named(desk: Desk, name: str) -> Person:
    return desk.session.query(Person).filter_by(name=name).one()


def given(browser: FlaskClient, ticket: Ticket, address: str, organisation: str = "") -> str:
    form = {"address": address, "organisation": organisation}
    url = f"/tickets/{ticket.number}/requester"
    return browser.post(url, data=form, follow_redirects=True).text


def now(desk: Desk, ticket: Ticket) -> tuple[int | None, int | None, int | None]:
    desk.session.refresh(ticket)
    desk.commit()
    return ticket.requester_id, ticket.organisation_id, ticket.installation_id


def test_organisation_follows_a_new_requester(
    browser: FlaskClient, desk: Desk, ticket: Ticket, home: Organisation
) -> None:
    nora = named(desk, "Nora Neu").id
    desk.commit()
    page = given(browser, ticket, "Nora@neu.example", "Kunde GmbH")
    assert now(desk, ticket) == (nora, home.id, None)
    assert "the ticket can be seen by: Nora Neu, Olga Ober." in page
    assert "changed the requester from" in page


def test_organisation_is_chosen_by_itself(
    browser: FlaskClient, desk: Desk, ticket: Ticket, home: Organisation, customer: Person
) -> None:
    page = given(browser, ticket, "karla@kunde.example", "neuland ag")
    assert now(desk, ticket) == (customer.id, home.id, None)
    assert "can be seen by: Karla Kundin, Olga Ober." in page


def test_nobody_asks_for_nobody(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    page = given(browser, ticket, "")
    assert now(desk, ticket) == (None, None, None)
    assert "nobody can see the ticket." in page
    assert "Nobody is known as the requester." in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"address": "who@who.example"}, "Nobody with the address “who@who.example” is known."),
        ({"organisation": "Nowhere KG"}, "There is no organisation “Nowhere KG”."),
    ],
)
def test_who_is_not_known_is_refused_and_what_was_typed_stays(
    browser: FlaskClient, desk: Desk, ticket: Ticket, wrong: dict[str, str], sentence: str
) -> None:
    before = now(desk, ticket)
    form = {"address": "karla@kunde.example", "organisation": ""} | wrong
    answer = browser.post(f"/tickets/{ticket.number}/requester", data=form)
    assert (answer.status_code, now(desk, ticket)) == (422, before)
    (typed,) = wrong.values()
    assert (sentence in answer.text, f'value="{typed}"' in answer.text) == (True, True)


def test_page_says_who_sees_it_now(browser: FlaskClient, ticket: Ticket) -> None:
    page = browser.get(f"/tickets/{ticket.number}/requester").text
    assert "the ticket can be seen by: Karla Kundin." in page
    assert 'value="karla@kunde.example"' in page
    assert 'value="Kunde GmbH"' in page


def test_change_is_undone_and_a_former_participant_takes_part_again(
    browser: FlaskClient, desk: Desk, ticket: Ticket, home: Organisation
) -> None:
    before, nora = now(desk, ticket), named(desk, "Nora Neu")
    service.add_participant(desk, ticket, nora)
    desk.commit()
    page = given(browser, ticket, "nora@neu.example", "Kunde GmbH")
    meanwhile = timeline.participants_of(desk, ticket)
    desk.commit()
    browser.post(html.unescape(UNDO.findall(page)[0]))
    beside = [person.name for person, _address in timeline.participants_of(desk, ticket)]
    desk.commit()
    assert (meanwhile, beside, now(desk, ticket)) == ([], ["Nora Neu"], before)


@pytest.mark.parametrize("is_theirs", [True, False])
def test_installation_of_another_organisation_is_left_behind(
    desk: Desk, ticket: Ticket, home: Organisation, is_theirs: bool
) -> None:
    product = factories.make_product(desk)
    there = home.id if is_theirs else ticket.organisation_id
    runs = factories.make_installation(desk, there, product).id
    service.change(desk, ticket, {"installation_id": runs})
    service.change(desk, ticket, {"organisation_id": home.id})
    assert now(desk, ticket)[2] == (runs if is_theirs else None)


@pytest.mark.parametrize(
    ("limit", "names"), [(9, ["Karla Kundin", "Olga Ober"]), (1, ["Karla Kundin"])]
)
def test_who_sees_is_who_the_scopes_let_in(
    desk: Desk,
    ticket: Ticket,
    home: Organisation,
    agent: Person,
    limit: int,
    names: list[str],
) -> None:
    service.change(desk, ticket, {"organisation_id": home.id})
    service.add_participant(desk, ticket, agent)
    desk.session.flush()
    everybody = desk.session.query(Person).filter_by(role="customer").order_by(Person.name)
    let_in = [
        person.name
        for person in everybody
        if queries.is_visible(replace(desk, actor=access.actor_for(desk, person)), ticket)
    ]
    assert queries.customers_who_see(desk, ticket, limit) == (names, 2)
    assert let_in == ["Karla Kundin", "Olga Ober"]


def test_interface_does_the_same(
    app: Flask, desk: Desk, ticket: Ticket, home: Organisation, agent: Person
) -> None:
    nora = named(desk, "Nora Neu").id
    token = tokens.make_token(desk, agent, "test", ("tickets.work", "tickets.read"))
    desk.commit()
    answer = app.test_client().patch(
        f"/api/v1/tickets/{ticket.number}",
        json={"requester_id": nora, "organisation_id": home.id},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.json["requester"]["name"], answer.json["organisation"]["name"]) == (
        "Nora Neu",
        "Neuland AG",
    )
