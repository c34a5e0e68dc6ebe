# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts what remote support came to, in three statements for any number of sessions.

Nothing is counted by person: that would be a control of performance (BetrVG section 87). What
tells of few people tells of each of them, so a page leaves it out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from tresen.sdk import Desk, Ticket, visible_tickets

from tresen_remote_support import states
from tresen_remote_support.models import Consent, RemoteSession
from tresen_remote_support.recordings import queries as recordings

# So long an agent may take for the note.
NOTE_WITHIN = timedelta(days=1)
NOT_DECIDED = (states.REQUESTED, states.OFFERED, states.CANCELLED)
MINUTE = timedelta(minutes=1)
# So many people take part before a median or a share of theirs is shown.
FEWEST_PEOPLE = 5


@dataclass(frozen=True)
class Month:
    """What happened in a month, which begins on the day `on` of the operator's calendar."""

    on: date
    solved: int
    solved_remotely: int
    begun: int
    refused: int


@dataclass(frozen=True)
class Figures:
    """What the months came to; medians are minutes, None where there is nothing to take one of.

    `decided` are sessions that were offered and not called off; `declined` and `expired` are of
    these. `without_consent` ran while no consent was in force at their start; `without_note` ended
    more than a day ago; `overdue` are recordings that are still there after their day, of any time.
    """

    solved: int
    solved_remotely: int
    to_begin: float | None
    duration: float | None
    begun: int
    without_consent: int
    without_note: int
    overdue: int
    decided: int
    declined: int
    expired: int
    months: tuple[Month, ...]
    # How many agents held the sessions that began, and how many customers decided.
    agents: int
    customers: int

    @property
    def hides_agents(self) -> bool:
        """Whether medians of the agents' minutes would tell of single ones."""
        return self.begun > 0 and self.agents < FEWEST_PEOPLE

    @property
    def hides_customers(self) -> bool:
        """Whether shares of what customers decided would tell of single ones."""
        return self.decided > 0 and self.customers < FEWEST_PEOPLE


def figures(desk: Desk, months: int) -> Figures:
    """Return the figures of the last `months`, the present one among them."""
    bounds = _bounds(desk, months)
    solved = _solved(desk, bounds)
    rows = _sessions(desk, bounds)
    ran = [row for row in rows if row.started_at is not None]
    over = [row for row in ran if row.ended_at is not None]
    decided = [row for row in rows if row.state not in NOT_DECIDED]
    late = desk.now() - NOTE_WITHIN
    return Figures(
        solved=sum(solved[0]),
        solved_remotely=sum(solved[1]),
        to_begin=_median(
            (row.started_at - row.requested_at) / MINUTE for row in ran if not row.planned_from
        ),
        duration=_median(map(_minutes, over)),
        begun=len(ran),
        without_consent=_count(ran, lambda row: not row.is_agreed),
        without_note=_count(over, lambda row: not row.documented_at and row.ended_at < late),
        overdue=recordings.overdue(desk),
        decided=len(decided),
        declined=_count(decided, lambda row: row.state == states.DECLINED),
        expired=_count(decided, lambda row: row.state == states.EXPIRED),
        months=tuple(_months(bounds, solved, rows)),
        agents=len({row.agent_id for row in ran} - {None}),
        customers=len({row.person_id for row in decided} - {None}),
    )


def was_agreed() -> ColumnElement[bool]:
    """Tell of a session that has begun whether a consent was in force at that moment."""
    ends, lapses = Consent.withdrawn_at, Consent.until
    return exists().where(
        Consent.session_id == RemoteSession.id,
        Consent.given_at <= RemoteSession.started_at,
        or_(ends.is_(None), ends >= RemoteSession.started_at),
        or_(lapses.is_(None), lapses > RemoteSession.started_at),
    )


def _bounds(desk: Desk, months: int) -> list[datetime]:
    """Return the first moment of each month and of the one that comes next."""
    zone = ZoneInfo(desk.config.time_zone)
    today = desk.now().astimezone(zone)
    last = today.year * 12 + today.month
    counted = (divmod(number, 12) for number in range(last - months, last + 1))
    return [datetime.combine(date(y, m + 1, 1), time(), zone) for y, m in counted]


def _solved(desk: Desk, bounds: Sequence[datetime]) -> tuple[list[int], list[int]]:
    """Return how many tickets were solved in each month, and how many of these remotely."""
    helped = select(RemoteSession.ticket_id).where(RemoteSession.result == states.SOLVED)
    spans = [_within(Ticket.solved_at, *span) for span in pairwise(bounds)]
    remotely = [and_(span, Ticket.id.in_(helped)) for span in spans]
    counts = [func.count(case((each, 1))) for each in (*spans, *remotely)]
    # A ticket changes when it is solved, and by that an index finds it.
    statement = (
        visible_tickets(desk)
        .with_only_columns(*counts)
        .where(Ticket.is_open.is_(False), Ticket.changed_at >= bounds[0])
    )
    found = list(desk.session.execute(statement).one())
    return found[: len(spans)], found[len(spans) :]


def _sessions(desk: Desk, bounds: Sequence[datetime]) -> Sequence[Any]:
    statement = (
        visible_tickets(desk)
        .join(RemoteSession, RemoteSession.ticket_id == Ticket.id)
        .with_only_columns(
            RemoteSession.state,
            RemoteSession.agent_id,
            RemoteSession.person_id,
            RemoteSession.requested_at,
            RemoteSession.planned_from,
            RemoteSession.started_at,
            RemoteSession.ended_at,
            RemoteSession.paused_seconds,
            RemoteSession.documented_at,
            was_agreed().label("is_agreed"),
        )
        .where(_within(RemoteSession.requested_at, bounds[0], bounds[-1]))
    )
    return desk.session.execute(statement).all()


def _months(
    bounds: Sequence[datetime], solved: tuple[list[int], list[int]], rows: Sequence[Any]
) -> list[Month]:
    found = []
    for at, (start, end) in enumerate(pairwise(bounds)):
        of_month = [row for row in rows if start <= row.requested_at < end]
        begun = _count(of_month, lambda row: row.started_at is not None)
        refused = _count(of_month, lambda row: row.state in (states.DECLINED, states.EXPIRED))
        found.append(Month(start.date(), solved[0][at], solved[1][at], begun, refused))
    return found


def _within(column: Any, start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(column >= start, column < end)


def _minutes(row: Any) -> float:
    ran: timedelta = row.ended_at - row.started_at - timedelta(seconds=row.paused_seconds)
    return ran / MINUTE


def _count(rows: Sequence[Any], holds: Callable[[Any], bool]) -> int:
    return sum(1 for row in rows if holds(row))


def _median(values: Any) -> float | None:
    found = list(values)
    return median(found) if found else None
