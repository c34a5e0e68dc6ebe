# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every part of the plugin tells a person what it keeps of them, and forgets them."""

from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Person, rows_of
from tresen.testing import factories
from tresen_pilot_service import hooks
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation
from tresen_pilot_service.ratings.models import Rating
from tresen_pilot_service.tasks.models import Task, TaskResult

SAID = "Karla Kundin lost a pallet."


@pytest.fixture
def told(desk: Desk, participation: Participation, customer: Person) -> None:
    """Let the customer have told everything that can be told."""
    own: dict[str, Any] = {"participation_id": participation.id, "person_id": customer.id}
    task = Task(programme_id=participation.programme_id, title="Move a pallet", position=1)
    desk.session.add(task)
    desk.session.flush()
    day = date(2026, 3, 9)
    result = TaskResult(task_id=task.id, outcome="failed", note=SAID, done_on=day, **own)
    rating = Rating(score=2, comment=SAID, given_at=desk.now(), **own)
    feedback = Feedback(
        programme_id=participation.programme_id,
        kind="defect",
        severity="major",
        title=SAID,
        text=SAID,
        channel="portal",
        state="new",
        created_at=desk.now(),
        **own,
    )
    desk.session.add_all([result, rating, feedback])
    desk.commit()


def test_person_is_told_what_every_part_keeps(desk: Desk, told: None, customer: Person) -> None:
    found = {str(each.title): each.rows for each in hooks.personal_data(desk, customer)}
    assert found["Feedback in pilots"] == [
        {
            "programme_id": 1,
            "kind": "defect",
            "title": SAID,
            "text": SAID,
            "area": "",
            "answer": "",
            "created_at": desk.now(),
        }
    ]
    assert found["Tasks in pilots"] == [
        {
            "task_id": 1,
            "participation_id": 1,
            "outcome": "failed",
            "note": SAID,
            "done_on": date(2026, 3, 9),
        }
    ]
    assert found["Ratings of pilots"] == [
        {"participation_id": 1, "score": 2, "comment": SAID, "given_at": desk.now()}
    ]


def test_who_told_nothing_is_told_nothing(desk: Desk, told: None, contact: Person) -> None:
    found = {str(each.title): each.rows for each in hooks.personal_data(desk, contact)}
    titles = ("Feedback in pilots", "Tasks in pilots", "Ratings of pilots")
    assert [found[title] for title in titles] == [[], [], []]


@pytest.mark.parametrize(
    ("table", "fields"),
    [(Feedback, ("title", "text")), (TaskResult, ("note",)), (Rating, ("comment",))],
)
def test_what_was_told_stays_without_the_name(
    desk: Desk, told: None, customer: Person, table: Any, fields: tuple[str, ...]
) -> None:
    factories.erase_person(desk, customer)
    (row,) = rows_of(desk, table)
    assert [row[name] for name in fields] == ["[…] lost a pallet."] * len(fields)
    assert row["person_id"] is None


def test_words_of_others_stay(desk: Desk, told: None, contact: Person) -> None:
    factories.erase_person(desk, contact)
    assert [row["text"] for row in rows_of(desk, Feedback)] == [SAID]
