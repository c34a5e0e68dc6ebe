# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bounces: believed about mails of ours alone, and never more than a note."""

import pytest
from mail.letters import receive
from mail.servers import make_quiet_ticket, queue_to, rows
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.mail.reading.parser import Parser
from tresen.people.models import Person
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """A ticket of Karla with an agent's reply."""
    made = make_quiet_ticket(desk, customer, body="My secret question")
    tickets.add_message(desk, made, NewMessage("Our answer", "web", author_name="Anna"))
    desk.commit()
    return made


def reply_id(core: Core) -> str:
    """The Message-ID of the agent's reply."""
    return next(m.internet_message_id for m in rows(core, OutboundMail) if m.purpose == "reply")


def messages(core: Core, ticket: Ticket) -> list[Message]:
    with desk_for(core) as desk:
        found = select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)
        return list(desk.session.scalars(found))


def dsn(recipient: str, message_id: str, original: str = "") -> bytes:
    """A bounce as mail systems write it (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mx.kunde.example\nTo: support@tresen.example\n"
        "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <b1@mx.kunde.example>\n"
        "MIME-Version: 1.0\nReturn-Path: <>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.kunde.example\n\n"
        f"{original}Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 no such user\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: <{message_id}>\n\nhi\n--b--\n"
    ).encode()


def test_bounce_of_our_mail_marks_the_receiver_and_notes_it(
    core: Core, ticket: Ticket, parser: Parser
) -> None:
    (row,) = receive(core, parser, dsn("karla@kunde.example", reply_id(core)))
    assert row.outcome == "message"
    assert [r.state for r in rows(core, OutboundRecipient)] == ["bounced"]
    note = messages(core, ticket)[-1]
    assert (note.kind, "5.1.1" in note.body) == ("note", True)


def test_bounce_behind_a_forwarding_is_about_whom_we_wrote_to(
    core: Core, ticket: Ticket, parser: Parser
) -> None:
    original = "Original-Recipient: rfc822; Karla@kunde.example\n"
    raw = dsn("karla@elsewhere.example", reply_id(core), original)
    (row,) = receive(core, parser, raw)
    assert row.outcome == "message"
    assert [r.state for r in rows(core, OutboundRecipient)] == ["bounced"]


def test_bounce_that_names_none_of_several_receivers_blames_nobody(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser
) -> None:
    mail = queue_to(desk, "a@kunde.example", "b@kunde.example", ticket=ticket)
    desk.commit()
    (row,) = receive(core, parser, dsn("c@elsewhere.example", mail.internet_message_id))
    assert (row.outcome, row.reason) == ("ignored", "bounce-of-unknown-mail")
    assert {r.state for r in rows(core, OutboundRecipient)} == {"waiting"}


def test_atk_m21_forged_bounce_changes_nothing(core: Core, ticket: Ticket, parser: Parser) -> None:
    forged = dsn("karla@kunde.example", f"{ticket.id}.1.{'a' * 32}@tresen.example")
    other = dsn("somebody@fremd.example", reply_id(core))
    found = receive(core, parser, forged, other)
    assert [(r.outcome, r.reason) for r in found] == [("ignored", "bounce-of-unknown-mail")] * 2
    assert [r.state for r in rows(core, OutboundRecipient)] == ["waiting"]
    assert [(t.state, t.requester_id) for t in rows(core, Ticket)] == [
        ("open", ticket.requester_id)
    ]


def test_delay_is_ignored_by_name(core: Core, ticket: Ticket, parser: Parser) -> None:
    delayed = dsn("karla@kunde.example", reply_id(core)).replace(b"failed", b"delayed")
    (row,) = receive(core, parser, delayed)
    assert (row.outcome, row.reason) == ("ignored", "delivery-delayed")


def test_bounce_of_a_mail_without_a_ticket_is_ignored_by_name(
    core: Core, desk: Desk, parser: Parser
) -> None:
    queued = queue_to(desk, "karla@kunde.example")
    desk.commit()
    (row,) = receive(core, parser, dsn("karla@kunde.example", queued.internet_message_id))
    assert (row.outcome, row.reason) == ("ignored", "bounce-without-ticket")
    assert [r.state for r in rows(core, OutboundRecipient)] == ["bounced"]
