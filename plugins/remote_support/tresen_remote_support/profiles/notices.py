# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells those who approve that somebody worked at their system by a standing permission.

The message stands on the ticket, which the core mails; where the ticket is closed, on a new one.
"""

from collections.abc import Sequence

from tresen.sdk import (
    Desk,
    NewMessage,
    NewTicket,
    Person,
    Ticket,
    _,
    add_message,
    open_ticket,
    primary_address,
    speaking_to,
)

from tresen_remote_support import scopes
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import queries, standing
from tresen_remote_support.profiles.models import AccessProfile


def tell_of_use(desk: Desk, row: RemoteSession) -> None:
    """Tell who approves of a session that ran by a standing permission; of others nothing."""
    profile = queries.of_session(desk, row)
    if profile is None or standing.of_session(desk, row) is None:
        return
    people = queries.approvers(desk, [profile.id]).get(profile.id, [])
    ticket = desk.session.get_one(Ticket, row.ticket_id)
    if not people:
        # Who approved is gone: those who read the ticket shall find somebody else.
        said = _("Nobody is left to be told of this use of the access “%(title)s”.")
        add_message(desk, ticket, NewMessage(said % {"title": profile.title}, "web", kind="note"))
        return
    with speaking_to(desk, people[0].language):
        subject, body = _words(desk, row, profile)
    _send(desk, ticket, people, (subject, body))


def _send(desk: Desk, ticket: Ticket, people: Sequence[Person], words: tuple[str, str]) -> None:
    subject, body = words
    found = (primary_address(desk, each.id) for each in people)
    letter = NewMessage(body, "web", recipients={"to": [each for each in found if each]})
    if ticket.is_open:
        add_message(desk, ticket, letter)
        return
    new = NewTicket(
        subject=subject,
        channel="web",
        requester_id=people[0].id,
        organisation_id=people[0].organisation_id,
        owner_id=ticket.owner_id,
        product_id=ticket.product_id,
        installation_id=ticket.installation_id,
    )
    open_ticket(desk, new, letter)


def _words(desk: Desk, row: RemoteSession, profile: AccessProfile) -> tuple[str, str]:
    """Return subject and text in the language in use."""
    who = desk.session.get(Person, row.agent_id) if row.agent_id else None
    told = {
        "name": who.name if who else _("An agent"),
        "title": profile.title,
        "device": profile.target_id,
        "basis": profile.standing_basis,
        "purpose": row.purpose,
        "kinds": ", ".join(str(scopes.TITLES[each]) for each in scopes.kinds_in(row.scope)),
        "reference": row.reference,
    }
    subject = _("Remote access to %(title)s was used") % told
    paragraphs = (
        _("%(name)s worked at %(device)s (%(title)s) while nobody was there.") % told,
        _("Why: %(purpose)s") % told,
        _("What was allowed: %(kinds)s") % told,
        _("It rested on your standing permission: %(basis)s. Session: %(reference)s.") % told,
    )
    return subject, "\n\n".join(paragraphs)
