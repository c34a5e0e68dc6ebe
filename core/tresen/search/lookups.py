# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the newest entries that have a question's words from each database's own index.

A lookup goes by stages. Each one looks through some parts of the texts, and finds what the stage
before it found in them, and more; whoever has enough of a part asks no further for it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    TableClause,
    bindparam,
    column,
    literal_column,
    select,
    table,
    text,
    true,
)

from tresen.desk import Desk
from tresen.search import records, vectors
from tresen.search.models import SearchEntry
from tresen.search.records import PARTS, Texts, union_of
from tresen.search.stems import question_words
from tresen.search.words import fts5_question

# What a stage asks for; it is given a question and the texts that are looked through, and its
# rows are those of `Entry`: of each of the texts the newest that have the words, in any order.
Stage = Callable[[str, Sequence[Texts]], CompoundSelect[Any]]


def stages(desk: Desk, question: str) -> tuple[tuple[tuple[str, ...], Stage], ...]:
    """Return which parts each stage looks through and how; none for a question without a word.

    SQLite's FTS5 gives its rows in order, so reading ends with the page, and only who has not
    enough by the titles reads on in the bodies.
    """
    if not question_words(question):
        return ()
    if desk.is_sqlite:
        return tuple(((part,), by_fts5) for part in PARTS)
    return (PARTS, vectors.among_newest), (PARTS, vectors.by_index)


def stages_of_all(desk: Desk, question: str) -> tuple[Stage, ...]:
    """Return the stages of a lookup to which titles and bodies are alike."""
    if not question_words(question):
        return ()
    return (by_fts5,) if desk.is_sqlite else (vectors.among_newest, vectors.by_index)


def since(desk: Desk, question: str, texts: Texts, entry_id: int) -> Select[Any]:
    """Return the select of subjects of which an entry from the id `entry_id` on has the words."""
    if not desk.is_sqlite:
        return vectors.since(question, texts, entry_id)
    index = _index_of(texts.kind)
    found = select(index.c.rowid).where(
        _fts5(question, texts.kind, *texts.parts), index.c.rowid >= entry_id
    )
    return select(SearchEntry.subject_id).where(
        SearchEntry.kind == texts.kind,
        SearchEntry.id >= entry_id,
        SearchEntry.id.in_(found),
        texts.scope,
    )


def by_fts5(question: str, asked: Sequence[Texts]) -> CompoundSelect[Any]:
    """Return the select of all matches, from SQLite's own index of words."""
    return union_of([_by_fts5(question, texts, part) for texts in asked for part in texts.parts])


def _by_fts5(question: str, texts: Texts, part: str) -> Select[Any]:
    index = _index_of(texts.kind)
    older = true() if texts.before is None else index.c.rowid < texts.before
    where = literal_column(f"'{part}'", String).label("part")
    columns: Any = (SearchEntry.id, SearchEntry.subject_id, SearchEntry.part_id)
    return (
        select(SearchEntry.kind, where, *columns)
        .select_from(index)
        # The plus keeps SQLite from asking the index anew for each entry.
        .join(SearchEntry, SearchEntry.id == literal_column(f"+{index.name}.rowid"))
        .where(_fts5(question, texts.kind, part), older, texts.scope, texts.each_by_itself)
        # The index's own order: by the entry's id it would sort every match.
        .order_by(index.c.rowid.desc())
        .limit(records.LOOKED_AT)
    )


def _index_of(kind: str) -> TableClause:
    # Apart, because FTS5 gathers the beginning of a word over all kinds that an index holds.
    return table("search_text" if kind == "ticket" else "search_text_others", column("rowid"))


def _fts5(question: str, kind: str, *parts: str) -> Any:
    asked = [f"({fts5_question(question, kind, part)})" for part in parts]
    return text(f"{_index_of(kind).name} MATCH :words").bindparams(
        bindparam("words", " OR ".join(asked), unique=True)
    )
