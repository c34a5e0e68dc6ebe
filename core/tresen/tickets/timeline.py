# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of one ticket reads: messages by the page, events between them, its surroundings.

Each function is one query (two where files hang on messages), whatever the ticket holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.i18n import _
from tresen.journal.models import JournalEntry
from tresen.people.models import EmailAddress, Person
from tresen.tickets.models import (
    FIRST_NUMBER,
    Draft,
    Message,
    MessageFile,
    Participant,
    Presence,
    ReadMark,
    Ticket,
    TicketLink,
    TicketTag,
)
from tresen.tickets.queries import scope, visible

PAGE_SIZE = 20
MOST_EVENTS = 200
MOST_OTHERS = 5
PRESENT_FOR = timedelta(seconds=40)
# The browser saves a moment after each key: who has not for so long has stopped, or gone.
WRITES_FOR = timedelta(minutes=2)

# What the page asks does not change but for the ticket, so it is made once.
_this: BindParameter[int] = bindparam("ticket_id")
_THREAD = (
    select(Message, Message.html.is_not(None))
    .where(Message.ticket_id == _this)
    .options(
        joinedload(Message.author),
        selectinload(Message.files).joinedload(MessageFile.file),
    )
    .order_by(Message.id.desc())
)
_EVENTS = (
    select(JournalEntry)
    .where(JournalEntry.subject_kind == "ticket", JournalEntry.subject_id == _this)
    .order_by(JournalEntry.id.desc())
    .limit(MOST_EVENTS)
)
_FIRST_ADDRESS = (
    select(EmailAddress.address)
    .where(EmailAddress.person_id == Person.id)
    .order_by(EmailAddress.is_primary.desc(), EmailAddress.id)
    .limit(1)
    .scalar_subquery()
)
_PARTICIPANTS = (
    select(Person, _FIRST_ADDRESS)
    .join(Participant, Participant.person_id == Person.id)
    .where(Participant.ticket_id == _this)
    .order_by(Person.name)
)
_ticket, _link, _mark, _tag = (
    model.__table__.c for model in (Ticket, TicketLink, ReadMark, TicketTag)
)
_READ = select(_mark.message_id).where(
    _mark.ticket_id == _this, _mark.person_id == bindparam("reader")
)
_TAGS = select(_tag.tag).where(_tag.ticket_id == _this).order_by(_tag.tag)
_ours = _link.ticket_id == _this
_LINKS = (
    select(_ticket.id, _ticket.subject, _ticket.state, _link.kind, _ours.label("is_ours"))
    .join_from(
        TicketLink.__table__,
        Ticket.__table__,
        _ticket.id == case((_ours, _link.other_id), else_=_link.ticket_id),
    )
    .where(or_(_ours, _link.other_id == _this))
    .order_by(_link.kind, _ticket.id)
)
_OTHERS = (
    select(_ticket.id, _ticket.subject, _ticket.state)
    .where(_ticket.requester_id == bindparam("requester_id"), _ticket.id != _this)
    .order_by(_ticket.changed_at.desc(), _ticket.id.desc())
    .limit(MOST_OTHERS)
)


@dataclass(frozen=True)
class Thread:
    """A page of messages in their order; `earlier` counts those before it."""

    messages: Sequence[Message]
    # The ids of those whose mail has an HTML part; the part itself is not loaded.
    with_html: frozenset[int]
    earlier: int


def thread(desk: Desk, ticket: Ticket, before: int | None = None, size: int = PAGE_SIZE) -> Thread:
    """Return the newest `size` messages, or the newest before the message `before`."""
    statement = _THREAD.limit(size + 1)
    if before is not None:
        statement = statement.where(Message.id < before)
    found = desk.session.execute(statement, {"ticket_id": ticket.id}).all()
    shown = found[:size][::-1]
    earlier = _count_before(desk, ticket, shown[0][0].id) if len(found) > size else 0
    with_html = frozenset(message.id for message, has_html in shown if has_html)
    return Thread([message for message, _has_html in shown], with_html, earlier)


