# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads PostgreSQL's vectors of words, in one of two ways.

Its index gives all matches of a word or none. Common words are therefore looked for among the
newest entries first, where they are found at once, and the index answers for the others. Words
and kind stand in the statements as they are: for a parameter the planner would forget how common
they are as soon as it keeps a plan. Columns are named by hand, because to derive those of each
subquery took longer than the search.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnClause,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    literal_column,
    or_,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.sql.visitors import replacement_traverse

from tresen.search import records
from tresen.search.models import SearchEntry
from tresen.search.records import PARTS, Scope, Texts
from tresen.search.words import tsquery, tsquery_of_kind

# A word is common when the newest so many entries fill a page with it.
NEWEST = 2_000

_TABLE = SearchEntry.__tablename__
# Without columns, which would be derived for each subquery.
_ENTRIES = table(_TABLE)
# What is kept of an entry in between: what a scope may ask of it.
_KEPT: list[Any] = [
    literal_column(f"{_TABLE}.{name}")
    for name in ("id", "kind", "subject_id", "part_id", "is_public")
]
# The columns of such a subquery, which is called `entry`.
_ENTRY: dict[str, Any] = {
    column.name: literal_column(f"entry.{column.name}") for column in SearchEntry.__table__.c
}
_FOUND = [_ENTRY[name] for name in ("id", "subject_id", "part_id")]


def among_newest(question: str, asked: Sequence[Texts]) -> CompoundSelect[Any]:
    """Return the select of matches among the newest entries; it stops when it has enough."""
    by_part = {part: [texts for texts in asked if part in texts.parts] for part in PARTS}
    return union_all(*[_walk(question, part, these) for part, these in by_part.items() if these])


def by_index(question: str, asked: Sequence[Texts]) -> CompoundSelect[Any]:
    """Return the select of all matches: by the index, or by the subjects if they are fewer."""
    return union_all(*[_indexed(question, texts) for texts in asked])


def since(question: str, texts: Texts, entry_id: int) -> Select[Any]:
    """Return the select of subjects of which an entry from the id `entry_id` on has the words."""
    matches = or_(*[_match(_vector(part), question) for part in texts.parts])
    return select(SearchEntry.subject_id).where(
        SearchEntry.kind == texts.kind, SearchEntry.id >= entry_id, matches, texts.scope
    )


def _walk(question: str, part: str, asked: Sequence[Texts]) -> Select[Any]:
    newest = (
        select(*_KEPT, literal_column(f"{_vector(part)} AS vector"))
        .select_from(_ENTRIES)
        .where(*_older(asked[0]))
        .order_by(text("id DESC"))
        .limit(NEWEST)
        .subquery("entry")
    )
    # In a `CASE`, because the words of another kind are not worth unpacking a vector for.
    is_of_kind = _ENTRY["kind"].in_([texts.kind for texts in asked])
    found = case((is_of_kind, _match("entry.vector", question)))
    wanted = [
        and_(_ENTRY["kind"] == texts.kind, *map(_of_entry, (texts.scope, texts.each_by_itself)))
        for texts in asked
    ]
    found_there = select(_ENTRY["kind"], _named(part), *_FOUND).select_from(newest)
    return _cut(found_there.where(found, or_(*wanted)), "entry.id DESC")


def _indexed(question: str, texts: Texts) -> Select[Any]:
    # Apart, because a limit in sight leads the planner to walk through all entries instead. Each
    # part by its own index: of an "or" the planner expects more than either has to give.
    matches = union_all(*[_matches(question, texts, part) for part in texts.parts])
    found = matches.cte().prefix_with("MATERIALIZED")
    # In order before the scope is asked, because the planner expects so many matches of the
    # beginning of a word that it would walk through all tickets for them.
    order = "part DESC, id DESC"
    ordered = select(text("*")).select_from(found).order_by(text(order)).subquery("entry")
    part: Any = literal_column("entry.part")
    found_there = select(_ENTRY["kind"], part, *_FOUND).select_from(ordered)
    return _cut(found_there.where(_of_entry(texts.scope)), order)


def _matches(question: str, texts: Texts, part: str) -> Select[Any]:
    subject_id: Any = literal_column(f"{_TABLE}.subject_id")
    wanted = [] if texts.subjects is None else [subject_id.in_(texts.subjects)]
    is_of_kind = literal_column(f"{_TABLE}.kind") == _literal(texts.kind)
    found = _match(_vector(part), question, texts.kind)
    named = select(_named(part), *_KEPT).select_from(_ENTRIES)
    return named.where(is_of_kind, found, *_older(texts), *wanted)


def _cut(found: Select[Any], order: str) -> Select[Any]:
    return found.order_by(text(order)).limit(records.LOOKED_AT)


def _older(texts: Texts) -> list[Scope]:
    return [] if texts.before is None else [literal_column(f"{_TABLE}.id") < texts.before]


def _of_entry(condition: Scope) -> Scope:
    """Return a condition over SearchEntry as one over the subquery `entry`."""

    def moved(element: Any, **_options: Any) -> Any:
        is_own = isinstance(element, ColumnClause) and element.table is not None
        return _ENTRY[element.name] if is_own and element.table.name == _TABLE else None

    found: Scope = replacement_traverse(condition, {}, moved)
    return found


def _named(part: str) -> Any:
    return literal_column(f"'{part}'", String).label("part")


def _vector(part: str) -> str:
    return f"{_TABLE}.search_text_{part}"


def _match(vector: str, question: str, kind: str = "") -> Any:
    words = "to_tsquery('simple', :words)"
    values = {"words": tsquery(question)}
    if kind:
        words = f"({words} && CAST(:kind AS tsquery))"
        values["kind"] = tsquery_of_kind(kind)
    return text(f"{vector} @@ {words}").bindparams(
        *[_literal(value, name) for name, value in values.items()]
    )


def _literal(value: str, name: str | None = None) -> Any:
    return bindparam(name, value, String, unique=True, literal_execute=True)
