# SPDX-License-Identifier: AGPL-3.0-or-later
"""One mail that was read gets its outcome: on a ticket, or ignored by a named rule.

All rules about who may put what on which ticket meet here, in the order of safety M01 to M21.
"""

from dataclasses import dataclass, replace

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.hooks import specs
from tresen.i18n import ngettext
from tresen.mail import (
    authentication,
    contents,
    guesses,
    keys,
    outcomes,
    receipts,
    senders,
    threads,
)
from tresen.mail.classify import MailKind, Verdict, classify
from tresen.mail.identifiers import cut_id
from tresen.mail.lookups import Lookups
from tresen.mail.models import InboundMail, Mailbox
from tresen.mail.records import Mail
from tresen.mail.returned import take_bounce
from tresen.people.models import AGENT_ROLES, Person
from tresen.tickets import service as tickets
from tresen.tickets import states
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage, NewTicket
from tresen.web.text import one_line


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known about a mail once its sender and its ticket are found."""

    row: InboundMail
    mail: Mail
    verdict: Verdict
    sender: Person | None
    thread: threads.Thread
    is_authenticated: bool | None
    known: Lookups

    @property
    def is_by_person(self) -> bool:
        """Whether a human being wrote it."""
        return self.verdict.kind is MailKind.PERSON


def take(desk: Desk, row: InboundMail, mail: Mail, known: Lookups) -> None:
    """Give the row its outcome, or let it wait for the mail that it answers.

    Whatever raises is undone by the caller's savepoint.

    What the mail adds is noted in `known`; a caller who undoes it looks everything up anew.
    """
    if known.answers_pending(row, mail) and outcomes.wait(row, desk.now()):
        return
    _decide(desk, row, _with_envelope(row, mail), known)
    describe(row, mail)


def describe(row: InboundMail, mail: Mail) -> None:
    """Say on the row who wrote and about what, for the lists of mails."""
    row.sender = one_line(f"{senders.sender_name(mail)} {_address(mail)}", 400)
    row.subject = one_line(mail.subject, 400)


def _decide(desk: Desk, row: InboundMail, mail: Mail, known: Lookups) -> None:
    verdict = classify(
        mail,
        keys.loop_mark(desk.config),
        lambda identifier: keys.read_message_id(desk.config, identifier) is not None,
    )
    if _is_set_aside(desk, row, mail, verdict, known):
        return None
    try:
        desk.guard(specs.before_mail_taken, mail)
    except Refused as refusal:
        return outcomes.ignore(row, refusal.sentence)
    if verdict.kind is MailKind.BOUNCE:
        return _end(row, mail, take_bounce(desk, mail), known)
    return _end(row, mail, _put(desk, _found(desk, row, mail, verdict, known)), known)


def _is_set_aside(
    desk: Desk, row: InboundMail, mail: Mail, verdict: Verdict, known: Lookups
) -> bool:
    """Whether nobody need be asked about the mail: it has its outcome then."""
    if verdict.kind is MailKind.OWN:
        outcomes.ignore(row, verdict.rule)
    elif _is_stored_already(row, mail, known):
        outcomes.ignore(row, "duplicate")
    elif outcomes.is_new_and_cut(row):
        receipts.queue_refusal(desk, mail, verdict)
        outcomes.hold(row, row.reason)
    elif verdict.kind is not MailKind.BOUNCE and guesses.are_too_many(desk, row, mail):
        outcomes.hold(row, "guessed-address: too many mails to reply addresses of no ticket")
    else:
        return False
    return True


def _end(row: InboundMail, mail: Mail, ended: Message | str, known: Lookups) -> None:
    if isinstance(ended, str):
        outcomes.ignore(row, ended)
    else:
        outcomes.put_on_ticket(row, ended)
        known.note(row, mail, ended)


def _with_envelope(row: InboundMail, mail: Mail) -> Mail:
    """The envelope that our own door saw is surer than a Return-Path that anybody may write."""
    return mail if row.envelope_from is None else replace(mail, return_path=row.envelope_from)


def _address(mail: Mail) -> str:
    return f"<{mail.sender.email}>" if mail.sender else ""


def _is_stored_already(row: InboundMail, mail: Mail, known: Lookups) -> bool:
    """Whether the same mail came to this mailbox on another way: same id, same content (F24)."""
    return any(
        stored.content_hash == row.content_hash
        and stored.mailbox_id == row.mailbox_id
        and stored.row_id != row.id
        for stored in known.stored.get(cut_id(mail.message_id), ())
    )


def _found(desk: Desk, row: InboundMail, mail: Mail, verdict: Verdict, known: Lookups) -> Taken:
    sender = senders.person_of(desk, mail, verdict, known)
    thread = threads.find_thread(desk, row, mail, sender, known)
    judged = authentication.is_authenticated(mail, desk.config.trusted_mail_servers)
    return Taken(row, mail, verdict, sender, thread, judged, known)


def _put(desk: Desk, taken: Taken) -> Message | str:
    ticket = taken.thread.ticket
    if ticket is None:
        if taken.verdict.kind is MailKind.AUTO_REPLY:
            return taken.verdict.rule
        return _open(desk, taken)
    if ticket.state == states.CLOSED and taken.is_by_person:
        return _open(desk, taken, follows=ticket)
    return tickets.add_message(desk, ticket, _follow_up(desk, taken, ticket))


def _follow_up(desk: Desk, taken: Taken, ticket: Ticket) -> NewMessage:
    sender, given = taken.sender, {"is_authenticated": taken.is_authenticated}
    is_agent = sender is not None and sender.role in AGENT_ROLES
    if taken.thread.how == "notice" and taken.is_by_person and taken.is_authenticated is not False:
        return contents.message_of(desk, taken.mail, sender, **given, is_inbound=False)
    if is_agent or not taken.is_by_person:
        # Nothing is sent for it and no state moves: a machine, or somebody who says to be an agent.
        return contents.message_of(desk, taken.mail, sender, **given, kind="note", is_inbound=False)
    if taken.is_authenticated is not False:
        senders.let_join(desk, ticket, taken.mail, sender, taken.known)
    return contents.message_of(desk, taken.mail, sender, **given)


def _open(desk: Desk, taken: Taken, follows: Ticket | None = None) -> Message:
    mail, sender = taken.mail, taken.sender
    mailbox = desk.session.get(Mailbox, taken.row.mailbox_id) if taken.row.mailbox_id else None
    new = NewTicket(
        subject=contents.subject_of(mail),
        channel="mail",
        requester_id=sender.id if sender else None,
        organisation_id=sender.organisation_id if sender else None,
        team_id=mailbox.team_id if mailbox else None,
        mailbox_id=mailbox.id if mailbox else None,
        language=sender.language if sender else None,
    )
    first = contents.message_of(desk, mail, sender, is_authenticated=taken.is_authenticated)
    ticket, message = tickets.open_with_message(desk, new, first)
    if taken.is_authenticated is not False:
        senders.let_join(desk, ticket, mail, sender, taken.known)
    if follows is not None:
        tickets.link(desk, ticket, follows, "follows")
    _hint(desk, ticket, taken)
    if taken.verdict.may_be_answered:
        receipts.queue_receipt(desk, ticket, message)
    return message


def _hint(desk: Desk, ticket: Ticket, taken: Taken) -> None:
    """Tell agents, and only them, which tickets a sender named who takes no part in them (M03)."""
    others = [desk.session.get_one(Ticket, ticket_id) for ticket_id in taken.thread.hints]
    if not others:
        return
    for other in others:
        tickets.link(desk, ticket, other, "relates")
    text = ngettext(
        "The sender named ticket %(numbers)s but takes no part in it. If they belong together, "
        "add the sender there.",
        "The sender named tickets %(numbers)s but takes no part in them. Where they belong "
        "together, add the sender there.",
        len(others),
    )
    body = text % {"numbers": ", ".join(str(other.number) for other in others)}
    note = NewMessage(body=body, kind="note", channel="mail", format="text")
    tickets.add_message(desk, ticket, note)
