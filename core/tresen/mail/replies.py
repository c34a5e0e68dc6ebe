# SPDX-License-Identifier: AGPL-3.0-or-later
"""An agent's public reply becomes a mail to the customer's side, in the reply's own transaction."""

import re

from sqlalchemy import select

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.faults import hit
from tresen.i18n import _
from tresen.mail import request_links, tokens
from tresen.mail.models import OutboundMail
from tresen.mail.outbound import NewMail, Receiver, note_said, queue
from tresen.mail.sendable import is_sendable
from tresen.people.models import EmailAddress, Person
from tresen.tickets.models import Message, Participant, Ticket
from tresen.web.markdown import markdown_to_html

_HTML = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{}</body></html>'
_FIELDS = ("to", "cc", "bcc")
# Marks of an answer as English, German, Dutch and Nordic programs set them, numbered by some.
_ANSWERED = re.compile(r"(?:(?:re|aw|antw|sv)(?:\[\d{1,3}\])?:\s*)+", re.IGNORECASE)


def queue_reply(desk: Desk, ticket: Ticket, message: Message) -> OutboundMail:
    """Queue the mail; the message learns its Message-ID and to whom it goes.

    Raises Refused for an address that the agent typed and that is none.
    """
    hit("reply.before_outbox")
    receivers = _receivers(desk, ticket, message)
    text, html = _texts(desk, message, request_links.words_for(desk, ticket, receivers))
    answered = _ANSWERED.match(ticket.subject)
    plain = ticket.subject[answered.end() :] if answered else ticket.subject
    subject = tokens.make_subject(ticket.number, f"Re: {plain}")
    mail = queue(
        desk,
        NewMail(
            purpose="reply",
            subject=subject,
            text=text,
            html=html,
            receivers=receivers,
            ticket=ticket,
            message=message,
            sender_name=message.author_name,
            is_automatic=False,
            not_before=message.held_until,
        ),
    )
    message.internet_message_id = mail.internet_message_id
    note_said(desk, message)
    named = {field: [r.address for r in receivers if r.field == field] for field in _FIELDS}
    message.recipients = {field: addresses for field, addresses in named.items() if addresses}
    return mail


def _receivers(desk: Desk, ticket: Ticket, message: Message) -> list[Receiver]:
    # What an agent's own mail program wrote into To was our address, not the customer's.
    if message.channel == "mail" or not message.recipients:
        return _customer_side(desk, ticket)
    given = message.recipients
    return [Receiver(address, field=field) for field in _FIELDS for address in given.get(field, ())]


def _customer_side(desk: Desk, ticket: Ticket) -> list[Receiver]:
    """The requester, then who takes part; people who are not active get nothing."""
    joined = select(Participant.person_id).where(Participant.ticket_id == ticket.id)
    rows = desk.session.execute(
        select(Person.id, Person.name, EmailAddress.address)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where((Person.id == ticket.requester_id) | Person.id.in_(joined), Person.is_active)
        .order_by(Person.id, EmailAddress.is_primary.desc(), EmailAddress.id)
    )
    first = {person_id: (name, address) for person_id, name, address in reversed(rows.all())}
    return [
        Receiver(address, name, "to" if person_id == ticket.requester_id else "cc")
        for person_id, (name, address) in sorted(first.items())
        if is_sendable(address)
    ]


def _texts(
    desk: Desk, message: Message, link: request_links.Words | None
) -> tuple[str, str | None]:
    from tresen.web.markdown_text import markdown_to_text  # noqa: PLC0415 - only who replies needs it

    author = desk.session.get(Person, message.author_id) if message.author_id else None
    signature = author.signature.strip() if author else ""
    below = "\n\n".join(filter(None, (signature, link.text if link else "")))
    if message.format != "markdown":
        return _signed(message.body, below), None
    html = markdown_to_html(message.body)
    if signature:
        html += markdown_to_html(signature)
    if link:
        html += link.html
    return _signed(markdown_to_text(message.body), below), _HTML.format(html)


def _signed(text: str, below: str) -> str:
    """The text with what stands below the mark that mail programs know (RFC 3676 4.3)."""
    return f"{text}\n\n-- \n{below}\n" if below else f"{text}\n"


def refuse_once_gone(desk: Desk, message: Message) -> None:
    """Raise Refused when the mail of a reply has gone out, or is just going.

    The row is locked, so that no worker takes it up before the message is gone.
    """
    mail = desk.session.scalar(
        select(OutboundMail)
        .where(OutboundMail.message_id == message.id, OutboundMail.purpose == "reply")
        .with_for_update()
    )
    if mail is None or mail.state == "suppressed":
        return
    if mail.state != "waiting" or mail.attempts or mail.leased_until is not None:
        raise Refused(_("It is too late: the reply has gone out."))
