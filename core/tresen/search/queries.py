# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds subjects by their words, always within what the actor may see.

What has the words in its title comes first, then what has them in its texts; the newest first
in both, because an ordering by rank would have to weigh every match of a common word.
"""

from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from sqlalchemy import and_, true

from tresen.desk import Desk
from tresen.hooks import specs
from tresen.hooks.records import SearchHit, SearchSource
from tresen.search import lookups
from tresen.search.models import SearchEntry
from tresen.search.records import PARTS, Entry, Texts


@dataclass(frozen=True)
class Findings:
    """The hits of one kind, in order; `is_more` when there were more than asked for."""

    kind: str
    title: str
    hits: list[SearchHit]
    is_more: bool


def find(desk: Desk, question: str, limit: int = 50) -> list[Findings]:
    """Return what every source finds for the question; nothing for one without a word."""
    asked = sources(desk)
    ids = _ids_by_kind(desk, asked, question, limit + 1)
    found = [_findings(desk, source, ids[source.kind], limit) for source in asked]
    return [findings for findings in found if findings.hits]


def sources(desk: Desk) -> list[SearchSource]:
    """Return the kinds of things that search finds."""
    return desk.core.plugins.collect(specs.search_sources)


def subject_ids(desk: Desk, source: SearchSource, question: str, limit: int) -> list[int]:
    """Return the subjects of one kind that have the words, at most `limit`, best first."""
    return _ids_by_kind(desk, [source], question, limit)[source.kind]


def _ids_by_kind(
    desk: Desk, asked: list[SearchSource], question: str, limit: int
) -> dict[str, list[int]]:
    """As `subject_ids`, of several kinds: each stage of the lookup is one statement for all."""
    seen = true() if desk.actor.is_agent else SearchEntry.is_public
    found: dict[str, dict[str, list[int]]] = {source.kind: {} for source in asked}
    for parts, stage in lookups.stages(desk, question):
        wanted = [
            Texts(source.kind, missing, and_(source.scope(desk), seen))
            for source in asked
            if (missing := _missing(found[source.kind], parts, limit))
        ]
        for texts in wanted:
            found[texts.kind] |= {part: [] for part in texts.parts}
        for entry in _newest_first(desk, stage, question, wanted):
            found[entry.kind][entry.part].append(entry.subject_id)
    return {kind: _in_order(by_part, PARTS)[:limit] for kind, by_part in found.items()}


def _newest_first(
    desk: Desk, stage: lookups.Stage, question: str, wanted: list[Texts]
) -> list[Entry]:
    rows = desk.session.execute(stage(question, wanted)).all() if wanted else ()
    return sorted(map(Entry._make, rows), key=attrgetter("id"), reverse=True)


def _missing(by_part: dict[str, list[int]], parts: tuple[str, ...], limit: int) -> tuple[str, ...]:
    """Return the parts of which more is wanted: with them and those before it is not enough."""
    return tuple(
        part for part in parts if len(_in_order(by_part, PARTS[: PARTS.index(part) + 1])) < limit
    )


def _in_order(by_part: dict[str, list[int]], parts: tuple[str, ...]) -> list[int]:
    """Return the subjects of the parts, each once, those of the first part first."""
    return list(dict.fromkeys(chain.from_iterable(by_part.get(part, ()) for part in parts)))


def _findings(desk: Desk, source: SearchSource, ids: list[int], limit: int) -> Findings:
    shown = source.hits(desk, ids[:limit]) if ids else {}
    hits = [shown[subject_id] for subject_id in ids[:limit] if subject_id in shown]
    return Findings(source.kind, source.title, hits, len(ids) > limit)
