# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends a reply and takes it back: for a moment it waits, and its author can have it again.

Until then no mail has gone and no customer has seen it, so that taking back is more than a wish.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.faults import hit
from tresen.hooks import specs
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.search import service as search
from tresen.tickets import service, states, undoing, writing
from tresen.tickets.models import Message, MessageFile, ReadMark, Ticket
from tresen.tickets.records import NewMessage, Written

# Beyond what the page offers: a click in the last second has still a way to go.
GRACE = timedelta(seconds=2)


def held_until(desk: Desk, seconds: int) -> datetime | None:
    """Return the moment at which a reply that is sent now goes out; None for at once."""
    return desk.now() + timedelta(seconds=seconds) + GRACE if seconds else None


def send(
    desk: Desk, ticket: Ticket, new: NewMessage, state: str = "", revision: int | None = None
) -> Message:
    """Add a message and set the state that was chosen with it; raises as `add_message` does."""
    before = ticket.state
    message = service.add_message(desk, ticket, new, revision)
    hit("reply.after_message")
    if new.held_until is not None:
        undoing.hold_mails(desk, new.held_until)
    if state:
        service.change(desk, ticket, {"state": state})
    if message.held_until is not None:
        message.state_before, message.state_after = before, ticket.state
    return message


def take_back(desk: Desk, ticket: Ticket, message_id: int, typed: str = "") -> bool:
    """Make a reply that still waits a draft again; return whether the ticket is as before.

    What the author typed meanwhile (`typed`, or the draft that is kept) is appended. The state
    is put back unless somebody changed it since. Raises Missing for what is not the actor's
    own reply, Refused when it has gone out.
    """
    message = _held(desk, ticket, message_id)
    desk.guard(specs.before_message_taken_back, ticket, message)
    _make_draft(desk, ticket, message, typed)
    search.remove(desk, "ticket", ticket.id, message.id)
    desk.session.delete(message)
    desk.session.flush()
    journal.record(desk, "ticket", ticket.id, "taken_back")
    is_as_before = _put_state_back(desk, ticket, message)
    _restamp(desk, ticket, message)
    return is_as_before


def _held(desk: Desk, ticket: Ticket, message_id: int) -> Message:
    message = desk.session.get(Message, message_id)
    is_own = message is not None and message.author_id == desk.actor.person_id
    if message is None or message.ticket_id != ticket.id or not is_own:
        raise Missing(_("This reply is no longer here."))
    if message.held_until is None or desk.now() >= message.held_until:
        raise Refused(_("It is too late: the reply has gone out."))
    return message


def _make_draft(desk: Desk, ticket: Ticket, message: Message, typed: str) -> None:
    draft = writing.draft_of(desk, ticket)
    later = typed if typed.strip() or draft is None else draft.body
    # A note that was begun meanwhile must not become public by being appended to a reply.
    kind = draft.kind if draft is not None and later.strip() else "reply"
    to, cc = (", ".join(message.recipients.get(field, ())) for field in ("to", "cc"))
    was_chosen = message.state_after not in (message.state_before, states.OPEN)
    state = message.state_after if was_chosen else ""
    body = "\n\n".join(text for text in (message.body, later) if text.strip())
    files = [*_files_of(desk, message), *(file.id for file in (draft.files if draft else ()))]
    writing.keep_draft(desk, ticket, Written(kind, body, to, cc, state or "", tuple(files)))


def _files_of(desk: Desk, message: Message) -> Sequence[int]:
    statement = select(MessageFile.file_id).where(MessageFile.message_id == message.id)
    return desk.session.scalars(statement.order_by(MessageFile.file_id)).all()


def _restamp(desk: Desk, ticket: Ticket, gone: Message) -> None:
    """Let the ticket's own moments be those of the messages that remain."""
    newest, newest_id, in_id, out_id = desk.session.execute(
        select(
            func.max(Message.created_at),
            func.max(Message.id),
            func.max(Message.id).filter(Message.is_public, Message.is_inbound),
            func.max(Message.id).filter(Message.is_public, ~Message.is_inbound),
        ).where(Message.ticket_id == ticket.id)
    ).one()
    ticket.last_message_at = newest or ticket.created_at
    ticket.changed_at = desk.now()
    ticket.is_answer_due = ticket.is_open and (in_id or 0) > (out_id or 0)
    if ticket.first_replied_at == gone.created_at:
        ticket.first_replied_at = None
    # SQLite may give the next message the same id, which nobody has read then.
    desk.session.execute(
        update(ReadMark)
        .where(ReadMark.ticket_id == ticket.id, ReadMark.message_id >= gone.id)
        .values(message_id=newest_id or 0)
    )


def _put_state_back(desk: Desk, ticket: Ticket, gone: Message) -> bool:
    if gone.state_before is None or gone.state_before == gone.state_after:
        return True
    if ticket.state != gone.state_after:
        return False
    with undoing.withdrawing(desk, (gone.created_at, gone.created_at)):
        undoing.restore(desk, ticket, {"state": gone.state_before}, "changed")
    return True
