# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a participant is asked to try, and what they said of it."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from tresen.sdk import Desk

from tresen_pilot_service.models import Participation
from tresen_pilot_service.portal.sections import Section
from tresen_pilot_service.tasks import queries, service, states
from tresen_pilot_service.tasks.forms import result_form
from tresen_pilot_service.tasks.models import Task


def load(desk: Desk, row: Participation) -> Mapping[str, Any]:
    """Return the tasks with a form for each while they can be said something of."""
    results = queries.results_of(desk, row.id)
    is_open = row.state in service.OPEN
    found = shown(row, queries.tasks(desk, row.programme_id), results)
    return {
        "tasks": found,
        "results": results,
        "is_open": is_open,
        "forms": {each.id: result_form(each.id, results.get(each.id)) for each in found if is_open},
        "done": sum(each.outcome == states.DONE for each in results.values()),
        "states": states,
    }


def shown(row: Participation, tasks: Sequence[Task], said: Container[int]) -> Sequence[Task]:
    """Return which of the programme's tasks the participant reads; they said something of `said`.

    Who has not agreed yet does not read what is tried; who left reads what they tried.
    """
    return [each for each in tasks if row.state in service.OPEN or each.id in said]


SECTION = Section("pilot_service/tasks/portal.html", load)
