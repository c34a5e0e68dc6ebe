# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reply shows what became of its mail, to the agent who sent it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Desk
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import service
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """Return a ticket with one reply that waits to be sent to two people."""
    made = factories.make_ticket(desk, customer)
    to = {"to": ["karla@kunde.example"], "cc": ["gone@kunde.example"]}
    service.add_message(desk, made, NewMessage("An answer", "web", recipients=to))
    desk.commit()
    return made


def shown(browser: FlaskClient, ticket: Ticket) -> str:
    return browser.get(f"/tickets/{ticket.number}").text


def set_state(desk: Desk, state: str, reply: str, lost: str = "") -> OutboundMail:
    """Give the one mail a state, and the receiver in Cc another."""
    mail = desk.session.scalars(select(OutboundMail).where(OutboundMail.purpose == "reply")).one()
    mail.state, mail.attempts, mail.last_reply = state, 1, reply
    if lost:
        receiver = desk.session.scalars(
            select(OutboundRecipient).where(OutboundRecipient.field == "cc")
        ).one()
        receiver.state, receiver.reply = lost, reply
    desk.commit()
    return mail


def test_waiting_reply_says_so(ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    assert "Waiting to be sent." in shown(sign_in(agent), ticket)


def test_delayed_reply_says_why(desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    set_state(desk, "waiting", "450 busy")
    assert "Not sent yet, it will be tried again: 450 busy" in shown(sign_in(agent), ticket)


def test_sent_reply_says_nothing(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn
) -> None:
    set_state(desk, "sent", "250 taken")
    page = shown(sign_in(agent), ticket)
    assert ("message-failed" in page, "250 taken" in page) == (False, False)


def test_failed_reply_can_be_sent_again(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn
) -> None:
    mail = set_state(desk, "failed", "550 no such user", lost="failed")
    page = shown(sign_in(agent), ticket)
    assert (
        "This mail did not reach gone@kunde.example (550 no such user)." in page,
        f'action="/mail/out/{mail.id}/retry"' in page,
    ) == (True, True)


def test_bounced_reply_names_whom_it_missed(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn
) -> None:
    set_state(desk, "sent", "5.1.1 unknown", lost="bounced")
    page = shown(sign_in(agent), ticket)
    assert ("did not reach gone@kunde.example (5.1.1 unknown)" in page, "/retry" in page) == (
        True,
        False,
    )
