# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far participants are with the tasks: who did what, and which share of it all is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tresen_pilot_service.models import Participation
from tresen_pilot_service.tasks import service, states
from tresen_pilot_service.tasks.models import Task, TaskResult


@dataclass(frozen=True)
class Line:
    """What one participant said of each task, in the order of the tasks; None is still open."""

    participation: Participation
    results: Sequence[TaskResult | None]

    @property
    def done(self) -> int:
        """How many of the tasks they did."""
        return sum(1 for each in self.results if each and each.outcome == states.DONE)


def lines(
    rows: Sequence[Participation],
    tasks: Sequence[Task],
    results: Mapping[int, Sequence[TaskResult]],
) -> list[Line]:
    """Return a line for each who takes part or said something before they left."""
    found = []
    for row in rows:
        said = {each.task_id: each for each in results.get(row.id, ())}
        if said or row.state in service.OPEN:
            found.append(Line(row, [said.get(task.id) for task in tasks]))
    return found


def share(found: Sequence[Line]) -> int | None:
    """Return how many percent of what was asked are done; None where nothing was asked."""
    asked = sum(len(line.results) for line in found)
    return 100 * sum(line.done for line in found) // asked if asked else None
