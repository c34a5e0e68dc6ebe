# SPDX-License-Identifier: AGPL-3.0-or-later
"""By what a mail names a ticket: Message-IDs, reply addresses, the number in the subject.

Whether the sender may use the name is decided elsewhere; here it is only read.
"""

from tresen.desk import Desk
from tresen.mail import keys, tokens
from tresen.mail.models import InboundMail
from tresen.mail.records import Mail
from tresen.tickets.models import FIRST_NUMBER

# Message-IDs that one mail answers and that are looked up; the newest ones say most.
MOST_ANSWERED = 20
# Headers in which servers write the address that a mail was really delivered to.
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to")


def cut_id(identifier: str) -> str:
    """Return a Message-ID as it is stored: without angle brackets, at most 255 characters."""
    return identifier.strip().strip("<>")[:255]


def answered_ids(mail: Mail) -> list[str]:
    """Return the Message-IDs that a mail answers, as they are stored, the nearest first."""
    named = [*mail.in_reply_to, *reversed(mail.references)]
    return list(dict.fromkeys(cut_id(identifier) for identifier in named))[:MOST_ANSWERED]


def tickets_of_addresses(desk: Desk, row: InboundMail, mail: Mail) -> list[int]:
    """Return the ids of tickets whose signed reply addresses the mail was sent to."""
    written = [address.email for address in (*mail.to, *mail.cc)]
    delivered = [header.value for header in mail.headers if header.name in _DELIVERED]
    found = (keys.ticket_of_address(desk, a) for a in (row.envelope_to, *delivered, *written) if a)
    return [ticket_id for ticket_id in found if ticket_id is not None]


def tickets_of_signed_ids(desk: Desk, mail: Mail) -> list[int]:
    """Return the ids of tickets that Message-IDs of ours name, which the mail answers."""
    signed = (keys.read_message_id(desk.config, identifier) for identifier in answered_ids(mail))
    return [found.ticket_id for found in signed if found]


def tickets_of_subject(mail: Mail) -> list[int]:
    """Return the ids of tickets whose numbers stand in the subject."""
    return [n - FIRST_NUMBER for n in tokens.read_subject(mail.subject) if n > FIRST_NUMBER]
