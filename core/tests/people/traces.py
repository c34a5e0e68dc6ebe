# SPDX-License-Identifier: AGPL-3.0-or-later
"""A customer who left traces everywhere, and a walk through every table in search of them."""

import json
from typing import Any

from mail.letters import letter, receive
from sqlalchemy import LargeBinary, select
from tresen.access import service as access
from tresen.access import tokens
from tresen.access.models import OneTimeLink
from tresen.db import metadata
from tresen.desk import Core, Desk, desk_for
from tresen.files import service as files
from tresen.mail.reading.parser import Parser
from tresen.people import queries, service
from tresen.people.models import Person
from tresen.snippets.models import Snippet
from tresen.tickets import service as tickets
from tresen.tickets.models import Draft, Message, MessageFile, SavedView, Ticket
from tresen.tickets.records import NewMessage

KARLA = "Karla Kundin <karla@kunde.example>"
NEEDLES = ("karla", "kundin", "901820", "kiesel")
HTML = "<p>I am <b>Karla</b> Kundin</p>"


def leave_traces(core: Core, parser: Parser, agent: Person) -> int:
    """Let Karla write, be answered, sign in and be changed; return her id."""
    receive(core, parser, letter(KARLA, body="Nothing prints.\n\n-- \nKarla Kundin\n030 901820"))
    with desk_for(core, write=True) as desk:
        person = queries.person_by_address(desk, "karla@kunde.example")
        assert person is not None
        ticket = desk.session.scalars(select(Ticket)).one()
        first = desk.session.scalars(select(Message)).one()
        first.html = HTML
        attach(desk, first, "note.txt", b"I am Karla Kundin.")
        service.change_person(desk, person, {"name": "Karla Kiesel", "phone": "030 901820"})
        service.change_person(desk, person, {"name": "Karla Kundin"})
        answer(desk, ticket, agent)
        tickets.change(desk, ticket, {"subject": "Karla Kundin: nothing prints"})
        sign_in(desk, person)
        remember(desk, ticket, person, agent)
        return person.id


def attach(desk: Desk, message: Message, name: str, body: bytes) -> None:
    file = files.store_file(desk, name, "text/plain", body)
    desk.session.add(MessageFile(message_id=message.id, file_id=file.id))
    desk.session.flush()


def answer(desk: Desk, ticket: Ticket, agent: Person) -> None:
    """Answer with her name; the answer goes out to her by mail."""
    said = "Dear Mrs Kundin, karla@kunde.example is noted. Kind regards"
    written = NewMessage(said, "web", author_id=agent.id, author_name=agent.name)
    message = tickets.add_message(desk, ticket, written)
    message.recipients = {"to": ["karla@kunde.example"], "cc": ["boss@kunde.example"]}
    attach(desk, message, "for Karla Kundin.txt", b"Turn it on.")


def sign_in(desk: Desk, person: Person) -> None:
    access.set_password(desk, person, "a sentence is a fine password")
    access.start_session(desk, person, "192.0.2.7", "Karla's browser")
    access.count_sign_in(desk, "karla@kunde.example", "192.0.2.7")
    tokens.make_token(desk, person, "Karla's script", [], None)
    (address,) = queries.person_by_id(desk, person.id).addresses
    made = {"purpose": "proof", "token_hash": "0" * 64, "payload": {"name": "Karla Kundin"}}
    at = {"created_at": desk.now(), "expires_at": desk.now()}
    desk.session.add(OneTimeLink(address_id=address.id, **made, **at))


def remember(desk: Desk, ticket: Ticket, person: Person, agent: Person) -> None:
    """Leave what people leave while they work: drafts and lists."""
    mine = Draft(ticket_id=ticket.id, person_id=person.id, body="I, Karla", changed_at=desk.now())
    theirs = Draft(
        ticket_id=ticket.id, person_id=agent.id, body="Dear Karla", changed_at=desk.now()
    )
    theirs.to = "karla@kunde.example, boss@kunde.example"
    view = SavedView(person_id=person.id, title="Karla's", query="q=karla")
    text = Snippet(title="Karla's", body="I, Karla", person_id=person.id, changed_at=desk.now())
    desk.session.add_all([mine, theirs, view, text])


def traces_left(core: Core, needles: tuple[str, ...] = NEEDLES) -> dict[str, list[str]]:
    """Return what of the needles stands in which column of any table, in any case."""
    found: dict[str, list[str]] = {}
    with core.engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    text = readable(value, is_bytes=isinstance(table.c[column].type, LargeBinary))
                    seen = [needle for needle in needles if needle in text.lower()]
                    if seen:
                        found.setdefault(f"{table.name}.{column}", []).extend(seen)
    return found


def readable(value: Any, *, is_bytes: bool) -> str:
    if is_bytes:
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False, default=str)
