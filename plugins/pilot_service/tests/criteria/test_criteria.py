# SPDX-License-Identifier: AGPL-3.0-or-later
"""Criteria are judged by what was counted, or by a person's word, and hold the start up."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.sdk import Desk, Person, Refused
from tresen.testing import factories
from tresen_pilot_service import hooks, service, steps
from tresen_pilot_service.criteria import measures, queries, states
from tresen_pilot_service.criteria import service as criteria
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.ratings.models import Rating
from tresen_pilot_service.tasks.models import Task, TaskResult

Brief = Callable[[Participation], None]
WORD: dict[str, Any] = {
    "phase": "exit",
    "measure": "word",
    "bound": None,
    "text": "The manual is there.",
    "is_met": None,
    "evidence": "",
}
COUNTED: dict[str, Any] = {**WORD, "measure": "open_defects", "bound": 1.0, "text": ""}
GUESS: dict[str, Any] = {"text": "Nobody needs the old list.", "verdict": "open", "evidence": ""}


def tell(desk: Desk, row: Participation, **given: Any) -> None:
    """Add feedback of a participant: a new major defect unless said otherwise."""
    values = {"kind": "defect", "severity": "major", "state": "new", "channel": "portal"}
    whose = {"programme_id": row.programme_id, "participation_id": row.id}
    made = {**whose, **values, "title": "It stops", "created_at": desk.now(), **given}
    desk.session.add(Feedback(**made))
    desk.session.flush()


def count(desk: Desk, measure: str) -> float | None:
    return queries.counted(desk, 1)[measure]


@pytest.mark.parametrize(
    ("value", "bound", "is_most", "light"),
    [
        (3, 3, True, "green"),
        (4, 4, False, "green"),
        (6, 5, True, "amber"),
        (7, 5, True, "red"),
        (1, 0, True, "red"),
        (8, 10, False, "amber"),
        (7, 10, False, "red"),
        (None, 10, False, "grey"),
        (None, 0, True, "grey"),
        (0, 0, False, "green"),
    ],
)
def test_light_follows_from_value_and_bound(
    value: float | None, bound: float, *, is_most: bool, light: str
) -> None:
    assert states.light(value, bound, is_most=is_most) == light


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.booleans())
def test_light_is_green_exactly_where_the_bound_is_kept(
    value: float, bound: float, is_most: bool
) -> None:
    kept = value <= bound if is_most else value >= bound
    assert (states.light(value, bound, is_most=is_most) == "green") is kept


@pytest.mark.parametrize(("is_met", "light"), [(None, "grey"), (True, "green"), (False, "red")])
def test_light_of_a_word(is_met: bool | None, light: str) -> None:
    assert states.light_of_word(is_met) == light


def test_defects_are_counted_until_they_are_resolved(
    desk: Desk, participation: Participation
) -> None:
    for state in ("new", "accepted", "resolved", "declined", "duplicate"):
        tell(desk, participation, state=state)
        tell(desk, participation, state=state, severity="blocker")
    tell(desk, participation, kind="wish", severity="")
    assert (count(desk, "open_defects"), count(desk, "open_blockers")) == (4, 2)
    assert (count(desk, "feedback"), count(desk, "unanswered")) == (11, 11)


def test_answered_feedback_is_not_counted_as_unanswered(
    desk: Desk, participation: Participation
) -> None:
    tell(desk, participation, answered_at=desk.now())
    tell(desk, participation)
    assert count(desk, "unanswered") == 1


def test_tasks_are_counted_once_for_each_customer(desk: Desk, participation: Participation) -> None:
    nothing = (count(desk, "tasks_done"), count(desk, "tasks_share"))
    tasks = [Task(programme_id=1, title=str(number), position=number) for number in range(4)]
    desk.session.add_all(tasks)
    desk.session.flush()
    for task, outcome in zip(tasks, ("done", "done", "done", "failed"), strict=True):
        day = date(2026, 3, 9)
        row = TaskResult(task_id=task.id, participation_id=1, outcome=outcome, done_on=day)
        desk.session.add(row)
    desk.session.flush()
    assert nothing == (0, None)
    assert (count(desk, "tasks_done"), count(desk, "tasks_share")) == (3, 75)


def test_satisfaction_is_the_mean_of_each_customers_last_rating(
    desk: Desk, participation: Participation
) -> None:
    before = count(desk, "satisfaction")
    second = Participation(
        programme_id=1,
        organisation_id=participation.organisation_id,
        state="finished",
        ended_on=date(2026, 3, 9),
        created_at=desk.now(),
    )
    desk.session.add(second)
    desk.session.flush()
    for whose, score in ((1, 1), (1, 5), (second.id, 4)):
        rating = Rating(participation_id=whose, score=score, given_at=desk.now())
        desk.session.add(rating)
        desk.session.flush()
    assert (before, count(desk, "satisfaction")) == (None, 4.5)


def test_customers_are_counted_once_they_try(desk: Desk, invited: Participation) -> None:
    counted = []
    for state in ("invited", "agreed", "active", "finished", "declined", "withdrawn"):
        invited.state = state
        desk.session.flush()
        counted.append(count(desk, "customers"))
    assert counted == [0, 0, 1, 1, 0, 0]


def test_programme_is_judged_by_each_criterion(desk: Desk, participation: Participation) -> None:
    programme = participation.programme
    criteria.demand_criterion(desk, programme, COUNTED)
    criteria.demand_criterion(desk, programme, {**WORD, "is_met": True, "evidence": "Chapter 3"})
    criteria.demand_criterion(desk, programme, {**WORD, "phase": "entry"})
    tell(desk, participation)
    tell(desk, participation)
    judged = [(each.demand, each.value, each.light) for each in criteria.judge(desk, 1)]
    assert judged == [
        ("The manual is there.", "", "grey"),
        ("Open defects: at most 1", "2", "red"),
        ("The manual is there.", "", "green"),
    ]


def test_everything_that_is_counted_has_a_measure(desk: Desk, programme: Programme) -> None:
    assert queries.counted(desk, programme.id).keys() == measures.MEASURES.keys()


def test_bound_is_said_as_people_write_it(desk: Desk, programme: Programme) -> None:
    said = []
    for measure, bound in (("satisfaction", 4.5), ("tasks_share", 80.0), ("tasks_done", 12.0)):
        values = {**COUNTED, "measure": measure, "bound": bound}
        said.append(measures.demand(criteria.demand_criterion(desk, programme, values)))
    assert said == [
        "Satisfaction (1 to 5): at least 4.5",
        "Share of tasks done: at least 80\N{NO-BREAK SPACE}%",
        "Tasks done: at least 12",
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({**WORD, "text": " "}, "Say in words what has to be met."),
        ({**WORD, "is_met": False}, "Say by what it is known"),
        ({**COUNTED, "bound": None}, "What is counted needs a bound"),
    ],
)
def test_criterion_that_does_not_fit_together_is_refused(
    desk: Desk, programme: Programme, values: dict[str, Any], sentence: str
) -> None:
    row = criteria.demand_criterion(desk, programme, COUNTED)
    with pytest.raises(Refused, match=sentence):
        criteria.demand_criterion(desk, programme, values)
    with pytest.raises(Refused, match=sentence):
        criteria.change_criterion(desk, row, values)
    assert len(queries.criteria(desk, programme.id)) == 1


def test_verdict_needs_evidence(desk: Desk, programme: Programme) -> None:
    row = criteria.assume(desk, programme, GUESS)
    with pytest.raises(Refused, match="Say by what the hypothesis is confirmed or refuted"):
        criteria.change_hypothesis(desk, row, {**GUESS, "verdict": "refuted"})
    criteria.change_hypothesis(desk, row, {**GUESS, "verdict": "refuted", "evidence": "T1"})
    assert [each.verdict for each in queries.hypotheses(desk, programme.id)] == ["refuted"]


def test_dropped_ones_are_out_of_sight_until_they_come_back(
    desk: Desk, programme: Programme
) -> None:
    rows = [
        criteria.assume(desk, programme, GUESS),
        criteria.demand_criterion(desk, programme, COUNTED),
    ]
    seen = []
    for act in (criteria.drop, criteria.bring_back):
        for row in rows:
            act(desk, row)
        found = (queries.hypotheses(desk, 1), queries.criteria(desk, 1))
        seen.append([len(each) for each in found])
    assert seen == [[0, 0], [1, 1]]


def test_nobody_is_active_before_the_entry_criteria_are_met(
    desk: Desk, invited: Participation, brief: Brief
) -> None:
    row = criteria.demand_criterion(desk, invited.programme, {**WORD, "phase": "entry"})
    service.move(desk, invited, steps.AGREED)
    brief(invited)
    with pytest.raises(Refused, match=r"not met yet: The manual is there\.\. Say so"):
        service.move(desk, invited, steps.ACTIVE)
    criteria.change_criterion(
        desk, row, {**WORD, "phase": "entry", "is_met": True, "evidence": "Chapter 3"}
    )
    service.move(desk, invited, steps.ACTIVE)
    assert invited.state == "active"


def test_exit_criteria_hold_nobody_up(desk: Desk, invited: Participation, brief: Brief) -> None:
    criteria.demand_criterion(desk, invited.programme, WORD)
    service.move(desk, invited, steps.AGREED)
    brief(invited)
    service.move(desk, invited, steps.ACTIVE)
    assert invited.state == "active"


def test_words_no_longer_name_who_is_erased(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    said = f"{customer.name} wants it."
    criteria.assume(desk, participation.programme, {**GUESS, "text": said})
    criteria.demand_criterion(desk, participation.programme, {**WORD, "text": said})
    told = [each.rows for each in hooks.personal_data(desk, customer)]
    factories.erase_person(desk, customer)
    kept = [queries.hypotheses(desk, 1)[0].text, queries.criteria(desk, 1)[0].text]
    assert kept == ["[…] wants it."] * 2
    assert said not in str(told)
