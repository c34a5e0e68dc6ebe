# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search at volume: it reads the newest matches of a kind, not every match of a word."""

from typing import Any

import pytest
from sqlalchemy import select, text
from tresen.desk import Core, Desk
from tresen.people import search as people_search
from tresen.people.models import Person
from tresen.search import queries, service, vectors
from tresen.search.models import SearchEntry
from tresen.testing import volume
from tresen.testing.statements import recorded, rows_read, walks
from tresen.tickets import search as ticket_search
from tresen.tickets.models import Ticket

TICKETS = 3_000
PAGE = 51


@pytest.fixture
def filled(desk: Desk) -> Desk:
    volume.fill(desk, TICKETS, messages=2)
    desk.commit()
    return desk


def newest_with(desk: Desk, word: str, column: Any) -> list[int]:
    """The subjects whose stems hold the word, by walking through everything."""
    found = desk.session.execute(
        select(SearchEntry.subject_id, column).order_by(SearchEntry.id.desc())
    )
    return list(dict.fromkeys(subject for subject, stems in found if word in stems.split()))


def test_common_word_finds_the_newest_titles(filled: Desk) -> None:
    found = queries.subject_ids(filled, ticket_search.SOURCE, "printer", PAGE)
    assert found == newest_with(filled, "printer", SearchEntry.title_stems)[:PAGE]


def test_rare_word_is_found_however_old_it_is(filled: Desk) -> None:
    oldest, newest = filled.session.scalars(select(Ticket.id).order_by(Ticket.id)).all()[
        :: TICKETS - 1
    ]
    for subject in (oldest, newest):
        service.put(filled, "ticket", subject, 0, service.Text(body="Wasserwaage"))
    filled.session.flush()
    found = queries.subject_ids(filled, ticket_search.SOURCE, "Wasserwaage", PAGE)
    assert (TICKETS * 3 > vectors.NEWEST, found) == (True, [newest, oldest])


def test_common_word_of_tickets_finds_no_person(filled: Desk) -> None:
    assert queries.subject_ids(filled, people_search.SOURCE, "printer", PAGE) == []


def test_kind_is_no_word(filled: Desk) -> None:
    assert queries.subject_ids(filled, ticket_search.SOURCE, "ticket", PAGE) == []


@pytest.mark.parametrize("question", ["printer", "Wasserwaage", "printer Drucker"])
def test_no_lookup_walks_through_all_entries(core: Core, filled: Desk, question: str) -> None:
    with recorded(core.engine) as statements:
        queries.find(filled, question)
    assert walks(core.engine, statements) == []


@pytest.mark.parametrize("question", ["Wasserwaage", "nowhere at all"])
def test_all_kinds_are_looked_through_by_one_statement_for_each_stage(
    core: Core, desk: Desk, question: str
) -> None:
    with recorded(core.engine) as statements:
        assert queries.find(desk, question) == []
    assert len(statements) == 2


def test_common_word_of_one_customer_reads_only_what_is_theirs(core: Core, filled: Desk) -> None:
    someone = filled.session.scalars(select(Person).where(Person.name == "Kundin 7")).one()
    theirs = select(Ticket.id).where(Ticket.requester_id == someone.id)
    wanted = [*filled.session.scalars(theirs)]
    texts = SearchEntry.title_stems + " " + SearchEntry.body_stems
    with_word = newest_with(filled, "printer", texts)
    fields = {"requester_id": someone.id}
    with recorded(core.engine) as statements:
        found = ticket_search.tickets_found(filled, "printer", fields, None, PAGE)
    assert [ticket.id for _place, ticket in found] == [n for n in with_word if n in wanted]
    if not filled.is_sqlite:
        with core.engine.connect() as connection:
            read = sum(rows_read(connection, each) for each in statements)
        # Both walks among the newest, and no more than a few rows of each of their tickets.
        assert read < 2 * vectors.NEWEST * 2 + 20 * len(wanted)


def test_postgres_takes_new_texts_into_its_index_before_they_are_many(core: Core) -> None:
    if core.engine.dialect.name == "sqlite":
        pytest.skip("SQLite takes them in at once")
    options = "SELECT relname, reloptions FROM pg_class WHERE relname LIKE 'search_text_%words'"
    with core.engine.connect() as connection:
        found = {row.relname: row.reloptions for row in connection.execute(text(options))}
    short = ["gin_pending_list_limit=64"]
    assert found == {"search_text_title_words": short, "search_text_body_words": short}
