# SPDX-License-Identifier: AGPL-3.0-or-later
"""Queues mails: a row in the transaction of what it tells, its Message-ID fixed (P5, P6).

Everything that goes out passes here, so the rules about senders, ids and loop marks stand once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from tresen.desk import Desk
from tresen.mail import bells, keys
from tresen.mail.models import Mailbox, OutboundMail, OutboundRecipient
from tresen.mail.sendable import sendable
from tresen.people.models import normal_address
from tresen.tickets import undoing
from tresen.tickets.models import Message, Ticket
from tresen.web.text import one_line

# Ids that a mail refers to; programs need the last one, and the first for old threads.
_MOST_REFERENCES = 10
_IS_SAID = (Message.is_public, Message.internet_message_id.is_not(None))
_LAST_SAID = (
    select(Message.internet_message_id)
    .where(Message.ticket_id == bindparam("ticket_id"), *_IS_SAID)
    .order_by(Message.id.desc())
    .limit(_MOST_REFERENCES)
)
_SAID = "said"


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver; `field` is to, cc or bcc."""

    address: str
    name: str = ""
    field: str = "to"


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail as a writer hands it in; `sender_name` stands before the operator's name.

    With `not_before` it waits until that moment, else as long as what causes it can be undone.
    """

    purpose: str
    subject: str
    text: str
    receivers: Sequence[Receiver]
    html: str | None = None
    ticket: Ticket | None = None
    message: Message | None = None
    sender_name: str = ""
    is_automatic: bool = True
    not_before: datetime | None = None
    # Message-IDs that it refers to, oldest first; None is those of the ticket's public messages.
    refers: Sequence[str] | None = None


def queue(desk: Desk, new: NewMail) -> OutboundMail:
    """Queue a mail; one without receivers is kept as suppressed, so that it can be seen.

    Raises Refused for an address that cannot stand in an SMTP dialogue.
    """
    receivers = _distinct(new.receivers)
    mailbox = _mailbox(desk, new.ticket)
    address = mailbox.address if mailbox else desk.config.mail_from
    ticket_id = new.ticket.id if new.ticket else 0
    refers = _references(desk, new)
    mail = OutboundMail(
        ticket_id=ticket_id or None,
        message_id=new.message.id if new.message else None,
        mailbox_id=mailbox.id if mailbox else None,
        purpose=new.purpose,
        is_automatic=new.is_automatic,
        internet_message_id=keys.new_message_id(desk.config, ticket_id, address),
        sender=f"{_sender_name(desk, new)} <{address}>",
        # An automatic mail that cannot be delivered must come back to nobody (RFC 3834 3.3).
        envelope_from="" if new.is_automatic else address,
        subject=one_line(new.subject, 380),
        text=new.text,
        html=new.html,
        in_reply_to=refers[-1] if refers else None,
        references=" ".join(refers),
        reply_to=_reply_to(desk, mailbox, new),
        state="waiting" if receivers else "suppressed",
        last_reply="" if receivers else "nobody to send it to",
        next_at=new.not_before or undoing.held_until(desk) or desk.now(),
        created_at=desk.now(),
    )
    desk.add(mail)
    desk.session.add_all(
        OutboundRecipient(mail_id=mail.id, field=r.field, address=r.address, name=r.name)
        for r in receivers
    )
    bells.ring_after_commit(desk, bells.OUTBOUND)
    return mail


def _distinct(receivers: Sequence[Receiver]) -> list[Receiver]:
    """Each address once, in the first field that named it."""
    found: dict[str, Receiver] = {}
    for receiver in receivers:
        address = normal_address(sendable(receiver.address))
        name = one_line(receiver.name, 200)
        found.setdefault(address, Receiver(address, name, receiver.field))
    return list(found.values())


def _mailbox(desk: Desk, ticket: Ticket | None) -> Mailbox | None:
    if ticket is None or ticket.mailbox_id is None:
        return None
    return desk.session.get(Mailbox, ticket.mailbox_id)


def _sender_name(desk: Desk, new: NewMail) -> str:
    names = [name for name in (new.sender_name, desk.config.operator) if name]
    # Angle brackets would end the name where `sender` is split again.
    return one_line(", ".join(names), 300).replace("<", "(").replace(">", ")")


def _reply_to(desk: Desk, mailbox: Mailbox | None, new: NewMail) -> str:
    """A signed address, where the mailbox takes subaddresses and the receiver is no agent."""
    if mailbox is None or new.ticket is None or new.purpose == "notice":
        return ""
    if not mailbox.takes_subaddresses:
        return ""
    return keys.reply_address(desk, mailbox.address, new.ticket.id)


def _references(desk: Desk, new: NewMail) -> list[str]:
    """The Message-IDs that can stand in a header of ours, the oldest first."""
    found = new.refers if new.refers is not None else _said_so_far(desk, new.ticket)
    return [identifier for identifier in found if _is_plain(identifier)]


def look_up(desk: Desk, ticket_ids: Collection[int]) -> None:
    """Find what was said on all tickets of a batch; the answers stand in the memo of the desk."""
    newest = func.row_number().over(partition_by=Message.ticket_id, order_by=Message.id.desc())
    ranked = (
        select(Message.ticket_id, Message.internet_message_id, newest.label("place"))
        .where(Message.ticket_id.in_(ticket_ids), *_IS_SAID)
        .subquery()
    )
    rows = desk.session.execute(
        select(ranked.c.ticket_id, ranked.c.internet_message_id)
        .where(ranked.c.place <= _MOST_REFERENCES)
        .order_by(ranked.c.place.desc())
    )
    said: dict[int, list[str]] = {ticket_id: [] for ticket_id in ticket_ids}
    for ticket_id, identifier in rows:
        said[ticket_id].append(identifier)
    desk.memo[_SAID] = said


def note_said(desk: Desk, message: Message) -> None:
    """Add a message to what was looked up: the next mail of the batch may refer to it."""
    said: dict[int, list[str]] = desk.memo.get(_SAID, {})
    if message.is_public and message.internet_message_id and message.ticket_id in said:
        said[message.ticket_id].append(message.internet_message_id)


def _said_so_far(desk: Desk, ticket: Ticket | None) -> Sequence[str]:
    if ticket is None:
        return []
    known: dict[int, list[str]] = desk.memo.get(_SAID, {})
    if ticket.id in known:
        return known[ticket.id][-_MOST_REFERENCES:]
    found = desk.session.scalars(_LAST_SAID, {"ticket_id": ticket.id})
    return [identifier for identifier in reversed(found.all()) if identifier]


def _is_plain(identifier: str) -> bool:
    """Whether a stranger's id can stand in a header of ours."""
    return identifier.isascii() and identifier.isprintable() and " " not in identifier
