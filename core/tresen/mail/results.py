# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server's answers make of a mail: sent, waiting for a next try, or failed and told.

Each receiver has a state of its own: one that is refused neither hides nor delays the others (F21).
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from tresen.desk import Desk
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.mail import bells, notices
from tresen.mail.dialogue import Answer, Outcome, state_after
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.mail.sendable import is_sendable
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage
from tresen.web.text import one_line

# Pauses before each further try, then LONGEST_WAIT each time, until GIVING_UP after the first.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
LONGEST_WAIT = timedelta(hours=4)
GIVING_UP = timedelta(days=5)
# Purposes whose text opens something; it is kept no longer than it takes to send it.
SECRET = ("reset", "proof")


def recipients_of(desk: Desk, row: OutboundMail) -> Sequence[OutboundRecipient]:
    """Return the receivers of a mail in the order of its header."""
    return desk.session.scalars(
        select(OutboundRecipient)
        .where(OutboundRecipient.mail_id == row.id)
        .order_by(OutboundRecipient.id)
    ).all()


def conclude(
    desk: Desk, row: OutboundMail, outcome: Outcome, *, was_maybe_twice: bool = False
) -> None:
    """Note the answers; plan the next try or tell the owner whom the mail did not reach.

    `was_maybe_twice` is what the row said before this try.
    """
    row.attempts, row.leased_until = row.attempts + 1, None
    row.is_maybe_twice = outcome.is_unknown or was_maybe_twice
    receivers = recipients_of(desk, row)
    tried = [receiver for receiver in receivers if receiver.state == "waiting"]
    for receiver in tried:
        code, text = outcome.answers.get(receiver.address) or _untried(receiver.address)
        receiver.state = state_after(code)
        receiver.reply = row.last_reply = one_line(f"{code} {text}", 1_000)
    _plan(desk, row, receivers)
    if failed := [receiver for receiver in tried if receiver.state == "failed"]:
        _tell(desk, row, failed)


def postpone(desk: Desk, row: OutboundMail, reply: str) -> None:
    """Try a mail again soon because no server could be asked; after GIVING_UP it has failed.

    Soon, because an hour's outage is no reason to let all mails wait four hours more.
    """
    if _is_given_up(desk, row):
        waiting = [each.address for each in recipients_of(desk, row) if each.state == "waiting"]
        answer = (400, reply.removeprefix("400 "))
        conclude(desk, row, Outcome(dict.fromkeys(waiting, answer)))
        return
    row.attempts, row.leased_until = max(row.attempts, 1), None
    row.last_reply = one_line(reply, 1_000)
    row.next_at = desk.now() + WAITS[0]


def retry(desk: Desk, row: OutboundMail) -> None:
    """Let a mail be tried at once to those whom it did not reach, and then as often as a new one.

    A lease stays: whoever holds it may be sending the mail at this moment.
    """
    for receiver in recipients_of(desk, row):
        if receiver.state in ("failed", "bounced"):
            receiver.state = "waiting"
    row.state, row.next_at, row.attempts = "waiting", desk.now(), 0
    row.tried_since = desk.now()
    bells.ring_after_commit(desk, bells.OUTBOUND)


def _is_given_up(desk: Desk, row: OutboundMail) -> bool:
    return desk.now() - (row.tried_since or row.created_at) >= GIVING_UP


def _untried(address: str) -> Answer:
    return (400, "not tried") if is_sendable(address) else (553, "this is no mail address")


def _plan(desk: Desk, row: OutboundMail, receivers: Sequence[OutboundRecipient]) -> None:
    waiting = [receiver for receiver in receivers if receiver.state == "waiting"]
    if waiting and not _is_given_up(desk, row):
        row.next_at = desk.now() + _wait(row.attempts)
    else:
        for receiver in waiting:
            receiver.state = "failed"
        reached = any(receiver.state in ("sent", "bounced") for receiver in receivers)
        row.state, row.sent_at = ("sent", desk.now()) if reached else ("failed", None)
        if row.purpose in SECRET:
            row.text = ""


def _wait(attempts: int) -> timedelta:
    return WAITS[attempts - 1] if attempts <= len(WAITS) else LONGEST_WAIT


def _tell(desk: Desk, row: OutboundMail, failed: Sequence[OutboundRecipient]) -> None:
    """Put the failure on the ticket and tell its owner; a notice that fails tells nobody."""
    ticket = desk.session.get(Ticket, row.ticket_id) if row.ticket_id else None
    if ticket is None or row.purpose == "notice":
        return
    lines = [f"- {receiver.address}: {receiver.reply}" for receiver in failed]
    note = NewMessage(
        body="\n".join([_("A mail could not be delivered:"), "", *lines]),
        kind="note",
        channel="mail",
        format="text",
    )
    tickets.add_message(desk, ticket, note)
    addresses = [receiver.address for receiver in failed]
    journal.record(desk, "ticket", ticket.id, "not_delivered", {"recipients": (None, addresses)})
    notices.tell_owner_of_failure(desk, ticket, lines)
