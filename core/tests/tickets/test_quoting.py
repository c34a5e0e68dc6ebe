# SPDX-License-Identifier: AGPL-3.0-or-later
"""A message is quoted below what was typed, in the customer's language; notes stay notes."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Core, Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen.tickets import service
from tresen.tickets.models import Draft, Message, Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]
QUOTE = "Karla Kundin wrote on 3/10/26, 10:00\u202fAM:\n> It was fine yesterday."


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def message(desk: Desk, ticket: Ticket) -> Message:
    found = desk.session.query(Message).one()
    desk.commit()
    return found


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, ticket: Ticket) -> FlaskClient:
    return sign_in(agent)


def add(desk: Desk, ticket: Ticket, body: str, kind: str = "reply") -> Message:
    new = NewMessage(body, "web", kind=kind, is_inbound=kind == "reply", author_name="Bernd")
    made = service.add_message(desk, ticket, new)
    desk.commit()
    return made


def composed(browser: FlaskClient, ticket: Ticket, message: Message) -> tuple[str, str]:
    """Return what the composer of the page with the quote holds, and for whom it is."""
    page = browser.get(f"/tickets/{ticket.number}?quote={message.id}").text
    (body,) = re.findall(r'id="composer-text"[^>]*>([^<]*)<', page)
    (kind,) = re.findall(r'name="kind" value="(\w+)"[^>]*checked', page)
    return body.replace("&gt;", ">"), kind


def test_quote_says_who_wrote_and_when(
    browser: FlaskClient, ticket: Ticket, message: Message
) -> None:
    answer = browser.get(f"/tickets/{ticket.number}/messages/{message.id}/quote")
    assert (answer.text, answer.mimetype) == (QUOTE, "text/plain")


def test_quote_speaks_the_language_of_the_ticket(
    browser: FlaskClient, desk: Desk, ticket: Ticket, message: Message
) -> None:
    ticket.language = "de"
    desk.commit()
    answer = browser.get(f"/tickets/{ticket.number}/messages/{message.id}/quote")
    assert answer.text.splitlines()[0] == "Karla Kundin schrieb am 10.03.26, 10:00:"


def test_older_quotes_and_the_signature_are_left_out(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    made = add(desk, ticket, "New.\n\n> Old.\n\nMore.\n-- \nBernd")
    answer = browser.get(f"/tickets/{ticket.number}/messages/{made.id}/quote")
    assert answer.text.splitlines()[1:] == ["> New.", ">", ">", "> More."]
    assert answer.text.startswith("Bernd wrote on ")


def test_message_of_another_ticket_cannot_be_quoted(
    browser: FlaskClient, desk: Desk, ticket: Ticket, message: Message
) -> None:
    other = factories.make_ticket(desk, None)
    desk.commit()
    paths = (
        f"/tickets/{other.number}/messages/{message.id}/quote",
        f"/tickets/{other.number}?quote={message.id}",
    )
    assert [browser.get(path).status_code for path in paths] == [404, 404]


@pytest.mark.parametrize("given", ["", "0", "-1", "x", "9" * 30])
def test_address_that_names_no_message_shows_the_ticket(
    browser: FlaskClient, ticket: Ticket, given: str
) -> None:
    page = browser.get(f"/tickets/{ticket.number}?quote={given}")
    assert (page.status_code, "data-added" in page.text) == (200, False)


def test_page_quotes_below_the_draft_and_keeps_nothing_of_it(
    browser: FlaskClient, desk: Desk, ticket: Ticket, message: Message
) -> None:
    browser.post(f"/tickets/{ticket.number}/draft", data={"kind": "reply", "body": "Hello Karla"})
    assert composed(browser, ticket, message) == (f"Hello Karla\n\n{QUOTE}\n\n", "reply")
    desk.session.expire_all()
    assert [draft.body for draft in desk.session.query(Draft)] == ["Hello Karla"]


def test_page_quotes_no_second_time_what_the_draft_has(
    browser: FlaskClient, ticket: Ticket, message: Message
) -> None:
    body = f"Hello\n\n{QUOTE}\n\nThat is so."
    browser.post(f"/tickets/{ticket.number}/draft", data={"kind": "reply", "body": body})
    assert composed(browser, ticket, message) == (f"{body}\n\n", "reply")


def test_note_is_quoted_in_a_note(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    note = add(desk, ticket, "She is difficult.", "note")
    browser.post(f"/tickets/{ticket.number}/draft", data={"kind": "reply", "body": "Hello"})
    body, kind = composed(browser, ticket, note)
    assert (body.endswith("\n> She is difficult.\n\n"), kind) == (True, "note")


def test_every_message_can_be_quoted_by_link(
    browser: FlaskClient, desk: Desk, ticket: Ticket, message: Message
) -> None:
    note = add(desk, ticket, "Between us.", "note")
    page = browser.get(f"/tickets/{ticket.number}").text
    assert re.findall(r'href="([^"]*)" data-quote="([^"]*)"', page) == [
        (
            f"/tickets/{ticket.number}?quote={each.id}#composer",
            f"/tickets/{ticket.number}/messages/{each.id}/quote",
        )
        for each in (message, note)
    ]


def test_strangers_words_in_a_quote_leave_the_page_whole(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    made = add(desk, ticket, '</textarea>"><script>alert(1)</script>')
    page = browser.get(f"/tickets/{ticket.number}?quote={made.id}").text
    assert "<script>alert(1)" not in page


def test_quote_costs_one_statement_more(
    browser: FlaskClient, core: Core, ticket: Ticket, message: Message
) -> None:
    counts = []
    for query in ("", f"?quote={message.id}"):
        with recorded(core.engine) as statements:
            browser.get(f"/tickets/{ticket.number}{query}")
        counts.append(len(statements))
    assert counts[1] == counts[0] + 1
