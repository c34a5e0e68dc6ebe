# SPDX-License-Identifier: AGPL-3.0-or-later
"""Goes through everything that has a question's words, page by page, newest first.

The place of a page is the last entry's id: what comes in meanwhile neither hides nor repeats
another, and no count ends the list before its last row.
"""

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, true

from tresen.desk import Desk
from tresen.hooks.records import SearchSource
from tresen.search import lookups, records
from tresen.search.models import SearchEntry
from tresen.search.records import PARTS, Entry, Texts


@dataclass(frozen=True)
class Question:
    """What is looked for, of which kind.

    `narrowed` is a further condition over SearchEntry; `subjects` selects the ids of those that
    are wanted, where not all are.
    """

    text: str
    source: SearchSource
    narrowed: ColumnElement[bool] | None = None
    subjects: Select[Any] | None = None

    def texts(self, desk: Desk, before: int | None) -> Texts:
        """Return what is looked through, within what the actor may see."""
        seen = true() if desk.actor.is_agent else SearchEntry.is_public
        narrowed = true() if self.narrowed is None else self.narrowed
        scope = and_(self.source.scope(desk), seen, narrowed)
        return Texts(self.source.kind, PARTS, scope, self.subjects, before)


def parts_before(desk: Desk, asked: Question, before: int | None, limit: int) -> list[Entry]:
    """Return at most `limit` texts that have the words, older than the entry `before`."""
    texts = asked.texts(desk, before)
    each_part = [replace(texts, parts=(part,)) for part in texts.parts]
    found: dict[int, Entry] = {}
    for stage in lookups.stages_of_all(desk, asked.text):
        if len(found) < limit:
            rows = desk.session.execute(stage(asked.text, each_part)).all()
            found = {entry.id: entry for entry in map(Entry._make, rows)}
    newest_first = sorted(found.values(), key=attrgetter("id"), reverse=True)
    return newest_first[: min(limit, records.LOOKED_AT)]


def subjects_before(desk: Desk, asked: Question, before: int | None, limit: int) -> list[Entry]:
    """As `parts_before`, for subjects: each once, at the newest of its texts that has the words."""
    found: dict[int, Entry] = {}
    place, most = before, min(limit, records.LOOKED_AT)
    while len(found) < limit:
        looked = parts_before(desk, asked, place, most)
        new = {each.subject_id: each for each in reversed(looked)}
        for subject_id in _met(desk, asked, before, list(new)):
            del new[subject_id]
        newest_first = sorted(new.values(), key=lambda each: -each.id)
        found = {each.subject_id: each for each in newest_first} | found
        if len(looked) < most:
            break
        place = looked[-1].id
    return sorted(found.values(), key=lambda each: -each.id)[:limit]


def _met(desk: Desk, asked: Question, since: int | None, subject_ids: list[int]) -> set[int]:
    """Return those of the subjects that stood on a page before: a newer text has the words."""
    if since is None or not subject_ids:
        return set()
    texts = asked.texts(desk, None)
    texts = replace(texts, scope=texts.scope & SearchEntry.subject_id.in_(subject_ids))
    return set(desk.session.scalars(lookups.since(desk, asked.text, texts, since)))
