# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the tasks of a programme, and how they went at each participant."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_pilot_service.models import Programme
from tresen_pilot_service.tasks import states
from tresen_pilot_service.tasks.models import Task, TaskResult


def tasks(desk: Desk, programme_id: int) -> Sequence[Task]:
    """Return the tasks of a programme in their order."""
    return desk.session.scalars(
        select(Task).where(Task.programme_id == programme_id).order_by(Task.position, Task.id)
    ).all()


def task(desk: Desk, task_id: int) -> tuple[Task, Programme]:
    """Return a task with its programme; raises Missing."""
    found = desk.session.execute(
        select(Task, Programme)
        .join(Programme, Programme.id == Task.programme_id)
        .where(Task.id == task_id)
    ).first()
    if found is None:
        raise Missing(_("There is no such task."))
    return found[0], found[1]


def results(desk: Desk, programme_id: int) -> Mapping[int, Sequence[TaskResult]]:
    """Return how the tasks of a programme went, by participation, with who said so."""
    rows = desk.session.scalars(
        select(TaskResult)
        .join(TaskResult.task)
        .where(Task.programme_id == programme_id)
        .options(joinedload(TaskResult.person))
        .order_by(Task.position, Task.id, TaskResult.id)
    )
    found: dict[int, list[TaskResult]] = {}
    for row in rows:
        found.setdefault(row.participation_id, []).append(row)
    return found


def results_of(desk: Desk, participation_id: int) -> Mapping[int, TaskResult]:
    """Return how the tasks went at one participant, by task, with who said so."""
    rows = desk.session.scalars(
        select(TaskResult)
        .where(TaskResult.participation_id == participation_id)
        .options(joinedload(TaskResult.person))
    )
    return {row.task_id: row for row in rows}


def done_count(desk: Desk, programme_id: int) -> int:
    """Return how often a task of the programme was done, over all participants."""
    statement = (
        select(func.count())
        .select_from(TaskResult)
        .join(TaskResult.task)
        .where(Task.programme_id == programme_id, TaskResult.outcome == states.DONE)
    )
    return desk.session.scalar(statement) or 0
