# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers do: ask, answer, say that it is answered; by account or by signed link."""

from dataclasses import dataclass, replace

from tresen.access import service as access
from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.i18n import _
from tresen.people import queries as people
from tresen.people import service as people_service
from tresen.people.models import Person
from tresen.products.models import Installation
from tresen.tickets import links, service, states
from tresen.tickets.models import FIRST_NUMBER, Ticket
from tresen.tickets.queries import ticket_by_number
from tresen.tickets.records import NewMessage, NewTicket

# What an actor by signed link may do; everything else stays shut.
LINK_PERMISSIONS = frozenset({"portal.use"})


@dataclass(frozen=True)
class Request:
    """What a customer asks; `files` are ids of stored files."""

    subject: str
    body: str
    files: tuple[tuple[int, str], ...] = ()
    installation_id: int | None = None


def ask(desk: Desk, person: Person, request: Request) -> Ticket:
    """Open a ticket for the person; raises Refused for an installation of somebody else."""
    installation = _installation(desk, person, request.installation_id)
    new = NewTicket(
        subject=request.subject,
        channel="web",
        requester_id=person.id,
        organisation_id=person.organisation_id,
        installation_id=installation.id if installation else None,
        product_id=installation.product_id if installation else None,
        language=desk.language,
    )
    return service.open_ticket(desk, new, _message(desk, person, request.body, request.files))


def ask_as_visitor(desk: Desk, name: str, address: str, request: Request) -> Ticket:
    """Open a ticket for whoever has the address; a person is made when nobody has it yet.

    The address is as unproven as the sender of a mail is: it opens no account (safety M01).
    """
    found = people.person_by_address(desk, address)
    person = found or people_service.add_person(desk, name, address)
    return ask(desk, person, request)


def answer(
    desk: Desk, ticket: Ticket, person: Person, body: str, files: tuple[tuple[int, str], ...]
) -> Ticket:
    """Add the customer's answer; on a closed ticket it opens a new one that follows it."""
    if ticket.state != states.CLOSED:
        service.add_message(desk, ticket, _message(desk, person, body, files))
        return ticket
    following = ask(desk, person, Request(ticket.subject, body, files))
    service.link(desk, following, ticket, "follows")
    return following


def settle(desk: Desk, ticket: Ticket) -> None:
    """Take the customer's word that the question is answered."""
    service.change(desk, ticket, {"state": states.SOLVED})


def enter_by_link(desk: Desk, token: str) -> Ticket:
    """Let the actor be the person of a signed link; return the one ticket that it opens."""
    ticket_id, person_id = links.read_link(desk, token)
    person = desk.session.get(Person, person_id)
    if person is None or not person.is_active:
        raise Missing(_("This link is no longer valid. Please answer our mail, or sign in."))
    actor = access.actor_for(desk, person, LINK_PERMISSIONS)
    # An agent who follows a customer's link stays an agent; nobody becomes one by a link.
    desk.actor = replace(actor, kind="customer", sees_organisation=False)
    return ticket_by_number(desk, ticket_id + FIRST_NUMBER, Ticket.requester)


def _message(
    desk: Desk, person: Person, body: str, files: tuple[tuple[int, str], ...]
) -> NewMessage:
    return NewMessage(
        body=body,
        channel="web",
        format="text",
        is_inbound=True,
        author_id=person.id,
        author_name=person.name,
        author_address=people.primary_address(desk, person.id) or "",
        files=files,
    )


def _installation(desk: Desk, person: Person, installation_id: int | None) -> Installation | None:
    if installation_id is None:
        return None
    found = desk.session.get(Installation, installation_id)
    if found is None or found.organisation_id != person.organisation_id:
        raise Refused(_("This is none of your systems."))
    return found
