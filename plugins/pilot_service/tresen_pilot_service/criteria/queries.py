# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds hypotheses and criteria, and counts what criteria are measured by."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from tresen.sdk import Desk, Missing, _

from tresen_pilot_service import steps
from tresen_pilot_service.criteria.models import Criterion, Hypothesis
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.feedback.states import BLOCKER, DEFECT, DUPLICATE, OPEN
from tresen_pilot_service.models import Participation
from tresen_pilot_service.ratings.models import Rating
from tresen_pilot_service.tasks.models import Task, TaskResult
from tresen_pilot_service.tasks.states import DONE


def hypotheses(desk: Desk, programme_id: int) -> Sequence[Hypothesis]:
    """Return the hypotheses of a programme in the order in which they were written."""
    return desk.session.scalars(
        select(Hypothesis)
        .where(Hypothesis.programme_id == programme_id, Hypothesis.dropped_at.is_(None))
        .order_by(Hypothesis.id)
    ).all()


def hypothesis(desk: Desk, hypothesis_id: int) -> Hypothesis:
    """Return a hypothesis; raises Missing."""
    found = desk.session.get(Hypothesis, hypothesis_id)
    if found is None:
        raise Missing(_("There is no such hypothesis."))
    return found


def criteria(desk: Desk, programme_id: int) -> Sequence[Criterion]:
    """Return the criteria of a programme, those of entry first."""
    return desk.session.scalars(
        select(Criterion)
        .where(Criterion.programme_id == programme_id, Criterion.dropped_at.is_(None))
        .order_by(Criterion.phase, Criterion.id)
    ).all()


def criterion(desk: Desk, criterion_id: int) -> Criterion:
    """Return a criterion; raises Missing."""
    found = desk.session.get(Criterion, criterion_id)
    if found is None:
        raise Missing(_("There is no such criterion."))
    return found


def open_blockers(desk: Desk, programme_id: int) -> int:
    """Return how many defects that block the work are not resolved yet."""
    return _told(desk, programme_id, *_OPEN_DEFECTS, Feedback.severity == BLOCKER)


def open_defects(desk: Desk, programme_id: int) -> int:
    """Return how many defects are not resolved yet; duplicates count once."""
    return _told(desk, programme_id, *_OPEN_DEFECTS)


def unanswered(desk: Desk, programme_id: int) -> int:
    """Return how much feedback nobody answered yet."""
    return _told(desk, programme_id, Feedback.answered_at.is_(None))


def feedback_given(desk: Desk, programme_id: int) -> int:
    """Return how much feedback was given, duplicates left out."""
    return _told(desk, programme_id, Feedback.state != DUPLICATE)


def tasks_done(desk: Desk, programme_id: int) -> int:
    """Return how many tasks are done, each counted once for each customer."""
    statement = (
        select(func.count())
        .select_from(TaskResult)
        .join(Task, Task.id == TaskResult.task_id)
        .where(Task.programme_id == programme_id, TaskResult.outcome == DONE)
    )
    return desk.session.scalar(statement) or 0


def tasks_share(desk: Desk, programme_id: int) -> float | None:
    """Return how many of a hundred tasks are done by those who try; None where there are none."""
    tasks = desk.session.scalar(
        select(func.count()).where(Task.programme_id == programme_id).select_from(Task)
    )
    whole = (tasks or 0) * customers(desk, programme_id)
    return 100 * tasks_done(desk, programme_id) / whole if whole else None


def customers(desk: Desk, programme_id: int) -> int:
    """Return how many customers try or tried the product."""
    statement = select(func.count()).where(
        Participation.programme_id == programme_id,
        Participation.state.in_((steps.ACTIVE, steps.FINISHED)),
    )
    return desk.session.scalar(statement) or 0


def satisfaction(desk: Desk, programme_id: int) -> float | None:
    """Return the mean of each participant's last rating, 1 to 5; None where nobody rated."""
    last = (
        select(func.max(Rating.id))
        .join(Participation, Participation.id == Rating.participation_id)
        .where(Participation.programme_id == programme_id)
        .group_by(Rating.participation_id)
    )
    found = desk.session.scalar(select(func.avg(Rating.score)).where(Rating.id.in_(last)))
    return None if found is None else float(found)


_OPEN_DEFECTS = (Feedback.kind == DEFECT, Feedback.state.in_(OPEN))


def _told(desk: Desk, programme_id: int, *conditions: ColumnElement[bool]) -> int:
    statement = select(func.count()).where(Feedback.programme_id == programme_id, *conditions)
    return desk.session.scalar(statement.select_from(Feedback)) or 0
