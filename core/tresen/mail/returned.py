# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails of ours that came back: the receiver is marked, the ticket gets a note, its owner a notice.

A bounce is written by strangers (safety M21): it is believed only about a mail whose signed
Message-ID it names, and it never changes a state, an address or who takes part.
"""

from dataclasses import dataclass

from sqlalchemy import select

from tresen.desk import Desk
from tresen.i18n import _
from tresen.mail import keys, notices
from tresen.mail.identifiers import answered_ids, cut_id
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.mail.records import Bounce, Mail
from tresen.mail.senders import sender_name
from tresen.people.models import normal_address
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage
from tresen.web.text import one_line

# Reports of one bounce that are looked at; a mail of ours has no more receivers.
_MAX_REPORTS = 50


@dataclass(frozen=True, slots=True)
class Returned:
    """One receiver whom a mail of ours did not reach, and what the report says about it."""

    mail: OutboundMail
    recipient: OutboundRecipient
    bounce: Bounce


def take_bounce(desk: Desk, mail: Mail) -> Message | str:
    """Return the note on the ticket, or the rule by which the bounce is ignored."""
    failed = [b for b in mail.bounces if b.action in ("failed", "")][:_MAX_REPORTS]
    if mail.bounces and not failed:
        return "delivery-delayed"
    returned = [hit for bounce in failed if (hit := _find(desk, mail, bounce))]
    if not returned:
        return "bounce-of-unknown-mail"
    for hit in returned:
        hit.recipient.state = "bounced"
        hit.recipient.reply = one_line(_reason(hit.bounce), 1_000)
    ticket_id = returned[0].mail.ticket_id
    ticket = desk.session.get(Ticket, ticket_id) if ticket_id else None
    if ticket is None:
        return "bounce-without-ticket"
    return _note(desk, ticket, mail, returned)


def _find(desk: Desk, mail: Mail, bounce: Bounce) -> Returned | None:
    named = [cut_id(bounce.message_id)] if bounce.message_id else answered_ids(mail)
    ours = [identifier for identifier in named if keys.read_message_id(desk.config, identifier)]
    if not ours:
        return None
    rows = desk.session.execute(
        select(OutboundMail, OutboundRecipient)
        .join(OutboundRecipient, OutboundRecipient.mail_id == OutboundMail.id)
        .where(OutboundMail.internet_message_id.in_(ours))
        .order_by(OutboundRecipient.id)
    ).all()
    # Forwarded on its way, a mail comes back from an address that we never wrote to.
    named_there = {normal_address(each) for each in (bounce.recipient, bounce.original) if each}
    for row, recipient in rows:
        if recipient.address in named_there:
            return Returned(row, recipient, bounce)
    return None


def _note(desk: Desk, ticket: Ticket, mail: Mail, returned: list[Returned]) -> Message:
    lines = [f"- {hit.recipient.address}: {_reason(hit.bounce)}" for hit in returned]
    text = "\n".join([_("A mail could not be delivered:"), "", *lines])
    note = NewMessage(
        body=text,
        kind="note",
        channel="mail",
        format="text",
        author_name=sender_name(mail) or _("Mail system"),
        internet_message_id=cut_id(mail.message_id),
    )
    message = tickets.add_message(desk, ticket, note)
    notices.tell_owner_of_failure(desk, ticket, lines)
    return message


def _reason(bounce: Bounce) -> str:
    return " ".join(part for part in (bounce.status, bounce.diagnostic) if part) or _("no reason")
