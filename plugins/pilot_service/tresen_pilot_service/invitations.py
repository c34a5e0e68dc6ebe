# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invites a customer by a letter to the key user, which leads to the page where they answer."""

from collections.abc import Iterator

from tresen.sdk import Desk, Person, Refused, _, day, primary_address, record

from tresen_pilot_service import letters, steps
from tresen_pilot_service.models import Invitation, Participation

INVITATION = "pilot_service.invitation"


def send(desk: Desk, row: Participation) -> Invitation:
    """Send the invitation, or send it once more; the participation must be loaded whole.

    Raises Refused for who answered already, and where nobody can be written to.
    """
    if row.state != steps.INVITED:
        raise Refused(_("Only a customer who has not answered yet is invited by mail."))
    person = _demand_receiver(desk, row)
    with letters.in_their_language(desk, row):
        subject = _("Invitation to the pilot “%(title)s”") % {"title": row.programme.title}
        body = "\n\n".join(_paragraphs(desk, row, person))
    ticket = letters.send(desk, row, subject, body)
    sent = Invitation(
        participation_id=row.id, ticket_id=ticket.id if ticket else None, sent_at=desk.now()
    )
    desk.session.add(sent)
    desk.session.flush()
    record(desk, INVITATION, sent.id, "sent", {"participation": (None, row.id)})
    return sent


def _demand_receiver(desk: Desk, row: Participation) -> Person:
    person = letters.receiver(row)
    if person is None:
        raise Refused(_("Name the key user first: the invitation goes to them."))
    if primary_address(desk, person.id) is None:
        raise Refused(
            _("%(name)s has no mail address. Add one, or name another key user.")
            % {"name": person.name}
        )
    return person


def _paragraphs(desk: Desk, row: Participation, person: Person) -> Iterator[str]:
    programme = row.programme
    words = {
        "customer": row.organisation.name,
        "product": programme.product.name,
        "first": day(programme.starts_on, "long"),
        "last": day(programme.ends_on, "long"),
    }
    yield _("Hello %(name)s,") % {"name": person.name}
    yield (
        _(
            "we invite %(customer)s to try %(product)s before everybody else,"
            " from %(first)s to %(last)s."
        )
        % words
    )
    if programme.goal:
        yield _("What we want to find out together: %(goal)s") % {"goal": programme.goal}
    if row.contact is not None:
        yield _("%(name)s is there for you the whole time.") % {"name": row.contact.name}
    yield (
        _("Everything about it, and the place for your answer:") + f"\n{letters.address(desk, row)}"
    )
    yield _("Kind regards") + f"\n{desk.actor.name}"
