# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ten times the tickets cost a page, a search and a mail's thread hardly more work.

Work is what does not depend on the machine: the number of queries, the steps of SQLite's own
machine, the rows that PostgreSQL reads, the plans of both. A hundred thousand tickets take
minutes to fill, and say the same: what grows with the tickets grows by as much for each, so the
work at the full size follows from that at two smaller ones. With `TRESEN_GROWTH=full` in the
environment nothing is carried on: 10,000 tickets are compared with 100,000.
"""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from tresen.access import tokens
from tresen.desk import Core, Desk
from tresen.files.models import Blob
from tresen.jobs import queue
from tresen.jobs.models import QueuedJob
from tresen.mail import deliver, inbound, keys, threads
from tresen.mail.lookups import Lookups
from tresen.mail.models import InboundMail, OutboundMail
from tresen.mail.reading.parse import parse
from tresen.people.models import Person
from tresen.search import service as index
from tresen.testing import volume
from tresen.testing.statements import Statement, recorded, rows_read, walks
from tresen.tickets.models import FIRST_NUMBER

SignIn = Callable[[Person], FlaskClient]
Work = dict[str, Callable[[], object]]
# By name of the work: steps of SQLite without its index of words, and in it; or rows that
# PostgreSQL reads, and none.
Effort = dict[str, tuple[int, int]]

IS_FULL = os.environ.get("TRESEN_GROWTH") == "full"
# Below 10,000 tickets PostgreSQL sorts what it later reads in order, and SQLite's index of words
# has fewer layers, so neither says anything of later ones.
BEFORE, FULL = 10_000, 100_000
AFTER = FULL if IS_FULL else 20_000
# PostgreSQL may also choose another plan of a few rows; that many rows more are no growth yet.
SAME = {"sqlite": 0, "postgresql": 25}
DONE = 2_000
GROWTH = 1.3
PLACE = 500
TICKET = FIRST_NUMBER + PLACE
# The counts of the rail: over an index of the open tickets, of which there are as many as work.
COUNTS = "SELECT ticket.team_id, count(*)"
WORDS = "search_text MATCH"
PAGES = (
    "/tickets/",
    "/tickets/?show=ended",
    "/tickets/?show=all",
    "/tickets/?show=all&sort=-priority",
    f"/tickets/{TICKET}",
    "/tickets/new",
    "/search/?q=Wasserwaage",
    "/search/?q=wasserwaag",
    f"/search/?q={TICKET}",
    f"/api/v1/tickets/{TICKET}",
)
# SQLite gathers all matches of the beginning of a word before it takes the newest, which grows.
COMMON_WORDS = ("/search/?q=printer", "/search/?q=nowhereatall", "/api/v1/messages/?q=printer")
LETTERS = {
    "token": {"To": "{reply_address}"},
    "Message-ID": {"In-Reply-To": "<7@kunde.example>"},
    "References": {"References": " ".join(f"<{n}@kunde.example>" for n in range(30))},
    "subject": {"Subject": f"Re: [#{TICKET}] Nothing prints"},
}


def works(core: Core, desk: Desk, agent: Person, browser: FlaskClient) -> Work:
    """Return what is measured, by name."""
    token = tokens.make_token(desk, agent, "a program", ("tickets.read",))
    desk.commit()
    bearer = {"Authorization": f"Bearer {token}"}
    asked = PAGES if desk.is_sqlite else (*PAGES, *COMMON_WORDS)
    pages = {page: lambda page=page: ask(browser, page, bearer) for page in asked}
    mails = {name: lambda fields=fields: thread(desk, fields) for name, fields in LETTERS.items()}
    return pages | mails | {"claims": lambda: claim(core)}


def ask(browser: FlaskClient, page: str, bearer: dict[str, str]) -> None:
    answer = browser.get(page, headers=bearer if page.startswith("/api/") else {})
    assert answer.status_code == (302 if page.endswith(f"q={TICKET}") else 200)


def thread(desk: Desk, fields: dict[str, str]) -> None:
    address = keys.reply_address(desk, "support@tresen.example", PLACE)
    written = "".join(f"{field}: {value}\n" for field, value in fields.items())
    mail = parse(written.format(reply_address=address).encode() + b"\nYes.\n")
    sender = desk.session.scalars(select(Person).where(Person.name == "Kundin 1")).first()
    desk.session.expire_all()
    row = InboundMail(envelope_to="", received_at=desk.now())
    threads.find_thread(desk, row, mail, sender, Lookups(desk, [(row, mail)]))
    desk.commit()


def claim(core: Core) -> None:
    assert (queue.run_next(core, {}), deliver.deliver(core)) == (False, 0)
    assert inbound._claim(core, 50) == []


def statements_of(core: Core, work: Work) -> dict[str, list[Statement]]:
    """Return what each piece of work asks the database."""
    found = {}
    for name, run in work.items():
        with recorded(core.engine) as statements:
            run()
        # A union of selects begins with a bracket.
        found[name] = [
            each for each in statements if each[0].lstrip("(").startswith(("SELECT", "WITH"))
        ]
    return found


def effort(core: Core, asked: dict[str, list[Statement]]) -> Effort:
    """Return how much the database does for each piece of work."""
    with core.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if isinstance(raw, sqlite3.Connection):
            return {name: _steps(raw, statements) for name, statements in asked.items()}
        return {
            name: (sum(rows_read(connection, each) for each in _counted(statements)), 0)
            for name, statements in asked.items()
        }


def _counted(statements: list[Statement]) -> list[Statement]:
    return [each for each in statements if not _is_of(COUNTS, each)]


def _is_of(mark: str, statement: Statement) -> bool:
    return mark in statement[0]


def _steps(raw: sqlite3.Connection, statements: list[Statement]) -> tuple[int, int]:
    """Return how many steps SQLite takes without its index of words, and in it."""
    taken = [0, 0]

    for statement in _counted(statements):
        steps: list[int] = []
        raw.set_progress_handler(lambda steps=steps: steps.append(1), 1)
        raw.execute(*statement).fetchall()
        raw.set_progress_handler(None, 1)
        taken[_is_of(WORDS, statement)] += len(steps)
    return taken[0], taken[1]


def settle(desk: Desk) -> None:
    """Add jobs and mails that are done with, as there are after years."""
    now = desk.now()
    stamps = {"state": "done", "run_at": now, "created_at": now}
    jobs = [{"name": "old", "arguments": {}} | stamps for _job in range(DONE)]
    empty = dict.fromkeys(("sender", "envelope_from", "subject", "text"), "")
    sent = empty | {"purpose": "reply", "state": "sent", "next_at": now, "created_at": now}
    out = [
        sent | {"internet_message_id": f"{n}@tresen.example", "message_id": n + 1}
        for n in range(DONE)
    ]
    blob = {"sha256": "0" * 64, "size": 1, "body": b"x"}
    taken = {"source": "pipe", "sha256": "0" * 64, "received_at": now}
    mails = [
        taken | {"outcome": ("message", "ignored")[n % 2], "message_id": n + 1} for n in range(DONE)
    ]
    desk.session.execute(insert(Blob), [blob])
    for model, rows in ((QueuedJob, jobs), (OutboundMail, out), (InboundMail, mails)):
        desk.session.execute(insert(model), rows)


@pytest.fixture
def work(core: Core, desk: Desk, agent: Person, sign_in: SignIn) -> Work:
    """Return the work on a database of few tickets and much that is done with."""
    core.config = replace(core.config, smtp_url="smtp://127.0.0.1:1")
    volume.fill(desk, BEFORE, messages=2)
    for place in range(40):
        text = index.Text(body="Wasserwaage", is_public=True)
        index.put(desk, "ticket", 1 + place * BEFORE // 40, 0, text)
    settle(desk)
    volume.analyse(desk)
    desk.commit()
    return works(core, desk, agent, sign_in(agent))


@pytest.mark.timeout(3600 if IS_FULL else 900)
def test_work_does_not_grow_with_the_tickets(core: Core, desk: Desk, work: Work) -> None:
    few = statements_of(core, work)
    few_effort = effort(core, few)
    volume.fill(desk, AFTER - BEFORE, messages=2, seed=2)
    desk.commit()
    many = statements_of(core, work)
    many_effort = effort(core, many)
    assert counted(many) == counted(few)
    walked = {name: walks(core.engine, asked) for name, asked in many.items()}
    assert {name: tables for name, tables in walked.items() if tables} == {}
    pairs = {name: (few_effort[name], many_effort[name]) for name in few_effort}
    assert {name: pair for name, pair in pairs.items() if has_grown(core, *pair)} == {}


def counted(asked: dict[str, list[Statement]]) -> dict[str, int]:
    """Return how many queries each piece of work takes."""
    return {name: len(statements) for name, statements in asked.items()}


def has_grown(core: Core, few: tuple[int, int], many: tuple[int, int]) -> bool:
    """Whether the work at the full size is beyond the growth allowed from that at 10,000.

    The index of words has more layers in a larger database, not more for each ticket, so its
    steps are compared as they are.
    """
    risen = max(0, many[0] - few[0] - SAME[core.engine.dialect.name])
    at_full = few[0] + risen * (FULL - BEFORE) / (AFTER - BEFORE)
    return at_full > GROWTH * few[0] or many[1] > GROWTH * few[1]