def message_of(desk: Desk, ticket: Ticket, message_id: int) -> Message:
    """Return one message of a ticket with its author, for agents; raises Missing."""
    found = desk.session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.ticket_id == ticket.id)
        .options(joinedload(Message.author))
    )
    if found is None:
        raise Missing(_("There is no such message on this ticket."))
    return found


def _count_before(desk: Desk, ticket: Ticket, message_id: int) -> int:
    count = select(func.count()).where(Message.ticket_id == ticket.id, Message.id < message_id)
    return desk.session.scalar(count) or 0


def events(
    desk: Desk, ticket: Ticket, start: datetime | None, end: datetime | None
) -> Sequence[JournalEntry]:
    """Return what happened to the ticket from `start` until before `end`, in its order."""
    statement = _EVENTS
    if start is not None:
        statement = statement.where(JournalEntry.at >= start)
    if end is not None:
        statement = statement.where(JournalEntry.at < end)
    return desk.session.scalars(statement, {"ticket_id": ticket.id}).all()[::-1]


def moment_of(desk: Desk, ticket: Ticket, message_id: int) -> datetime | None:
    """Return when a message of the ticket was written; None where it has no such message."""
    statement = select(Message.created_at).where(
        Message.ticket_id == ticket.id, Message.id == message_id
    )
    return desk.session.scalar(statement)


def read_until(desk: Desk, ticket: Ticket) -> int:
    """Return the id of the last message that the actor has read; 0 for none."""
    reader = desk.actor.person_id
    return desk.session.read(_READ, ticket_id=ticket.id, reader=reader).scalar() or 0


def tags_of(desk: Desk, ticket: Ticket) -> Sequence[str]:
    """Return the ticket's tags by the alphabet."""
    return desk.session.read(_TAGS, ticket_id=ticket.id).scalars().all()


def participants_of(desk: Desk, ticket: Ticket) -> Sequence[tuple[Person, str | None]]:
    """Return who takes part beside the requester, with the first mail address of each."""
    return desk.session.execute(_PARTICIPANTS, {"ticket_id": ticket.id}).all()


def links_of(desk: Desk, ticket: Ticket) -> Sequence[Any]:
    """Return the tickets that the actor may see among those linked, either way.

    Each row has id, subject, state, kind, and `is_ours`: whether this ticket names the other.
    """
    return desk.session.read(_LINKS.where(*scope(desk)), ticket_id=ticket.id).all()


def others_of(desk: Desk, ticket: Ticket) -> Sequence[Any]:
    """Return the requester's latest other tickets: id, subject, state."""
    if ticket.requester_id is None:
        return []
    asked = _OTHERS.where(*scope(desk))
    return desk.session.read(asked, requester_id=ticket.requester_id, ticket_id=ticket.id).all()


def present(desk: Desk, ticket: Ticket) -> Sequence[tuple[str, bool]]:
    """Return who else is at the ticket just now, and whether they write.

    One writes for as long as his draft is there and fresh: sending takes it away.
    """
    of_same = (Draft.ticket_id == Presence.ticket_id) & (Draft.person_id == Presence.person_id)
    is_fresh = Draft.changed_at.is_not(None) & (Draft.changed_at > desk.now() - WRITES_FOR)
    return desk.session.execute(
        select(Person.name, Presence.is_writing & is_fresh)
        .join(Presence, Presence.person_id == Person.id)
        .outerjoin(Draft, of_same)
        .where(
            Presence.ticket_id == ticket.id,
            Presence.person_id != desk.actor.person_id,
            Presence.seen_at > desk.now() - PRESENT_FOR,
        )
        .order_by(Person.name)
    ).all()


def visible_numbers(desk: Desk, numbers: Iterable[int]) -> frozenset[int]:
    """Return those of the ticket numbers that the actor may look up; no query for none."""
    ids = {number - FIRST_NUMBER for number in numbers if FIRST_NUMBER < number < 2**31}
    if not ids:
        return frozenset()
    found = desk.session.scalars(
        visible(desk).with_only_columns(Ticket.id).where(Ticket.id.in_(ids))
    )
    return frozenset(ticket_id + FIRST_NUMBER for ticket_id in found)


def names(desk: Desk, model: Any, ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of rows of a model (Person, Team …) by id; no query for none."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = desk.session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
    return dict(found.all())
