# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reckons a year's report: what began to run outside in it, and what became of that since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from tresen.sdk import Desk

from tresen_licensing.developments import clocks, states
from tresen_licensing.developments.clocks import Clock, due
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import standings, terms_of
from tresen_licensing.reports import queries

# No private change is carried any more.
_CARRIED_NO_MORE = (states.ADOPTED, states.CLOSED)


@dataclass(frozen=True)
class Line:
    """One development of the report; `days` lie between its first day outside and its being public.

    `drift` is the number of its patches times the versions of the product since its base, nought
    once nothing private is carried.
    """

    row: Development
    began_on: date
    due_on: date
    published_on: date | None
    clock: Clock
    reached: frozenset[str]
    drift: int

    @property
    def days(self) -> int | None:
        """The days until it was public; None while it is not."""
        return (self.published_on - self.began_on).days if self.published_on else None

    @property
    def is_in_time(self) -> bool:
        """Whether it was public on its last day at the latest."""
        return self.published_on is not None and self.published_on <= self.due_on


@dataclass(frozen=True)
class Figures:
    """What a report comes to.

    `owed` are all that are not exempt; `published`, `in_time`, `proposed`, `merged` and `overdue`
    are of these. `median_days` is None while nothing was published.
    """

    owed: int
    exempt: int
    published: int
    in_time: int
    proposed: int
    merged: int
    released: int
    overdue: int
    drift: int
    median_days: float | None


def lines(desk: Desk, year: int, organisation_id: int | None) -> list[Line]:
    """Return a line for each development whose clock began in the year, the earliest first."""
    began = queries.began_in(desk, year, organisation_id)
    rows = [row for row, _day in began]
    ids = [row.id for row in rows]
    steps, standing = queries.steps(desk, ids), standings(desk, rows)
    drift = _drift(desk, rows)
    return [
        Line(
            row=row,
            began_on=day,
            due_on=due(day, terms_of(row), row.embargoed_until),
            published_on=_published_on(row, steps.get(row.id, {})),
            clock=standing[row.id].clock,
            reached=frozenset(steps.get(row.id, {})),
            drift=drift[row.id],
        )
        for row, day in began
    ]


def sum_up(found: Sequence[Line]) -> Figures:
    """Return what the lines come to."""
    owed = [each for each in found if not _is_exempt(each)]
    days = [each.days for each in owed if each.days is not None]
    return Figures(
        owed=len(owed),
        exempt=len(found) - len(owed),
        published=len(days),
        in_time=sum(each.is_in_time for each in owed),
        proposed=sum(states.PROPOSED in each.reached for each in owed),
        merged=sum(states.MERGED in each.reached for each in owed),
        released=sum(states.RELEASED in each.reached for each in owed),
        overdue=sum(each.clock.standing == clocks.OVERDUE for each in owed),
        drift=sum(each.drift for each in found),
        median_days=median(days) if days else None,
    )


def _is_exempt(line: Line) -> bool:
    return line.clock.standing == clocks.EXEMPT or line.row.state == states.EXEMPT


def _published_on(row: Development, steps: Mapping[str, date]) -> date | None:
    return steps.get(states.PUBLISHED) if row.state in states.PUBLIC else None


def _drift(desk: Desk, rows: Sequence[Development]) -> dict[int, int]:
    carried = [row for row in rows if row.state not in _CARRIED_NO_MORE]
    patches = queries.patches(desk, [row.id for row in carried])
    behind = queries.behind(desk, carried)
    return {row.id: patches.get(row.id, 0) * behind.get(row.id, 0) for row in rows}
