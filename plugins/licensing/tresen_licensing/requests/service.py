# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes requests for source, and keeps how they were answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tresen.sdk import (
    Desk,
    NewMessage,
    NewTicket,
    Person,
    Refused,
    Ticket,
    _,
    add_person,
    change,
    open_ticket,
    person_by_address,
    primary_address,
    read_settings,
    record,
)

from tresen_licensing.requests import queries, states
from tresen_licensing.requests.models import SourceRequest
from tresen_licensing.sources.service import SETTINGS

REQUEST = "licensing.source_request"


@dataclass(frozen=True)
class Wish:
    """What somebody asks for, in their own words."""

    kind: str
    product: str
    medium: str
    words: str = ""


def whose(desk: Desk, name: str, address: str) -> Person:
    """Return who has the address; a person is made when nobody has it yet.

    The address is as unproven as the sender of a mail is: it opens no account.
    """
    return person_by_address(desk, address) or add_person(desk, name, address)


def ask(desk: Desk, person: Person, wish: Wish) -> SourceRequest:
    """Take a request by the form: it becomes a ticket, on which it is answered."""
    new = NewTicket(
        subject=_subject(wish),
        channel="web",
        requester_id=person.id,
        organisation_id=person.organisation_id,
        language=desk.language,
    )
    first = NewMessage(
        body=_words(wish),
        channel="web",
        format="text",
        is_inbound=True,
        author_id=person.id,
        author_name=person.name,
        author_address=primary_address(desk, person.id) or "",
    )
    return note(desk, open_ticket(desk, new, first), wish, desk.today())


def note(desk: Desk, ticket: Ticket, wish: Wish, received_on: date) -> SourceRequest:
    """Record a ticket as a request, due so many days after it came in.

    Raises Refused for a day that is yet to come, and where the ticket is recorded already.
    """
    if received_on > desk.today():
        raise Refused(_("The day lies in the future."))
    if queries.of_ticket(desk, ticket.id):
        raise Refused(_("This ticket is recorded as a request already."))
    days = read_settings(desk, SETTINGS)["answer_days"]
    made = SourceRequest(
        kind=wish.kind,
        product=wish.product.strip(),
        wished_medium=wish.medium,
        person_id=ticket.requester_id,
        ticket_id=ticket.id,
        received_on=received_on,
        due_on=received_on + timedelta(days=days),
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, REQUEST, made.id, "received", {"due_on": (None, made.due_on.isoformat())})
    return made


def answer(desk: Desk, row: SourceRequest, values: Mapping[str, Any]) -> None:
    """Keep when and how a request was answered; a second time corrects the first.

    Raises Refused for a day before it came in or yet to come, and for "nothing owed" without a
    reason.
    """
    day = values["answered_on"]
    if not row.received_on <= day <= desk.today():
        raise Refused(_("The day lies between the one it came in and today."))
    if values["medium"] == states.NOTHING and not values["note"].strip():
        raise Refused(_("Say why nothing was owed."))
    fields = {**values, "note": values["note"].strip(), "answered_by_id": desk.actor.person_id}
    change(desk, REQUEST, row, fields)


def _subject(wish: Wish) -> str:
    words = {"product": wish.product.strip()}
    if wish.kind == states.SOURCE:
        return _("Source of %(product)s") % words
    return _("Licences of %(product)s") % words


def _words(wish: Wish) -> str:
    lines = [
        str(states.KINDS[wish.kind]),
        wish.product.strip(),
        str(states.WISHES[wish.medium]),
    ]
    return "\n".join(lines) + (f"\n\n{wish.words.strip()}" if wish.words.strip() else "")
