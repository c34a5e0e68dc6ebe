# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tickets hold of a person, and the rule by which it goes.

What was said stays, because it is the record of a service; who said it goes. Names are blotted out
of plain texts. What cannot be searched for names with certainty goes whole where the person sent
it: the HTML of a mail, its quoted rest, its files (docs/decisions/0017).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, union
from sqlalchemy.orm import joinedload, selectinload, undefer

from tresen.desk import Desk
from tresen.files import privacy as files
from tresen.hooks.records import DataSet
from tresen.i18n import lazy
from tresen.journal import service as journal
from tresen.journal.queries import traces_of
from tresen.people.models import Person
from tresen.privacy import ERASED_NAME, Traces, rows_of
from tresen.search import service as search
from tresen.tickets.models import (
    Draft,
    Message,
    MessageFile,
    Participant,
    Presence,
    ReadMark,
    SavedView,
    Ticket,
)

_AT_ONCE = 200


def data_of(desk: Desk, person: Person) -> list[DataSet]:
    """Return the person's requests and tickets, what they wrote, and what they left behind."""
    kept: list[tuple[str, Any, ColumnElement[bool]]] = [
        (lazy("Requests"), Ticket, Ticket.requester_id == person.id),
        (lazy("Tickets owned"), Ticket, Ticket.owner_id == person.id),
        (lazy("Messages"), Message, written_by(person)),
        (lazy("Takes part in"), Participant, Participant.person_id == person.id),
        *((title, model, model.person_id == person.id) for title, model in _LEFT),
    ]
    return [DataSet(title, rows_of(desk, model, condition)) for title, model, condition in kept]


def erase(desk: Desk, person: Person) -> None:
    """Forget the person in every ticket that they had to do with."""
    traces = traces_of(desk, person)
    for tickets in _tickets(desk, person):
        for message in _messages(desk, [ticket.id for ticket in tickets]):
            _forget_in_message(desk, message, person, traces)
        for draft in _drafts(desk, [ticket.id for ticket in tickets]):
            draft.body = traces.blot(draft.body)
            draft.to, draft.cc = traces.blot_value(draft.to), traces.blot_value(draft.cc)
        for ticket in tickets:
            _forget_in_ticket(desk, ticket, person, traces)
        desk.session.flush()
    for _title, model in (*_LEFT, ("", Participant)):
        desk.session.execute(delete(model).where(model.person_id == person.id))
    files.remove_files(desk, files.unused_uploads(desk, person))


def written_by(person: Person) -> ColumnElement[bool]:
    """Return the condition over Message: the person wrote it, known by then or not."""
    addresses = [each.address for each in person.addresses]
    return or_(Message.author_id == person.id, func.lower(Message.author_address).in_(addresses))


def messages_naming(desk: Desk, person: Person, traces: Traces) -> list[int]:
    """Return the ids of what the person sent in, and of all around it that names them."""
    return [
        message.id
        for tickets in _tickets(desk, person)
        for message in _messages(desk, [ticket.id for ticket in tickets])
        if _sent_by(message, person, traces) or _is_naming(message, traces)
    ]


def tickets_of(person: Person) -> Any:
    """Return the select of the ids of all tickets that the person had to do with."""
    return union(
        select(Ticket.id).where(Ticket.requester_id == person.id),
        select(Ticket.id).where(Ticket.owner_id == person.id),
        select(Participant.ticket_id).where(Participant.person_id == person.id),
        select(Message.ticket_id).where(written_by(person)),
    )


_LEFT: tuple[tuple[str, Any], ...] = (
    (lazy("Drafts"), Draft),
    (lazy("Looks at"), Presence),
    (lazy("Has read up to"), ReadMark),
    (lazy("Saved lists"), SavedView),
)


def _tickets(desk: Desk, person: Person) -> Iterator[Sequence[Ticket]]:
    ids = sorted(desk.session.scalars(tickets_of(person)))
    around = [joinedload(Ticket.requester), joinedload(Ticket.organisation)]
    for start in range(0, len(ids), _AT_ONCE):
        chosen = select(Ticket).where(Ticket.id.in_(ids[start : start + _AT_ONCE]))
        yield desk.session.scalars(chosen.options(*around)).all()


def _messages(desk: Desk, ticket_ids: list[int]) -> Sequence[Message]:
    files_too = selectinload(Message.files).joinedload(MessageFile.file)
    return desk.session.scalars(
        select(Message)
        .where(Message.ticket_id.in_(ticket_ids))
        .options(undefer(Message.html), files_too)
        .order_by(Message.id)
    ).all()


def _drafts(desk: Desk, ticket_ids: list[int]) -> Sequence[Draft]:
    return desk.session.scalars(select(Draft).where(Draft.ticket_id.in_(ticket_ids))).all()


def _sent_by(message: Message, person: Person, traces: Traces) -> bool:
    return message.is_inbound and _written_by(message, person, traces)


def _written_by(message: Message, person: Person, traces: Traces) -> bool:
    return message.author_id == person.id or message.author_address.lower() in traces.addresses


def _is_naming(message: Message, traces: Traces) -> bool:
    texts = [message.body, message.quoted, message.html or "", message.recipients]
    return bool(texts != traces.blot_value(texts))


def _forget_in_message(desk: Desk, message: Message, person: Person, traces: Traces) -> None:
    if _sent_by(message, person, traces):
        message.quoted, message.html, message.recipients = "", None, {}
        sent = [each.file_id for each in message.files]
        desk.session.execute(delete(MessageFile).where(MessageFile.message_id == message.id))
        files.remove_files(desk, sent)
    elif _is_naming(message, traces):
        message.quoted, message.html = traces.blot(message.quoted), None
        message.recipients = _without(message.recipients, traces)
    if _written_by(message, person, traces):
        message.author_name, message.author_address = ERASED_NAME, ""
    for each in message.files:
        each.file.name = traces.blot(each.file.name)
    body = traces.blot(message.body)
    if body != message.body:
        message.body = body
        text = search.Text(body=body, is_public=message.is_public)
        search.put(desk, "ticket", message.ticket_id, message.id, text)


def _without(recipients: dict[str, list[str]], traces: Traces) -> dict[str, list[str]]:
    return {
        field: [each for each in addresses if each == traces.blot(each)]
        for field, addresses in recipients.items()
    }


def _forget_in_ticket(desk: Desk, ticket: Ticket, person: Person, traces: Traces) -> None:
    ticket.subject = traces.blot(ticket.subject)
    # The requester's name can be searched for, too.
    names = [row.name for row in (ticket.requester, ticket.organisation) if row is not None]
    text = search.Text(ticket.subject, traces.blot(" ".join(names)), is_public=True)
    search.put(desk, "ticket", ticket.id, 0, text)
    if ticket.owner_id == person.id and ticket.is_open:
        ticket.owner_id = None
        journal.record(desk, "ticket", ticket.id, "changed", {"owner_id": (person.id, None)})
