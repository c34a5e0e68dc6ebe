# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a lookup is asked for, and what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, select, true, union_all

from tresen.search.models import SearchEntry

Scope = ColumnElement[bool]

PARTS = ("title", "body")
# How many matching entries are looked at for one page of subjects: several may be of one subject.
LOOKED_AT = 400


@dataclass(frozen=True)
class Texts:
    """Which entries are looked through: of which kind, in which parts, under which condition.

    `scope` is a condition over SearchEntry. `subjects` selects the ids of those that are wanted;
    it stands apart, because it may be the shortest way to the entries. `before` is the id that
    all of them stay below.
    """

    kind: str
    parts: tuple[str, ...]
    scope: Scope
    subjects: Select[Any] | None = None
    before: int | None = None

    @property
    def each_by_itself(self) -> Scope:
        """The condition of `subjects`, asked of each entry that has the words.

        As a value, because a planner would answer `EXISTS` by a walk through all subjects.
        """
        if self.subjects is None:
            return true()
        (subject_id,) = self.subjects.selected_columns
        own = self.subjects.where(subject_id == SearchEntry.subject_id).correlate(SearchEntry)
        return own.scalar_subquery().is_not(None)


class Entry(NamedTuple):
    """A found entry: its id is its place in the order, `part` where it has the words."""

    kind: str
    part: str
    id: int
    subject_id: int
    part_id: int


def union_of(selects: Sequence[Select[Any]]) -> CompoundSelect[Any]:
    """Return the selects as one; each keeps its own order and limit."""
    return union_all(*[select(each.subquery()) for each in selects])
