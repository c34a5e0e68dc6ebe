# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, teams, products and requests for tests of verbs, at a desk that keeps nothing.

Why: a verb's table of cases runs in milliseconds where no database is made for each row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import close_all_sessions
from tresen import app as application
from tresen import i18n
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.config import load_config
from tresen.db import DeskSession, writing
from tresen.desk import SYSTEM, Core, Desk, desk_for
from tresen.journal.models import JournalEntry
from tresen.mail.models import OutboundMail
from tresen.people import service as people
from tresen.people.models import Person, Team
from tresen.search.models import SearchEntry
from tresen.testing import databases, factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets.models import Ticket

START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
PEOPLE = {
    "agent": ("Anna Agent", "anna@tresen.example"),
    "other": ("Otto Other", "otto@tresen.example"),
    "administrator": ("Ada Admin", "ada@tresen.example"),
    "customer": ("Karla Kundin", "karla@kunde.example"),
    "colleague": ("Kurt Kollege", "kurt@kunde.example"),
    "overseer": ("Ulla Umsicht", "ulla@kunde.example"),
    "stranger": ("Fritz Fremd", "fritz@fremd.example"),
}


@dataclass
class Room:
    """The core, its clock and the ids of what stands there by name."""

    core: Core
    clock: SteppedClock
    ids: dict[str, int]
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    @cached_property
    def app(self) -> Flask:
        """The web application of the world; what its pages write stays until the module ends."""
        made = application.create_app(self.core)
        made.testing = True
        made.config["WTF_CSRF_ENABLED"] = False
        return made

    def browser(self, name: str, language: str = "en") -> FlaskClient:
        """Return a browser in which that person is signed in and reads the language."""
        if name not in self.browsers:
            self.browsers[name] = self.app.test_client()
            with desk_for(self.core, write=True) as desk:
                person = desk.session.get_one(Person, self.ids[name])
                token = access.start_session(desk, person, "127.0.0.1", "test")
            key = cookie_name(self.core.config)
            self.browsers[name].set_cookie(key, token, domain="localhost")
        with desk_for(self.core, write=True) as desk:
            access.choose_language(desk, self.ids[name], language)
        return self.browsers[name]


@dataclass
class Bench:
    """A desk at which Tresen itself acts; `at` seats somebody else there."""

    desk: Desk
    clock: SteppedClock
    ids: dict[str, int]

    def person(self, name: str) -> Person:
        """Return a person by their part in the world: agent, customer, overseer …"""
        return self.desk.session.get_one(Person, self.ids[name])

    def team(self, name: str) -> Team:
        """Return the team `line` (everybody sees its tickets) or `personnel` (restricted)."""
        return self.desk.session.get_one(Team, self.ids[name])

    def at(self, name: str) -> Desk:
        """Return the same desk with that person as actor."""
        return replace(self.desk, actor=access.actor_for(self.desk, self.person(name)))

    def ticket(self, subject: str = "The printer prints nothing", **given: Any) -> Ticket:
        """Return a new request of the customer."""
        return factories.make_ticket(self.desk, self.person("customer"), subject, **given)

    def speak(self, code: str) -> i18n.Language:
        """Return a language, to be used with `i18n.speaking`."""
        return i18n.catalogues(self.desk.core).language(code)

    def journal(self, ticket: Ticket) -> list[tuple[str, str, Any, Any]]:
        """Return action, field, old and new of what was recorded, the oldest first."""
        self.desk.session.flush()
        columns = (JournalEntry.action, JournalEntry.field, JournalEntry.old, JournalEntry.new)
        return [tuple(row) for row in self.rows(JournalEntry, columns, ticket.id)]

    def entries(self, ticket: Ticket) -> list[tuple[int, bool, str, str]]:
        """Return part, publicity, title and body of what search knows of a ticket."""
        self.desk.session.flush()
        columns = (
            SearchEntry.part_id,
            SearchEntry.is_public,
            SearchEntry.title_stems,
            SearchEntry.body_stems,
        )
        found = self.desk.session.execute(
            select(*columns)
            .where(SearchEntry.kind == "ticket", SearchEntry.subject_id == ticket.id)
            .order_by(SearchEntry.part_id)
        )
        return [tuple(row) for row in found]

    def mails(self, ticket: Ticket) -> list[str]:
        """Return the purposes of the mails that wait to go out for a ticket."""
        self.desk.session.flush()
        found = select(OutboundMail.purpose).where(OutboundMail.ticket_id == ticket.id)
        return list(self.desk.session.scalars(found.order_by(OutboundMail.id)))

    def rows(self, model: Any, columns: Sequence[Any], ticket_id: int) -> Sequence[Any]:
        """Return the columns of a journal's rows about a ticket, the oldest first."""
        return self.desk.session.execute(
            select(*columns)
            .where(model.subject_kind == "ticket", model.subject_id == ticket_id)
            .order_by(model.id)
        ).all()


@contextmanager
def furnished(url: str, folder: Path) -> Iterator[Room]:
    """Make the world on a database of its own."""
    if url.startswith("sqlite:///"):
        template = Path(url.removeprefix("sqlite:///"))
        url = databases.copy_sqlite(template, folder / "tresen.sqlite3")
    else:
        close_all_sessions()
        databases.empty(url)
    config = load_config(
        environ={}, data_dir=folder, database_url=url, secret_key="k" * 40, strict=True
    )
    core = application.create_core(config)
    core.clock = clock = SteppedClock(START)
    with desk_for(core, write=True) as desk:
        ids = _populated(desk)
    yield Room(core, clock, ids)
    close_all_sessions()
    core.engine.dispose()


@contextmanager
def seated(room: Room) -> Iterator[Bench]:
    """Seat Tresen at a desk in the room; everything it does is undone, its commits too."""
    room.clock.moment = START
    with writing(room.core.engine).connect() as connection:
        outer = connection.begin()
        session = DeskSession(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        try:
            desk = Desk(room.core, session, SYSTEM, "en", "Europe/Berlin", is_writing=True)
            yield Bench(desk, room.clock, room.ids)
        finally:
            session.close()
            outer.rollback()


def _populated(desk: Desk) -> dict[str, int]:
    kunde = people.add_organisation(desk, "Kunde GmbH")
    fremd = people.add_organisation(desk, "Fremd AG")
    made: dict[str, Any] = {"kunde": kunde, "fremd": fremd}
    for part, (name, address) in PEOPLE.items():
        role = {"agent": "agent", "other": "agent", "administrator": part}.get(part, "customer")
        person = factories.make_person(desk, name, address, role=role)
        if role == "customer":
            person.organisation_id = (fremd if part == "stranger" else kunde).id
        person.sees_organisation = part == "overseer"
        made[part] = person
    made["line"] = people.add_team(desk, "First line", [made["agent"]])
    made["personnel"] = people.add_team(
        desk, "Personnel", [made["administrator"]], is_restricted=True
    )
    made["product"] = factories.make_product(desk)
    made["installation"] = factories.make_installation(desk, kunde.id, made["product"])
    desk.session.flush()
    return {name: row.id for name, row in made.items()}
