# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sent a mail, and who of those it also went to takes part (safety M01, M02, M05, M18).

A mail makes a person known but proves nothing: only a link sent to the address does that. Machines
and addresses of our own never become people, and nobody joins a ticket because a stranger wrote
their address into Cc.
"""

from tresen.desk import Desk
from tresen.mail.answering import is_own
from tresen.mail.classify import MailKind, Verdict
from tresen.mail.lookups import Lookups
from tresen.mail.records import Address, Mail
from tresen.mail.sendable import is_sendable
from tresen.people import service as people
from tresen.people.models import Person, normal_address
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.web.text import one_line

# Copied persons who join one ticket by one mail, at the most.
MAX_JOINED = 40


def person_of(desk: Desk, mail: Mail, verdict: Verdict, known: Lookups) -> Person | None:
    """Return the sender, made known where a person wrote for the first time."""
    if mail.sender is None or not mail.sender.email:
        return None
    found = known.person(mail.sender.email)
    if found or verdict.kind is not MailKind.PERSON or not _may_become_person(desk, mail.sender):
        return found
    added = people.add_person(desk, sender_name(mail)[:200], mail.sender.email)
    known.people[normal_address(mail.sender.email)] = added
    return added


def sender_name(mail: Mail) -> str:
    """Return the display name, or the address where there is none, as one harmless line."""
    if mail.sender is None:
        return ""
    return one_line(mail.sender.name or mail.sender.email, 200)


def let_join(desk: Desk, ticket: Ticket, mail: Mail, sender: Person | None, known: Lookups) -> None:
    """Let copied persons take part: those known who belong to the sender's organisation.

    All other addresses stay readable on the message; an agent may add them.
    """
    if sender is None or sender.organisation_id is None:
        return
    copied = (known.person(address.email) for address in (*mail.to, *mail.cc))
    colleagues = {
        person.id: person
        for person in copied
        if person is not None
        and person.organisation_id == sender.organisation_id
        and person.role == "customer"
        and person.is_active
        and person.id != sender.id
    }
    for person_id in sorted(colleagues)[:MAX_JOINED]:
        tickets.add_participant(desk, ticket, colleagues[person_id])


def _may_become_person(desk: Desk, sender: Address) -> bool:
    if not is_sendable(sender.email) or len(sender.email) > 320:
        return False
    return not is_own(desk, sender.email)
