# SPDX-License-Identifier: AGPL-3.0-or-later
"""The automatic answer to a new request: it arrived, this is its number, here it can be followed.

It quotes nothing, goes to the sender alone, and never to a machine (promise P10). The link in it
is signed: who follows it has read this mail (safety M01).
"""

from tresen.desk import Desk
from tresen.i18n import _, speaking_to
from tresen.mail import answering, authentication, tokens
from tresen.mail.classify import Verdict
from tresen.mail.identifiers import cut_id
from tresen.mail.models import OutboundMail
from tresen.mail.outbound import NewMail, Receiver, queue
from tresen.mail.records import Mail
from tresen.mail.sendable import is_sendable
from tresen.people import queries as people
from tresen.tickets.links import ticket_link
from tresen.tickets.models import Message, Ticket
from tresen.web.text import one_line


def queue_receipt(desk: Desk, ticket: Ticket, message: Message) -> OutboundMail | None:
    """Queue the receipt; return None where the sender must get none."""
    address = message.author_address or _primary(desk, message)
    if message.is_authenticated is False or not is_sendable(address):
        return None
    if not answering.may_answer(desk, address):
        return None
    subject, text = _words(desk, ticket, message)
    return queue(
        desk,
        NewMail(
            purpose="receipt",
            subject=subject,
            text=text,
            receivers=[Receiver(address, message.author_name)],
            ticket=ticket,
            message=message,
            # The request that it answers is the first and only thing said so far.
            refers=[message.internet_message_id] if message.internet_message_id else [],
        ),
    )


def queue_refusal(desk: Desk, mail: Mail, verdict: Verdict) -> OutboundMail | None:
    """Tell the sender of a mail that was too large, unless the sender must get none (F43)."""
    judged = authentication.is_authenticated(mail, desk.config.trusted_mail_servers)
    if mail.sender is None or judged is False or not verdict.may_be_answered:
        return None
    address = mail.sender.email
    if not is_sendable(address) or not answering.may_answer(desk, address):
        return None
    with speaking_to(desk, None):
        large = _("Your mail is larger than the %(limit)s MB that we take. Nobody has read it.")
        lines = [
            large % {"limit": desk.config.mail_size_limit // 1_000_000},
            _("Please send it again without its largest files."),
        ]
        subject = _("Too large: %s") % mail.subject
    return queue(
        desk,
        NewMail(
            purpose="receipt",
            subject=one_line(subject, 300),
            text="\n\n".join(lines) + "\n",
            receivers=[Receiver(address, mail.sender.name)],
            refers=[cut_id(mail.message_id)],
        ),
    )


def _primary(desk: Desk, message: Message) -> str:
    return people.primary_address(desk, message.author_id) or "" if message.author_id else ""


def _words(desk: Desk, ticket: Ticket, message: Message) -> tuple[str, str]:
    with speaking_to(desk, ticket.language):
        lines = [
            _("Thank you for your message. We received it under the number %(number)s.")
            % {"number": ticket.number},
            _("If you want to add something, answer this mail."),
        ]
        if message.author_id is not None:
            link = ticket_link(desk, ticket.id, message.author_id)
            lines.append(_("Here you can follow your request: %(link)s") % {"link": link})
        subject = tokens.make_subject(ticket.number, _("Received: %s") % ticket.subject)
    return subject, "\n\n".join(lines) + "\n"
