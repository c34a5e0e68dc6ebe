# SPDX-License-Identifier: AGPL-3.0-or-later
"""The installation that is measured: a filled database, an agent's browser, a program's token.

Requests go through the whole WSGI application, with its form tokens and its headers.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from os import getpid
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from tresen import app as application
from tresen import migrate, revisions
from tresen.access import service as access
from tresen.access import tokens
from tresen.access.views import cookie_name
from tresen.config import load_config
from tresen.desk import Core, Desk, desk_for
from tresen.people import queries as people
from tresen.people.models import Person
from tresen.search import service as search
from tresen.search.models import SearchEntry
from tresen.testing import factories, volume
from tresen.testing.databases import postgres_database
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage
from werkzeug.test import TestResponse

KEY = "the key of a benchmark, as long as a real one"
AGENT = "anna@tresen.example"
# A word that stands in so many messages, and nowhere else.
RARE_WORD, RARE_HITS = "Wasserwaage", 50
MESSAGES = 10


@dataclass(frozen=True, eq=False)
class Ground:
    """What the measures stand on; `ticket` is the number of one with ten messages."""

    core: Core
    folder: Path
    browser: FlaskClient
    cookie: str
    token: str
    form_token: str
    # The form token's own cookie as it was at first: what was flashed since would fill it up.
    form_cookie: tuple[str, str]
    ticket: int

    def get(self, path: str) -> bytes:
        """Return the page; anything but 200 is an error of the benchmark."""
        return self._bytes(self.browser.get(path), 200)

    def get_json(self, path: str) -> bytes:
        """Return what a program reads with the token."""
        answer = self.browser.get(path, headers={"Authorization": f"Bearer {self.token}"})
        return self._bytes(answer, 200)

    def post(self, path: str, form: dict[str, Any]) -> bytes:
        """Send a form that is answered with a redirect."""
        self.browser.set_cookie(*self.form_cookie, domain="localhost")
        answer = self.browser.post(path, data=form | {"csrf_token": self.form_token})
        return self._bytes(answer, 302, 303)

    @staticmethod
    def _bytes(answer: TestResponse, *wanted: int) -> bytes:
        data = answer.get_data()
        assert answer.status_code in wanted, (answer.status, data[:2000])
        return data


@contextmanager
def grounds(database: str, count: int) -> Iterator[Ground]:
    """Yield an installation of `count` tickets.

    `database` is sqlite or postgres for one that is gone afterwards, or the address of one that
    stays: it is filled up to `count` once, and measured again the next time.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tresen-benchmark-")))
        url = f"sqlite:///{folder / 'tresen.sqlite3'}" if database == "sqlite" else database
        if database == "postgres":
            url = stack.enter_context(postgres_database(f"tresen_benchmark_{getpid()}"))
        core = application.create_core(
            load_config(environ={}, data_dir=folder, database_url=url, secret_key=KEY)
        )
        stack.callback(core.engine.dispose)
        migrate.upgrade(core.engine, revisions.chains_of(core.plugins))
        with desk_for(core, write=True) as desk:
            there = desk.session.scalar(select(func.count()).select_from(Ticket)) or 0
            if there < count:
                volume.fill(desk, count - there)
        yield _opened(core, folder)


def _opened(core: Core, folder: Path) -> Ground:
    with desk_for(core, write=True) as desk:
        agent = people.person_by_address(desk, AGENT) or factories.make_person(
            desk, "Anna Agent", AGENT, role="agent"
        )
        cookie = access.start_session(desk, agent, "127.0.0.1", "benchmark")
        token = tokens.make_token(desk, agent, "benchmark", ("tickets.read", "tickets.work"))
        ticket = _long_ticket(desk)
        _plant(desk)
        volume.analyse(desk)
    _vacuum(core)
    app = application.create_app(core)
    browser, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    browser.set_cookie(cookie_name(core.config), cookie, domain="localhost")
    page = browser.get("/tickets/").get_data(as_text=True)
    form_token = re.findall('name="csrf-token" content="([^"]+)"', page)[0]
    kept = browser.get_cookie(name)
    assert kept is not None
    return Ground(core, folder, browser, cookie, token, form_token, (name, kept.value), ticket)


def _vacuum(core: Core) -> None:
    """Do for PostgreSQL what its autovacuum does within minutes of so many new rows."""
    if core.engine.dialect.name == "postgresql":
        with core.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))


def _long_ticket(desk: Desk) -> int:
    customer = desk.session.scalars(select(Person).where(Person.name == "Kundin 1")).first()
    ticket = factories.make_ticket(desk, customer)
    body = (
        "The **third** label is empty.\n\n- tried another printer\n- see below\n\n" + "Word " * 80
    )
    for number in range(MESSAGES - 1):
        message = NewMessage(body, "web", is_inbound=number % 2 == 1)
        tickets.add_message(desk, ticket, message)
    return ticket.number


def _plant(desk: Desk) -> None:
    """Put the rare word into messages that lie evenly over the years."""
    last = desk.session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(1)).one()
    for place in range(RARE_HITS):
        subject = 1 + place * (last - 2) // RARE_HITS
        part = desk.session.scalars(
            select(SearchEntry.part_id).where(
                SearchEntry.kind == "ticket",
                SearchEntry.subject_id == subject,
                SearchEntry.part_id > 0,
            )
        ).first()
        text = search.Text(body=f"The {RARE_WORD} shows nothing.", is_public=True)
        search.put(desk, "ticket", subject, part or 1, text)
