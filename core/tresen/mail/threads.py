# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the ticket that a mail belongs to, by proof first and by hint last (safety M03-M07).

A signed reply address proves that its bearer got a mail of ours. Message-IDs and numbers in a
subject can be read over a shoulder, so they count only for those who take part in the ticket.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from tresen.desk import Desk
from tresen.mail import keys
from tresen.mail.identifiers import (
    answered_ids,
    tickets_of_addresses,
    tickets_of_signed_ids,
    tickets_of_subject,
)
from tresen.mail.lookups import Lookups
from tresen.mail.models import InboundMail, OutboundMail, OutboundRecipient
from tresen.mail.records import Mail
from tresen.people.models import AGENT_ROLES, EmailAddress, Person
from tresen.tickets.models import Participant, Ticket

# Tickets of others that one mail links; who names more is guessing.
MOST_HINTS = 5


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a mail belongs; `how` is token, reference, subject, notice or empty for a new one.

    `hints` are tickets that the sender named without taking part in them, the first five.
    """

    ticket: Ticket | None = None
    how: str = ""
    hints: tuple[int, ...] = ()


def find_thread(
    desk: Desk, row: InboundMail, mail: Mail, sender: Person | None, known: Lookups
) -> Thread:
    """Return the ticket, or the hints where there is none."""
    if sender and sender.role in AGENT_ROLES and (answered := _of_notice(desk, mail, sender)):
        return Thread(answered, "notice")
    if ticket := _existing(desk, tickets_of_addresses(desk, row, mail), known):
        return Thread(ticket, "token")
    referred, numbered = _by_reference(desk, mail, known), tickets_of_subject(mail)
    named = list(dict.fromkeys([*referred, *numbered]))
    tickets = _tickets(desk, named, known)
    own = _taken_part(desk, tickets, sender)
    for ids, how in ((referred, "reference"), (numbered, "subject")):
        if own_id := next((ticket_id for ticket_id in ids if ticket_id in own), None):
            return Thread(tickets[own_id], how)
    return Thread(hints=tuple(sorted(list(tickets)[:MOST_HINTS])))


def _of_notice(desk: Desk, mail: Mail, agent: Person) -> Ticket | None:
    """The ticket of a notice that went to this agent: its unguessable id is the proof (M06)."""
    ours = [i for i in answered_ids(mail) if keys.read_message_id(desk.config, i)]
    if not ours:
        return None
    addresses = select(EmailAddress.address).where(EmailAddress.person_id == agent.id)
    return desk.session.scalar(
        select(Ticket)
        .join(OutboundMail, OutboundMail.ticket_id == Ticket.id)
        .join(OutboundRecipient, OutboundRecipient.mail_id == OutboundMail.id)
        .where(
            OutboundMail.internet_message_id.in_(ours),
            OutboundMail.purpose == "notice",
            OutboundRecipient.address.in_(addresses),
        )
        .limit(1)
    )


def _by_reference(desk: Desk, mail: Mail, known: Lookups) -> list[int]:
    ticket_ids = tickets_of_signed_ids(desk, mail)
    for identifier in answered_ids(mail):
        ticket_ids += known.answered.get(identifier, ())
    return list(dict.fromkeys(ticket_ids))


def _tickets(desk: Desk, ticket_ids: Collection[int], known: Lookups) -> dict[int, Ticket]:
    """Return those that there are; the ones that the batch knows need no query."""
    missing = [ticket_id for ticket_id in ticket_ids if ticket_id not in known.tickets]
    if missing:
        found = desk.session.scalars(select(Ticket).where(Ticket.id.in_(missing)))
        known.tickets |= {ticket.id: ticket for ticket in found}
    return {i: known.tickets[i] for i in ticket_ids if i in known.tickets}


def _taken_part(desk: Desk, tickets: Mapping[int, Ticket], sender: Person | None) -> set[int]:
    """Return the ids of those that the sender opened or takes part in."""
    if sender is None or not tickets:
        return set()
    own = {ticket.id for ticket in tickets.values() if ticket.requester_id == sender.id}
    others = tickets.keys() - own
    if not others:
        return own
    joined = select(Participant.ticket_id).where(
        Participant.person_id == sender.id, Participant.ticket_id.in_(others)
    )
    return own | set(desk.session.scalars(joined))


def _existing(desk: Desk, ticket_ids: Collection[int], known: Lookups) -> Ticket | None:
    tickets = _tickets(desk, ticket_ids, known)
    return next((tickets[i] for i in ticket_ids if i in tickets), None)
