# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ticket for a customer, taken by phone or begun by the agent."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.desk import Desk
from tresen.mail.models import OutboundRecipient
from tresen.people import service as people
from tresen.people.models import Person
from tresen.people.queries import person_by_address
from tresen.testing import factories
from tresen.tickets.models import Message, Ticket

SignIn = Callable[[Person], FlaskClient]
CALL: dict[str, object] = {
    "address": "karla@kunde.example",
    "subject": "The scanner beeps",
    "side": "in",
    "body": "It beeps **twice**.",
    "channel": "phone",
    "impact": 3,
    "urgency": 4,
}


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, customer: Person) -> FlaskClient:
    return sign_in(agent)


def opened(desk: Desk) -> tuple[Ticket, Message]:
    ticket = desk.session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
    message = desk.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert ticket is not None
    assert message is not None
    return ticket, message


def test_call_becomes_a_ticket_of_the_caller(
    browser: FlaskClient, desk: Desk, customer: Person, agent: Person
) -> None:
    form = CALL | {"owner": agent.id, "tags": "scanner hall-3"}
    answer = browser.post("/tickets/new", data=form)
    ticket, message = opened(desk)
    assert answer.location == f"/tickets/{ticket.number}"
    assert (ticket.requester_id, ticket.organisation_id, ticket.owner_id, ticket.channel) == (
        customer.id,
        customer.organisation_id,
        agent.id,
        "phone",
    )
    assert (ticket.priority, ticket.is_answer_due, message.is_inbound, message.author_id) == (
        4,
        True,
        True,
        customer.id,
    )


def test_own_message_goes_to_the_requester(browser: FlaskClient, desk: Desk, agent: Person) -> None:
    browser.post("/tickets/new", data=CALL | {"side": "out"})
    ticket, message = opened(desk)
    receivers = desk.session.scalars(select(OutboundRecipient.address)).all()
    assert (ticket.is_answer_due, message.author_id, list(receivers)) == (
        False,
        agent.id,
        ["karla@kunde.example"],
    )


def test_unknown_caller_becomes_known(browser: FlaskClient, desk: Desk) -> None:
    form = CALL | {"address": "New@Firm.example", "name": "Nora Neu"}
    browser.post("/tickets/new", data=form)
    found = person_by_address(desk, "new@firm.example")
    assert (found and found.name, opened(desk)[0].requester_id) == ("Nora Neu", found and found.id)


@pytest.mark.parametrize("missing", ["address", "subject", "body"])
def test_what_is_missing_is_named_and_nothing_lost(
    browser: FlaskClient, desk: Desk, missing: str
) -> None:
    answer = browser.post("/tickets/new", data=CALL | {missing: ""})
    kept = [
        str(CALL[name]) in answer.text for name in ("address", "subject", "body") if name != missing
    ]
    count = desk.session.scalar(select(func.count()).select_from(Ticket))
    assert (answer.status_code, f'href="#{missing}"' in answer.text, kept, count) == (
        422,
        True,
        [True, True],
        0,
    )


def test_form_is_filled_from_the_address(browser: FlaskClient) -> None:
    page = browser.get("/tickets/new?address=karla@kunde.example&subject=Hello").text
    assert ('value="karla@kunde.example"' in page, 'value="Hello"' in page) == (True, True)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kar", ["karla@kunde.example"]),
        ("KARLA@", ["karla@kunde.example"]),
        ("Karla K", ["karla@kunde.example"]),
        ("arla", []),
        ("k", []),
        ("", []),
        ("%", []),
    ],
)
def test_known_people_are_suggested(
    browser: FlaskClient, desk: Desk, typed: str, found: list[str]
) -> None:
    factories.make_person(desk, "Zoe", "zoe@else.example")
    desk.commit()
    page = browser.get("/tickets/people", query_string={"address": typed}).text
    assert [line.split('"')[1] for line in page.splitlines() if "<option" in line] == found


@pytest.mark.parametrize("typed", ["zoë", "ZOË", "Zoe", "müller", "MÜLLER", "mueller", "Müll"])
def test_people_are_suggested_whatever_their_case_and_umlauts(
    browser: FlaskClient, desk: Desk, typed: str
) -> None:
    people.add_person(desk, "Zoë Müller", "zm@else.example")
    desk.commit()
    page = browser.get("/tickets/people", query_string={"address": typed}).text
    assert [line.split('"')[1] for line in page.splitlines() if "<option" in line] == [
        "zm@else.example"
    ]
