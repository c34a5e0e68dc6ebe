# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tasks stand in the order that somebody chose, and those with results stay."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Missing, Person, Refused
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.models import Base, Participation, Programme
from tresen_pilot_service.tasks import queries, service
from tresen_pilot_service.tasks.models import Task, TaskResult

Ask = Callable[..., Task]
Values = Callable[..., dict[str, Any]]
DONE = {"outcome": "done", "note": ""}
FAILED = {"outcome": "failed", "note": " It fell. "}


def titles(desk: Desk) -> list[str]:
    return [each.title for each in queries.tasks(desk, 1)]


def said(desk: Desk) -> list[tuple[int, str, str]]:
    found = queries.results(desk, 1)
    return [(key, row.outcome, row.note) for key, rows in found.items() for row in rows]


def journal(desk: Desk, kind: str) -> list[tuple[str, str, Any]]:
    entry = Base.metadata.tables["journal_entry"].c
    wanted = select(entry.action, entry.field, entry.new).where(entry.subject_kind == kind)
    return [tuple(row) for row in desk.session.execute(wanted.order_by(entry.id))]


def test_new_task_stands_behind_the_others(desk: Desk, ask: Ask) -> None:
    for title in ("A", "B", "C"):
        ask(title)
    assert titles(desk) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("place", "by", "order"),
    [
        (0, 1, ["B", "A", "C"]),
        (1, -1, ["B", "A", "C"]),
        (1, 1, ["A", "C", "B"]),
        (2, -1, ["A", "C", "B"]),
        (0, -1, ["A", "B", "C"]),
        (2, 1, ["A", "B", "C"]),
        (1, 0, ["A", "B", "C"]),
    ],
)
def test_task_changes_places_with_its_neighbour(
    desk: Desk, ask: Ask, place: int, by: int, order: list[str]
) -> None:
    tasks = [ask(title) for title in ("A", "B", "C")]
    service.move_task(desk, tasks[place], by)
    assert titles(desk) == order


def test_order_holds_after_a_task_was_removed(desk: Desk, ask: Ask) -> None:
    tasks = [ask(title) for title in ("A", "B", "C")]
    service.remove_task(desk, tasks[1])
    service.move_task(desk, tasks[2], -1)
    ask("D")
    assert titles(desk) == ["C", "A", "D"]


def test_task_is_changed(desk: Desk, ask: Ask) -> None:
    task = ask("A")
    service.change_task(desk, task, {"title": "B", "instructions": "Twice."})
    assert (titles(desk), task.instructions) == (["B"], "Twice.")


def test_task_with_results_stays(
    desk: Desk, participation: Participation, customer: Person, ask: Ask
) -> None:
    task = ask("A")
    service.say(desk, participation, task, customer, DONE)
    with pytest.raises(Refused, match="“A” has results already, so it has to stay"):
        service.remove_task(desk, task)
    assert titles(desk) == ["A"]


def test_task_that_is_not_there_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing, match="There is no such task"):
        queries.task(desk, 9)


def test_result_is_kept_with_who_and_when(
    desk: Desk, participation: Participation, customer: Person, ask: Ask
) -> None:
    made = service.say(desk, participation, ask(), customer, FAILED)
    kept = (made.outcome, made.note, made.person_id, made.done_on)
    assert kept == ("failed", "It fell.", customer.id, date(2026, 3, 10))


def test_later_word_takes_the_place_of_the_earlier(
    desk: Desk,
    clock: SteppedClock,
    participation: Participation,
    customer: Person,
    colleague: Person,
    ask: Ask,
) -> None:
    task = ask()
    service.say(desk, participation, task, customer, FAILED)
    clock.go(days=2)
    made = service.say(desk, participation, task, colleague, DONE)
    assert said(desk) == [(participation.id, "done", "")]
    assert (made.person_id, made.done_on) == (colleague.id, date(2026, 3, 12))


@pytest.mark.parametrize("state", [steps.INVITED, *steps.ENDED])
def test_nothing_is_said_before_or_after_the_participation(
    desk: Desk, participation: Participation, customer: Person, ask: Ask, state: str
) -> None:
    participation.state = state
    with pytest.raises(Refused, match="can be said while you take part"):
        service.say(desk, participation, ask(), customer, DONE)


def test_who_agreed_may_say_something_already(
    desk: Desk, invited: Participation, customer: Person, ask: Ask
) -> None:
    pilots.move(desk, invited, steps.AGREED)
    service.say(desk, invited, ask(), customer, DONE)
    assert said(desk) == [(invited.id, "done", "")]


@pytest.mark.parametrize("outcome", ["", "open", "perhaps"])
def test_outcome_is_one_of_two(
    desk: Desk, participation: Participation, customer: Person, ask: Ask, outcome: str
) -> None:
    with pytest.raises(Refused, match="Say whether it worked or not"):
        service.say(desk, participation, ask(), customer, {"outcome": outcome, "note": ""})


def test_task_of_another_programme_is_not_theirs(
    desk: Desk, participation: Participation, customer: Person, programme_values: Values
) -> None:
    other = pilots.begin_programme(desk, programme_values(title="Other"))
    task = service.add_task(desk, other, {"title": "A", "instructions": ""})
    with pytest.raises(Missing, match="There is no such task"):
        service.say(desk, participation, task, customer, DONE)


def test_tasks_done_are_counted_over_all_participants(
    desk: Desk, participation: Participation, customer: Person, programme: Programme, ask: Ask
) -> None:
    tasks = [ask(title) for title in ("A", "B", "C")]
    before = queries.done_count(desk, programme.id)
    for task, values in zip(tasks, (DONE, FAILED, DONE), strict=True):
        service.say(desk, participation, task, customer, values)
    assert (before, queries.done_count(desk, programme.id)) == (0, 2)
    assert queries.done_count(desk, 77) == 0


def test_results_stand_in_the_order_of_the_tasks(
    desk: Desk, participation: Participation, customer: Person, ask: Ask
) -> None:
    first, second = ask("A"), ask("B")
    service.say(desk, participation, second, customer, DONE)
    service.say(desk, participation, first, customer, DONE)
    found = queries.results(desk, 1)
    assert [each.task_id for each in found[participation.id]] == [first.id, second.id]


def test_tasks_and_results_go_with_their_programme(
    desk: Desk, participation: Participation, customer: Person, programme: Programme, ask: Ask
) -> None:
    service.say(desk, participation, ask(), customer, DONE)
    desk.session.delete(programme)
    desk.session.flush()
    assert [desk.session.query(table).count() for table in (Task, TaskResult)] == [0, 0]


def test_every_verb_is_journalled(
    desk: Desk, participation: Participation, customer: Person, ask: Ask
) -> None:
    task, other = ask("A"), ask("B")
    service.change_task(desk, task, {"title": "A2"})
    service.move_task(desk, other, -1)
    service.remove_task(desk, other)
    service.say(desk, participation, task, customer, DONE)
    service.say(desk, participation, task, customer, FAILED)
    desk.session.flush()
    assert journal(desk, service.TASK) == [
        ("added", "", None),
        ("added", "", None),
        ("changed", "title", "A2"),
        ("changed", "position", 1),
        ("changed", "position", 2),
        ("removed", "title", None),
    ]
    assert journal(desk, service.RESULT) == [
        ("said", "outcome", "done"),
        ("changed", "outcome", "failed"),
        ("changed", "note", "It fell."),
    ]
