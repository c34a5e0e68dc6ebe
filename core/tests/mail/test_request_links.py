# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signed link in a reply: for one customer alone, and gone from what comes back with it."""

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from mail.letters import letter, receive
from mail.servers import make_quiet_ticket, rows
from sqlalchemy import select
from tresen.desk import Core, Desk
from tresen.mail.models import OutboundMail
from tresen.mail.reading.parser import Parser
from tresen.mail.request_links import without_tokens
from tresen.people.models import Person
from tresen.settings import service as settings
from tresen.testing.factories import make_customer
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage

LINK = re.compile(r"http://127\.0\.0\.1:8080(/requests/by-link/[\w.-]+)")


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    return make_quiet_ticket(desk, customer)


def reply(desk: Desk, ticket: Ticket, **given: object) -> OutboundMail:
    new = NewMessage("Plug it in.", "web", **given)  # type: ignore[arg-type] # fields of NewMessage
    message = tickets.add_message(desk, ticket, new)
    found = select(OutboundMail).where(OutboundMail.message_id == message.id)
    return desk.session.scalars(found).one()


def links(mail: OutboundMail) -> list[str]:
    return LINK.findall(mail.text + (mail.html or ""))


def test_reply_ends_with_the_link_below_the_signature(
    desk: Desk, ticket: Ticket, agent: Person
) -> None:
    agent.signature = "Anna"
    desk.session.flush()
    mail = reply(desk, ticket, author_id=agent.id)
    path = links(mail)[0]
    link = f"http://127.0.0.1:8080{path}"
    assert mail.text == (f"Plug it in.\n\n-- \nAnna\n\nHere you can follow your request: {link}\n")
    assert mail.html is not None
    below = mail.html.partition("<p>Anna</p>")[2]
    assert below.partition("</body>")[0].strip() == (
        f'<p>Here you can follow your request: <a href="{link}">{link}</a></p>'
    )


def test_link_opens_the_request_and_takes_an_answer(
    desk: Desk, core: Core, client: FlaskClient, ticket: Ticket
) -> None:
    path = links(reply(desk, ticket))[0]
    desk.commit()
    assert "Plug it in." in client.get(path).text
    assert client.post(path, data={"body": "It works."}).status_code == 302
    last = rows(core, Message)[-1]
    assert (last.body, last.is_inbound, last.author_name) == ("It works.", True, "Karla Kundin")


def test_sentence_is_in_the_language_of_the_ticket(desk: Desk, ticket: Ticket) -> None:
    ticket.language = "de"
    assert "Here you can" not in reply(desk, ticket).text
    assert len(links(reply(desk, ticket))) == 3


def test_mail_to_several_holds_no_key(desk: Desk, ticket: Ticket) -> None:
    tickets.add_participant(desk, ticket, make_customer(desk, "Otto", "otto@kunde.example"))
    assert links(reply(desk, ticket)) == []


@pytest.mark.parametrize("field", ["cc", "bcc"])
def test_copy_for_somebody_is_reason_enough(desk: Desk, ticket: Ticket, field: str) -> None:
    to = {"to": ["karla@kunde.example"], field: ["boss@other.example"]}
    assert links(reply(desk, ticket, recipients=to)) == []


def test_participant_alone_gets_a_link_of_their_own(desk: Desk, ticket: Ticket) -> None:
    otto = make_customer(desk, "Otto", "otto@kunde.example")
    alone = {"to": ["otto@kunde.example"]}
    before = links(reply(desk, ticket, recipients=alone))
    tickets.add_participant(desk, ticket, otto)
    after = links(reply(desk, ticket, recipients=alone))
    assert (before, len(after)) == ([], 3)
    assert set(after).isdisjoint(
        links(reply(desk, ticket, recipients={"to": ["karla@kunde.example"]}))
    )


def test_nobody_else_gets_a_link(desk: Desk, ticket: Ticket, agent: Person) -> None:
    for address in ("new@other.example", "anna@tresen.example"):
        assert links(reply(desk, ticket, recipients={"to": [address]})) == []
    tickets.add_participant(desk, ticket, agent)
    assert links(reply(desk, ticket, recipients={"to": ["anna@tresen.example"]})) == []


def test_operator_switches_the_link_off(desk: Desk, ticket: Ticket) -> None:
    settings.write(desk, "mail", {"links_in_replies": False})
    assert reply(desk, ticket).text == "Plug it in.\n"


def test_mail_that_quotes_the_link_is_kept_without_its_key(
    desk: Desk, core: Core, parser: Parser, ticket: Ticket
) -> None:
    sent = reply(desk, ticket)
    desk.commit()
    path = links(sent)[0]
    quoted = "".join(f"> {line}\n" for line in sent.text.splitlines())
    answer = letter(
        subject=f"Re: [#{ticket.number}]", body=f"See http://127.0.0.1:8080{path}\n\n{quoted}"
    )
    receive(core, parser, answer)
    message = rows(core, Message)[-1]
    assert message.is_inbound
    assert path not in message.body + message.quoted
    assert "/requests/by-link/…" in message.body


@given(st.from_regex(r"[A-Za-z0-9_.-]{1,80}", fullmatch=True), st.text(max_size=20))
def test_token_is_cut_out_wherever_it_stands(token: str, before: str) -> None:
    whole = f'{before} <a href="https://x.example/requests/by-link/{token}">here</a>'
    cut = without_tokens(whole)
    assert cut.endswith(' <a href="https://x.example/requests/by-link/…">here</a>')
    assert without_tokens(cut) == cut


def test_other_text_stays_as_it_is() -> None:
    text = "See /requests/by-link/ and https://x.example/requests/10001."
    assert without_tokens(text) == text
