# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts what the cockpit draws: open defects day by day, and what each customer did each week."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from tresen.sdk import Desk, Ticket

from tresen_pilot_service import steps
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.feedback.states import BLOCKER, DECLINED, DEFECT, DUPLICATE
from tresen_pilot_service.models import Participation, PilotTicket, Programme
from tresen_pilot_service.ratings.models import Rating
from tresen_pilot_service.tasks.models import TaskResult

WEEK = timedelta(days=7)
# From so many acts in a week on a cell has the next deeper ground.
LEVELS = (1, 2, 4, 8)

Acts = Iterator[tuple[int, date]]


@dataclass(frozen=True)
class Heat:
    """Who takes part how much: `weeks` are their Mondays, `rows` the acts of each customer.

    Tickets, feedback, tried tasks and ratings are acts.
    """

    weeks: Sequence[date]
    rows: Sequence[tuple[Participation, Sequence[int]]]


def burn_down(desk: Desk, programme: Programme) -> list[tuple[date, int, int]]:
    """Return each day of the programme until today, with open blockers and all open defects.

    What was declined or is a duplicate was never a defect.
    """
    rows = desk.session.execute(
        select(Feedback.severity, Feedback.created_at, Feedback.resolved_at).where(
            Feedback.programme_id == programme.id,
            Feedback.kind == DEFECT,
            Feedback.state.not_in((DECLINED, DUPLICATE)),
        )
    ).all()
    begun: Mapping[bool, Counter[date]] = {True: Counter(), False: Counter()}
    for severity, created_at, resolved_at in rows:
        tally = begun[severity == BLOCKER]
        tally[desk.today(created_at)] += 1
        if resolved_at is not None:
            tally[desk.today(resolved_at)] -= 1
    return list(_summed(desk, programme, begun))


def heat(desk: Desk, programme: Programme, rows: Sequence[Participation]) -> Heat:
    """Return what each customer who takes or took part did, week by week until today."""
    weeks = list(_weeks(desk, programme))
    counted: Counter[tuple[int, date]] = Counter()
    for participation_id, day in _acts(desk, programme):
        counted[participation_id, _monday(day)] += 1
    shown = [row for row in rows if row.state in (steps.ACTIVE, steps.FINISHED, steps.WITHDRAWN)]
    return Heat(weeks, [(row, [counted[row.id, week] for week in weeks]) for row in shown])


def level(count: int) -> int:
    """Return how deep the ground of a cell is, 0 to 4."""
    return sum(count >= bound for bound in LEVELS)


def _summed(
    desk: Desk, programme: Programme, begun: Mapping[bool, Counter[date]]
) -> Iterator[tuple[date, int, int]]:
    # What was told before the first day is open on it.
    first, last = programme.starts_on, min(desk.today(), programme.ends_on)
    blockers = sum(count for day, count in begun[True].items() if day < first)
    others = sum(count for day, count in begun[False].items() if day < first)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        blockers += begun[True][day]
        others += begun[False][day]
        yield day, blockers, blockers + others


def _acts(desk: Desk, programme: Programme) -> Acts:
    """Yield participation and operator's day of everything that customers did."""
    told = select(Feedback.participation_id, Feedback.created_at)
    rated = select(Rating.participation_id, Rating.given_at)
    opened = select(PilotTicket.participation_id, Ticket.created_at)
    tried = select(TaskResult.participation_id, TaskResult.done_on)
    for statement in (
        # With a ticket it is counted as that.
        told.where(Feedback.ticket_id.is_(None)),
        rated,
        opened.join(Ticket, Ticket.id == PilotTicket.ticket_id),
        tried,
    ):
        owner = statement.selected_columns[0]
        own = statement.join(Participation, Participation.id == owner)
        for participation_id, at in desk.session.execute(
            own.where(Participation.programme_id == programme.id)
        ):
            day = desk.today(at) if isinstance(at, datetime) else at
            yield participation_id, day


def _weeks(desk: Desk, programme: Programme) -> Iterator[date]:
    week, last = _monday(programme.starts_on), min(desk.today(), programme.ends_on)
    while week <= last:
        yield week
        week += WEEK


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
