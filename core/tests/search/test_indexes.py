# SPDX-License-Identifier: AGPL-3.0-or-later
"""SQLite's two indexes of words: tickets stand in one, everything else in the other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from tresen import migrate, revisions
from tresen.db import make_engine
from tresen.desk import Core, Desk
from tresen.people import search as people_search
from tresen.people.models import Person
from tresen.revisions import Chain
from tresen.search import queries, service
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen.tickets import search as ticket_search
from tresen.tickets.models import Ticket

TICKETS, OTHERS = "search_text", "search_text_others"
ENTRY = text(
    "INSERT INTO search_entry (kind, subject_id, part_id, is_public, title_stems, body_stems, at) "
    "VALUES (:kind, 1, 0, 1, :title, '', '2026-11-29')"
)
INDEX = re.compile(r"(\w+) MATCH")


@pytest.fixture(autouse=True)
def sqlite(core: Core) -> None:
    if core.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has one index, of which the kind is a word")


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer, subject="Nothing prints")
    desk.commit()
    return made


def matches(connection: Connection, index: str, word: str) -> int:
    """How many entries of the index have the word."""
    asked = text(f"SELECT count(*) FROM {index} WHERE {index} MATCH :word")  # noqa: S608 - names of our own
    return int(connection.scalar(asked, {"word": word}) or 0)


@pytest.fixture
def earlier(core: Core, tmp_path: Path) -> Iterator[Connection]:
    """A database of the time when there was one index, with a ticket and a person."""
    engine = make_engine(f"sqlite:///{tmp_path / 'earlier.sqlite3'}")
    migrate.run_to(engine, chain_of(core), "0017")
    with engine.connect() as connection:
        for kind, title in (("ticket", "drucker kundin"), ("person", "kundin")):
            connection.execute(ENTRY, {"kind": kind, "title": title})
        connection.commit()
        yield connection
    engine.dispose()


def chain_of(core: Core) -> Chain:
    (chain,) = [each for each in revisions.chains_of(core.plugins) if each.name == "core"]
    return chain


def run(connection: Connection, core: Core, verb: str) -> None:
    """Take the step to two indexes, or take it back."""
    module = migrate.script_of(chain_of(core)).get_revision("0018").module
    with Operations.context(MigrationContext.configure(connection)):
        getattr(module, verb)()


@pytest.mark.usefixtures("ticket")
def test_each_kind_stands_in_one_index(desk: Desk) -> None:
    connection, words = desk.session.connection(), ("print", "kundin")
    assert [
        [matches(connection, index, word) for word in words] for index in (TICKETS, OTHERS)
    ] == [
        [1, 1],  # the ticket's words hold who asked
        [0, 1],
    ]


def test_changed_and_removed_texts_leave_their_index(desk: Desk, customer: Person) -> None:
    service.put(desk, "person", customer.id, 0, service.Text("Karla Neumann"))
    desk.session.flush()
    assert [matches(desk.session.connection(), OTHERS, word) for word in ("kundin", "neumann")] == [
        0,
        1,
    ]
    service.remove(desk, "person", customer.id, 0)
    desk.session.flush()
    assert matches(desk.session.connection(), OTHERS, "neumann") == 0


def test_what_was_written_before_there_were_two_moves(core: Core, earlier: Connection) -> None:
    assert matches(earlier, TICKETS, "kundin") == 2
    run(earlier, core, "upgrade")
    assert [matches(earlier, index, "kundin") for index in (TICKETS, OTHERS)] == [1, 1]
    earlier.execute(text("DELETE FROM search_entry"))
    assert [matches(earlier, index, "kundin") for index in (TICKETS, OTHERS)] == [0, 0]


def test_one_index_has_everything_again(core: Core, earlier: Connection) -> None:
    run(earlier, core, "upgrade")
    run(earlier, core, "downgrade")
    earlier.execute(ENTRY, {"kind": "organisation", "title": "kundin"})
    assert matches(earlier, TICKETS, "kundin") == 3
    earlier.execute(text("DELETE FROM search_entry"))
    assert matches(earlier, TICKETS, "kundin") == 0


def test_question_asks_the_index_of_its_kind_alone(core: Core, desk: Desk) -> None:
    asked = []
    for source in (ticket_search.SOURCE, people_search.SOURCE):
        with recorded(core.engine) as statements:
            queries.subject_ids(desk, source, "Kundin", 51)
        asked.append({name for sql, _words in statements for name in INDEX.findall(sql)})
    assert asked == [{TICKETS}, {OTHERS}]
