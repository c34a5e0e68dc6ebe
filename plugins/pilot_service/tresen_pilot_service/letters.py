# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters to those who speak for a customer: each is a message of a ticket, which the core mails.

What belongs together stays on one ticket, that of the invitation, as long as it is open.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from tresen.sdk import (
    Desk,
    NewMessage,
    NewTicket,
    Person,
    Ticket,
    add_message,
    open_ticket,
    speaking_to,
)

from tresen_pilot_service import departures, queries, responsible
from tresen_pilot_service.models import Participation

# Gives subject and text in the language in use.
Compose = Callable[[], tuple[str, str]]


def receiver(row: Participation) -> Person | None:
    """Return who is written to: the key user, else the deputy, where they still speak."""
    return next(iter(departures.speakers(row)), None)


def in_their_language(desk: Desk, row: Participation) -> AbstractContextManager[None]:
    """Write in the language of who is written to until the block ends."""
    person = receiver(row)
    return speaking_to(desk, person.language if person else None)


def address(desk: Desk, row: Participation) -> str:
    """Return where the customer finds the page of their participation."""
    return f"{desk.config.base_url.rstrip('/')}/pilot_service/portal/{row.id}"


def send(desk: Desk, participation: Participation, subject: str, body: str) -> Ticket | None:
    """Write to who speaks for the customer; return the ticket, None where nobody does.

    The participation must be loaded whole. An open ticket of the invitation takes the letter, and
    keeps its own subject.
    """
    person = receiver(participation)
    ticket = _own_ticket(desk, participation, person) if person else None
    if ticket is None:
        return begin(desk, participation, subject, body)
    add_message(desk, ticket, NewMessage(body, "web"))
    return ticket


def begin(desk: Desk, participation: Participation, subject: str, body: str) -> Ticket | None:
    """Write on a ticket of its own to who speaks for the customer; None where nobody does."""
    person = receiver(participation)
    if person is None:
        return None
    new = _new_ticket(desk, participation, person, subject)
    return open_ticket(desk, new, NewMessage(body, "web"))


def tell(desk: Desk, rows: Sequence[Participation], compose: Compose) -> list[str]:
    """Write to each participant on a ticket of its own, in their own language.

    Returns the names of the customers for whom nobody speaks.
    """
    unreached = []
    for row in rows:
        with in_their_language(desk, row):
            subject, body = compose()
        if begin(desk, row, subject, body) is None:
            unreached.append(row.organisation.name)
    return unreached


def _own_ticket(desk: Desk, row: Participation, person: Person) -> Ticket | None:
    """Return the ticket of the invitation where it is open and the same person's."""
    sent = queries.invitation(desk, row.id)
    ticket = sent.ticket if sent else None
    if ticket is None or not ticket.is_open or ticket.requester_id != person.id:
        return None
    return ticket


def _new_ticket(desk: Desk, row: Participation, person: Person, subject: str) -> NewTicket:
    owner = responsible.responsible(desk, row)
    return NewTicket(
        subject=subject,
        channel="web",
        requester_id=person.id,
        organisation_id=row.organisation_id,
        # Who has an owner needs no team, and a restricted one might not let the owner in.
        team_id=None if owner else row.programme.team_id,
        owner_id=owner.id if owner else None,
        product_id=row.programme.product_id,
        installation_id=row.installation_id,
        language=person.language,
    )
