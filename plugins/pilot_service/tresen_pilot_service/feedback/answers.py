# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers feedback where it is talked about: as a public reply, which the core mails."""

from dataclasses import dataclass, field

from tresen.sdk import (
    Desk,
    Missing,
    NewMessage,
    NewTicket,
    Person,
    Refused,
    Ticket,
    _,
    add_message,
    open_ticket,
    record,
    speaking_to,
    ticket_by_number,
)

from tresen_pilot_service.feedback import queries, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Programme

# A ticket that an answer opened, and one that the portal did.
ANSWER, PORTAL = "pilot", "web"
CLOSED = "closed"


@dataclass
class Outcome:
    """Whom an answer reached: the numbers of the tickets, and how many it could not reach."""

    numbers: list[int] = field(default_factory=list)
    unreached: int = 0


def answer(desk: Desk, row: Feedback, body: str, *, has_duplicates: bool = False) -> Outcome:
    """Reply on the ticket of feedback, and on those of its duplicates where wanted.

    Who has no ticket gets one; who is not known gets nothing, then the answer is only kept.
    Raises Refused for an empty answer and for a ticket that the actor may not see.
    """
    desk.demand("tickets.work")
    if not body.strip():
        raise Refused(_("The answer is empty. Write what the participant shall read."))
    told = [row, *(queries.duplicates(desk, row) if has_duplicates else ())]
    # Before anything is written: nobody shall get half of it.
    known = {each.id: _own(desk, each) for each in told}
    outcome = Outcome()
    # Two of them may be talked about on one ticket: there one reply is enough.
    replied: dict[Ticket | None, Ticket] = {}
    for each in told:
        own = known[each.id]
        if own in replied:
            service.link(desk, each, replied[own])
        elif (ticket := _reply(desk, each, own, body)) is None:
            outcome.unreached += 1
        else:
            outcome.numbers.append(ticket.number)
            replied |= {own: ticket} if own is not None else {}
        each.answered_at, each.answer = desk.now(), body.strip()
        record(desk, service.FEEDBACK, each.id, "answered")
    desk.session.flush()
    return outcome


def thanks(desk: Desk, row: Feedback) -> str:
    """Return words of thanks for what is resolved, in the language of who told it.

    Empty for what is not resolved, or answered from here already. The person must be loaded.
    """
    if row.state != states.RESOLVED or row.answer:
        return ""
    with speaking_to(desk, row.person.language if row.person else None):
        name = row.person.name if row.person else ""
        hello = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
        body = _(
            "thank you for your feedback “%(title)s”. It is resolved, and what you told helps"
            " everybody who works with the product after you."
        )
        return f"{hello}\n\n{body % {'title': row.title}}"


def open_for(desk: Desk, row: Feedback, channel: str = ANSWER) -> Ticket:
    """Open the ticket on which feedback is talked about, with the words of who told it.

    Person, participation and programme must be in the session.
    """
    programme = desk.session.get_one(Programme, row.programme_id)
    person = desk.session.get_one(Person, row.person_id)
    place = row.participation.installation_id if row.participation else None
    new = NewTicket(
        subject=row.title,
        channel=channel,
        requester_id=person.id,
        organisation_id=person.organisation_id,
        product_id=programme.product_id,
        installation_id=place,
        language=person.language,
    )
    first = NewMessage(
        body=row.text.strip() or row.title,
        channel=PORTAL,
        format="text",
        is_inbound=True,
        author_id=person.id,
        author_name=person.name,
    )
    ticket = open_ticket(desk, new, first)
    row.ticket = ticket
    service.link(desk, row, ticket)
    return ticket


def _reply(desk: Desk, row: Feedback, own: Ticket | None, body: str) -> Ticket | None:
    """Say it on the feedback's ticket; return the one where it stands, None where nobody reads."""
    reply = NewMessage(body=body.strip(), channel=PORTAL)
    if own is not None and own.state != CLOSED:
        add_message(desk, own, reply)
        return own
    if row.person is None or not row.person.is_active:
        return None
    opened = open_for(desk, row)
    if own is not None:
        # The core lets a closed ticket be followed, never be continued.
        words = _("Follows ticket %(number)s, which is closed.") % {"number": own.number}
        add_message(desk, opened, NewMessage(body=words, channel=PORTAL, kind="note"))
    add_message(desk, opened, reply)
    return opened


def _own(desk: Desk, row: Feedback) -> Ticket | None:
    if row.ticket is None:
        return None
    try:
        return ticket_by_number(desk, row.ticket.number)
    except Missing:
        words = {"title": row.title, "number": row.ticket.number}
        raise Refused(
            _("“%(title)s” is talked about on ticket %(number)s, which is not yours to see.")
            % words
        ) from None
