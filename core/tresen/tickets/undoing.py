# SPDX-License-Identifier: AGPL-3.0-or-later
"""Undoes a step on tickets for a moment: the journal says what to put back.

Mails that the step causes wait as long as it can be undone, and are withdrawn with it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.hooks import specs
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.journal.models import JournalEntry
from tresen.people.models import Person
from tresen.settings import service as settings
from tresen.tickets import service, states
from tresen.tickets.models import FIRST_NUMBER, Message, Ticket
from tresen.tickets.records import SETTINGS

# Beyond what the page offers: who rests on the notice, or reads slowly, has this much longer.
GRACE = timedelta(seconds=20)
# One step changes at most 200 tickets, each in a few fields.
MOST_ENTRIES = 2_000
_UNTIL = "undoable_until"
_UNDONE = "undone_span"
Span = tuple[datetime, datetime]


@dataclass
class Step:
    """What can be undone: the first and the last journal entry of it, 0 while there is none.

    `seconds` is how long the page offers it; 0 is not at all.
    """

    seconds: int
    first: int = 0
    last: int = 0

    @property
    def is_offered(self) -> bool:
        """Whether anything was changed, and the operator lets steps be undone."""
        return bool(self.seconds and self.first)


def seconds_to_undo(desk: Desk) -> int:
    """Return for how many seconds a step or a reply may be undone; 0 for not at all."""
    return int(settings.read(desk, SETTINGS)["undo_seconds"])


@contextmanager
def undoable(desk: Desk) -> Iterator[Step]:
    """Let what is done to tickets inside be undone as one step; its mails wait until then."""
    step = Step(seconds_to_undo(desk))
    if step.seconds:
        hold_mails(desk, desk.now() + timedelta(seconds=step.seconds) + GRACE)
    with journal.noting(desk) as entries:
        yield step
    desk.session.flush()
    ids = [entry.id for entry in entries]
    step.first, step.last = min(ids, default=0), max(ids, default=0)


def hold_mails(desk: Desk, until: datetime) -> None:
    """Let the mails that are queued from here on wait: what causes them may be undone."""
    desk.memo[_UNTIL] = until


def held_until(desk: Desk) -> datetime | None:
    """Return until when a mail that is queued now has to wait; None for not at all."""
    found: datetime | None = desk.memo.get(_UNTIL)
    return found


def undone_span(desk: Desk) -> Span | None:
    """Return from when to when the step was done that is being undone; None while none is."""
    found: Span | None = desk.memo.get(_UNDONE)
    return found


@contextmanager
def withdrawing(desk: Desk, span: Span) -> Iterator[None]:
    """Let listeners know that a step of that span is being undone, and tell nobody anew."""
    desk.memo[_UNDONE] = span
    try:
        yield
    finally:
        desk.memo.pop(_UNDONE, None)


def undo(desk: Desk, first: int, last: int) -> tuple[int, int]:
    """Undo the actor's own step between two journal entries; return how many tickets (are, not).

    A ticket that somebody changed again in what the step changed is not put back, and neither is
    anything twice. Raises Refused when the time is over, or when nothing of the step is left.
    """
    entries = _entries(desk, first, last)
    seconds = seconds_to_undo(desk)
    window = timedelta(seconds=seconds) + GRACE if seconds else timedelta()
    # By its first entry, so that no range reaches back to what is long done.
    if not entries or desk.now() >= entries[0].at + window:
        raise Refused(_("It is too late to undo this."))
    of_ticket: dict[int, list[JournalEntry]] = defaultdict(list)
    for entry in entries:
        of_ticket[entry.subject_id].append(entry)
    found = select(Ticket).where(Ticket.id.in_(of_ticket)).order_by(Ticket.id)
    with withdrawing(desk, (entries[0].at, entries[-1].at)):
        is_back = [
            _put_back(desk, each, of_ticket[each.id]) for each in desk.session.scalars(found).all()
        ]
    if not any(is_back):
        raise Refused(_("Nothing was undone: it has been changed since."))
    return sum(is_back), len(is_back) - sum(is_back)


def restore(desk: Desk, ticket: Ticket, values: dict[str, Any], action: str = "undone") -> None:
    """Put earlier values back, where the step that left them is undone; no table asks."""
    changes = {name: (getattr(ticket, name), value) for name, value in values.items()}
    for name, value in values.items():
        setattr(ticket, name, value)
    ticket.changed_at = desk.now()
    if "state" in values:
        _restamp(desk, ticket)
    journal.record(desk, "ticket", ticket.id, action, changes)
    if service.FOUND_BY & set(values):
        service.index_head(desk, ticket)
    desk.tell(specs.ticket_changed, ticket, changes)


def _entries(desk: Desk, first: int, last: int) -> Sequence[JournalEntry]:
    """Return the actor's own entries: what others did at the same moment is not touched."""
    return desk.session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.id.between(first, last),
            JournalEntry.subject_kind == "ticket",
            JournalEntry.actor_id == desk.actor.person_id,
            JournalEntry.action.in_(("changed", *_BACK)),
        )
        .order_by(JournalEntry.id)
        .limit(MOST_ENTRIES)
    ).all()


def _put_back(desk: Desk, ticket: Ticket, entries: Sequence[JournalEntry]) -> bool:
    """Return whether all of it is as before; what was changed since stays."""
    values: dict[str, Any] = {}
    is_whole = True
    for entry in reversed(entries):
        if entry.action != "changed":
            continue
        if values.get(entry.field, getattr(ticket, entry.field)) == entry.new:
            values[entry.field] = entry.old
        else:
            is_whole = False
    if values:
        restore(desk, ticket, values)
    # Afterwards: who was the requester meanwhile can take part again only then.
    for entry in reversed(entries):
        if entry.action in _BACK:
            _BACK[entry.action](desk, ticket, entry)
    return is_whole


def _restamp(desk: Desk, ticket: Ticket) -> None:
    ticket.is_open = states.is_open(ticket.state)
    if ticket.is_open:
        ticket.solved_at = None
        ticket.is_answer_due = _is_answer_due(desk, ticket)
    if ticket.state != states.CLOSED:
        ticket.closed_at = None


def _is_answer_due(desk: Desk, ticket: Ticket) -> bool:
    in_id, out_id = desk.session.execute(
        select(
            func.max(Message.id).filter(Message.is_inbound),
            func.max(Message.id).filter(~Message.is_inbound),
        ).where(Message.ticket_id == ticket.id, Message.is_public)
    ).one()
    return (in_id or 0) > (out_id or 0)


def _untag(desk: Desk, ticket: Ticket, entry: JournalEntry) -> None:
    for tag in entry.new:
        service.remove_tag(desk, ticket, tag)


def _tag(desk: Desk, ticket: Ticket, entry: JournalEntry) -> None:
    service.add_tags(desk, ticket, (entry.old,))


def _link(desk: Desk, ticket: Ticket, entry: JournalEntry) -> None:
    other = desk.session.get(Ticket, entry.old - FIRST_NUMBER)
    if other is not None:
        service.link(desk, ticket, other, entry.field)


def _join(desk: Desk, ticket: Ticket, entry: JournalEntry) -> None:
    person = desk.session.get(Person, entry.old)
    if person is not None:
        service.add_participant(desk, ticket, person)


# What undoes a step beside the fields; what only adds is taken away where it stands.
_BACK: dict[str, Callable[[Desk, Ticket, JournalEntry], None]] = {
    "tagged": _untag,
    "untagged": _tag,
    "unlinked": _link,
    "left": _join,
}
