# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tasks keeps about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_pilot_service import queries
from tresen_pilot_service.tasks import service
from tresen_pilot_service.tasks.models import TaskResult


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which tasks of pilots the person tried."""
    rows = [
        {
            "task_id": each.task_id,
            "participation_id": each.participation_id,
            "outcome": each.outcome,
            "note": each.note,
            "done_on": each.done_on,
        }
        for each in _of(desk, person)
    ]
    return [DataSet(lazy("Tasks in pilots"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; what was said stays, without the name."""
    own = _of(desk, person)
    for row in own:
        row.person_id = None
    ids = queries.of_customer(person)
    around = select(TaskResult).where(TaskResult.participation_id.in_(ids))
    for named in (*own, *desk.session.scalars(around)):
        named.note = traces.blot(named.note)
    service.forget(desk, person, traces)


def _of(desk: Desk, person: Person) -> Sequence[TaskResult]:
    return desk.session.scalars(
        select(TaskResult).where(TaskResult.person_id == person.id).order_by(TaskResult.id)
    ).all()
