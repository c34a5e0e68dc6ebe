# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notices to agents about their own tickets: a new message, a new owner, a failed delivery.

An agent may answer one by mail: its Message-ID, which only this agent got, is the proof (M06).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from tresen.desk import Desk
from tresen.i18n import _, speaking_to
from tresen.mail import tokens
from tresen.mail.models import OutboundMail
from tresen.mail.outbound import NewMail, Receiver, queue
from tresen.mail.sendable import is_sendable
from tresen.people import queries as people
from tresen.people.models import AGENT_ROLES, Person
from tresen.tickets import undoing
from tresen.tickets.models import Message, Ticket
from tresen.tickets.references import may_see_as_owner

# Characters of a message that a notice repeats.
_SHOWN = 2_000
_ADDRESSES = "notice_addresses"
# The last mail of a step is made a moment after its last journal entry.
_LAST_OF_STEP = timedelta(seconds=1)


def tell_owner_of_message(desk: Desk, ticket: Ticket, message: Message) -> None:
    """Tell the owner what came from the customer's side."""
    owner = _owner(desk, ticket)
    if owner is None or message.author_id == owner.id:
        return
    with speaking_to(desk, owner.language):
        head = _("%(name)s <%(address)s> wrote on ticket %(number)s:") % {
            "name": message.author_name,
            "address": message.author_address or "-",
            "number": ticket.number,
        }
        goes_on = " …" if len(message.body) > _SHOWN else ""
        text = f"{head}\n\n{message.body[:_SHOWN]}{goes_on}"
        _queue(desk, ticket, owner, _Notice(ticket.subject, text, message))


def tell_owner_of_ticket(desk: Desk, ticket: Ticket) -> None:
    """Tell the new owner, unless it was the owner who took it."""
    owner = _owner(desk, ticket)
    if owner is None or owner.id == desk.actor.person_id:
        return
    with speaking_to(desk, owner.language):
        head = _("Ticket %(number)s is now yours: %(subject)s") % {
            "number": ticket.number,
            "subject": ticket.subject,
        }
        _queue(desk, ticket, owner, _Notice(ticket.subject, head))


def tell_owner_of_failure(desk: Desk, ticket: Ticket, lines: Sequence[str]) -> None:
    """Tell the owner that a mail did not reach its receivers; `lines` say whom and why."""
    owner = _owner(desk, ticket)
    if owner is None:
        return
    with speaking_to(desk, owner.language):
        head = _("A mail of ticket %(number)s could not be delivered:") % {"number": ticket.number}
        subject = _("Not delivered: %s") % ticket.subject
        _queue(desk, ticket, owner, _Notice(subject, "\n".join([head, "", *lines])))


def _owner(desk: Desk, ticket: Ticket) -> Person | None:
    owner = desk.session.get(Person, ticket.owner_id) if ticket.owner_id else None
    if owner is None or not owner.is_active or not owner.is_notified:
        return None
    if owner.role not in AGENT_ROLES or not may_see_as_owner(desk, owner, ticket.team_id):
        return None
    return owner


def withdraw(desk: Desk, ticket: Ticket, span: undoing.Span) -> None:
    """Let the mails not go out that a step of that span caused and that wait with it.

    A reply's own mail stands on its message and goes with that.
    """
    start, end = span
    desk.session.execute(
        delete(OutboundMail).where(
            OutboundMail.ticket_id == ticket.id,
            OutboundMail.message_id.is_(None),
            OutboundMail.created_at.between(start, end + _LAST_OF_STEP),
            OutboundMail.next_at > desk.now(),
            OutboundMail.state == "waiting",
            OutboundMail.attempts == 0,
            OutboundMail.leased_until.is_(None),
        )
    )


def look_up(desk: Desk, owners: Iterable[Person]) -> None:
    """Find where notices to the owners of a batch go; the answers stand in the memo of the desk."""
    desk.memo[_ADDRESSES] = people.primary_addresses(desk, {owner.id for owner in owners})


def _address_of(desk: Desk, owner: Person) -> str | None:
    known: dict[int, str] = desk.memo.get(_ADDRESSES, {})
    return known.get(owner.id) or people.primary_address(desk, owner.id)


@dataclass(frozen=True, slots=True)
class _Notice:
    subject: str
    text: str
    message: Message | None = None


def _queue(desk: Desk, ticket: Ticket, owner: Person, notice: _Notice) -> None:
    address = _address_of(desk, owner)
    if address is None or not is_sendable(address):
        return
    link = f"{desk.config.base_url.rstrip('/')}/tickets/{ticket.number}"
    queue(
        desk,
        NewMail(
            purpose="notice",
            subject=tokens.make_subject(ticket.number, notice.subject),
            text=f"{notice.text}\n\n{link}\n",
            receivers=[Receiver(address, owner.name)],
            ticket=ticket,
            message=notice.message,
        ),
    )
