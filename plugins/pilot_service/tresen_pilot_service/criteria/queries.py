# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds hypotheses and criteria, and counts what criteria are measured by."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from tresen.sdk import Desk, Missing, _

from tresen_pilot_service import steps
from tresen_pilot_service.criteria.models import Criterion, Hypothesis
from tresen_pilot_service.feedback import queries as feedback
from tresen_pilot_service.models import Participation
from tresen_pilot_service.ratings import queries as ratings
from tresen_pilot_service.tasks import queries as tasks


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


def counted(desk: Desk, programme_id: int) -> Mapping[str, float | None]:
    """Return what criteria are measured by, by its key; None where nothing can be said yet."""
    told = feedback.counts(desk, programme_id)
    done, tried = tasks.done_count(desk, programme_id), customers(desk, programme_id)
    asked = len(tasks.tasks(desk, programme_id)) * tried
    return {
        "open_blockers": told["open_blockers"],
        "open_defects": told["open_defects"],
        "unanswered": told["unanswered"],
        "feedback": told["total"],
        "tasks_done": done,
        "tasks_share": 100 * done / asked if asked else None,
        "satisfaction": ratings.satisfaction(desk, programme_id)[0],
        "customers": tried,
    }


def customers(desk: Desk, programme_id: int) -> int:
    """Return how many customers try or tried the product."""
    statement = select(func.count()).where(
        Participation.programme_id == programme_id,
        Participation.state.in_((steps.ACTIVE, steps.FINISHED)),
    )
    return desk.session.scalar(statement) or 0
