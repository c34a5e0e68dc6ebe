# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of tasks: what participants shall try, and how they say that it went."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, Missing, Person, Refused, Traces, _, change, record

from tresen_pilot_service import queries as programmes
from tresen_pilot_service import steps
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.tasks import queries, states
from tresen_pilot_service.tasks.models import Task, TaskResult

TASK = "pilot_service.task"
RESULT = "pilot_service.task_result"

# In these states a participant says how tasks went.
OPEN = (steps.AGREED, steps.ACTIVE)


def add_task(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Task:
    """Add a task after the others."""
    known = queries.tasks(desk, programme.id)
    position = known[-1].position + 1 if known else 1
    made = Task(programme_id=programme.id, position=position, **values)
    desk.session.add(made)
    desk.session.flush()
    record(desk, TASK, made.id, "added")
    return made


def change_task(desk: Desk, task: Task, values: Mapping[str, Any]) -> None:
    """Change what a task says."""
    change(desk, TASK, task, values)


def remove_task(desk: Desk, task: Task) -> None:
    """Remove a task; raises Refused for one of which somebody said how it went."""
    if desk.session.scalar(select(TaskResult.id).where(TaskResult.task_id == task.id).limit(1)):
        words = {"title": task.title}
        raise Refused(_("“%(title)s” has results already, so it has to stay.") % words)
    record(desk, TASK, task.id, "removed", {"title": (task.title, None)})
    desk.session.delete(task)
    desk.session.flush()


def move_task(desk: Desk, task: Task, by: int) -> None:
    """Let a task change places with the one before (-1) or after it (1), if there is one."""
    order = list(queries.tasks(desk, task.programme_id))
    place = order.index(task)
    if not 0 <= place + by < len(order):
        return
    order.insert(place + by, order.pop(place))
    for position, each in enumerate(order, 1):
        change(desk, TASK, each, {"position": position})


def say(
    desk: Desk, participation: Participation, task: Task, person: Person, values: Mapping[str, Any]
) -> TaskResult:
    """Keep how a task went at a participant, in the place of what was said before.

    `values` are `outcome` and `note`. Raises Missing for another programme's task, Refused where
    the participation is not going on and for an outcome that there is not.
    """
    _demand_open(participation, task, values["outcome"])
    known = desk.session.scalar(
        select(TaskResult).where(
            TaskResult.task_id == task.id, TaskResult.participation_id == participation.id
        )
    )
    wanted = {
        "outcome": values["outcome"],
        "note": (values.get("note") or "").strip(),
        "person_id": person.id,
        "done_on": desk.today(),
    }
    if known is not None:
        change(desk, RESULT, known, wanted)
        return known
    made = TaskResult(task_id=task.id, participation_id=participation.id, **wanted)
    desk.session.add(made)
    desk.session.flush()
    record(desk, RESULT, made.id, "said", {"outcome": (None, made.outcome)})
    return made


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person's name out of what tasks say."""
    ids = [each.id for each in programmes.programmes_around(desk, person)]
    for row in desk.session.scalars(select(Task).where(Task.programme_id.in_(ids))):
        row.title, row.instructions = traces.blot(row.title), traces.blot(row.instructions)


def _demand_open(participation: Participation, task: Task, outcome: str) -> None:
    if task.programme_id != participation.programme_id:
        raise Missing(_("There is no such task."))
    if participation.state not in OPEN:
        raise Refused(_("How a task went can be said while you take part, and not afterwards."))
    if outcome not in states.TITLES:
        raise Refused(_("Say whether it worked or not."))
