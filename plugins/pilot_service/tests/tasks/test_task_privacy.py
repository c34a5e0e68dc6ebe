# SPDX-License-Identifier: AGPL-3.0-or-later
"""A name that somebody wrote into a task goes when the person is erased."""

from collections.abc import Callable

from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_pilot_service.models import Participation
from tresen_pilot_service.tasks import queries, service
from tresen_pilot_service.tasks.models import Task

Ask = Callable[..., Task]


def texts(desk: Desk) -> list[tuple[str, str]]:
    return [(each.title, each.instructions) for each in queries.tasks(desk, 1)]


def test_erased_participant_is_named_in_no_task(
    desk: Desk, participation: Participation, customer: Person, ask: Ask
) -> None:
    ask("Ask Karla Kundin", "Karla Kundin knows.")
    factories.erase_person(desk, customer)
    assert texts(desk) == [("Ask […]", "[…] knows.")]


def test_tasks_of_programmes_without_the_person_stay(
    desk: Desk, participation: Participation, ask: Ask
) -> None:
    ask("Ask Karla Kundin")
    factories.erase_person(
        desk, factories.make_customer(desk, "Karla Kundin", "other@fern.example")
    )
    assert texts(desk) == [("Ask Karla Kundin", "Scan it twice.")]


def test_result_of_who_was_erased_still_counts(
    desk: Desk, participation: Participation, customer: Person, ask: Ask
) -> None:
    service.say(desk, participation, ask(), customer, {"outcome": "done", "note": ""})
    factories.erase_person(desk, customer)
    ((row,),) = queries.results(desk, 1).values()
    assert (queries.done_count(desk, 1), row.person_id, row.person) == (1, None, None)
