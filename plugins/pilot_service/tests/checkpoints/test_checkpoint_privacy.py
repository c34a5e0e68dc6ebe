# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes and decisions tell people what is kept of them, and forget their names."""

from datetime import UTC, date, datetime

import pytest
from tresen.sdk import Desk, Person, rows_of
from tresen.testing import factories
from tresen_pilot_service import hooks
from tresen_pilot_service.checkpoints.models import Checkpoint, CheckpointDecision
from tresen_pilot_service.models import Participation

SAID = "Karla Kundin and Carla Contact look for the pallet."


@pytest.fixture
def decided(desk: Desk, participation: Participation, contact: Person) -> None:
    """Let a checkpoint have been held that speaks of people everywhere."""
    words = dict.fromkeys(("title", "place", "agenda", "minutes"), SAID)
    meeting = Checkpoint(
        programme_id=participation.programme_id,
        starts_at=datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
        duration=30,
        state="held",
        uid="1",
        created_at=desk.now(),
        changed_at=desk.now(),
        **words,
    )
    desk.session.add(meeting)
    desk.session.flush()
    own = CheckpointDecision(
        checkpoint_id=meeting.id, text=SAID, person_id=contact.id, due_on=date(2026, 3, 20)
    )
    named = CheckpointDecision(checkpoint_id=meeting.id, text="Call", name="Karla Kundin")
    desk.session.add_all([own, named])
    desk.commit()


def test_person_is_told_what_was_decided(desk: Desk, decided: None, contact: Person) -> None:
    found = {str(each.title): each.rows for each in hooks.personal_data(desk, contact)}
    assert found["Decisions of checkpoints in pilots"] == [
        {"checkpoint_id": 1, "text": SAID, "due_on": date(2026, 3, 20), "done_on": None}
    ]


def test_customer_is_named_no_more(desk: Desk, decided: None, customer: Person) -> None:
    factories.erase_person(desk, customer)
    without = "[…] and Carla Contact look for the pallet."
    (meeting,) = rows_of(desk, Checkpoint)
    assert [meeting[name] for name in ("title", "place", "agenda", "minutes")] == [without] * 4
    found = [(row["text"], row["name"]) for row in rows_of(desk, CheckpointDecision)]
    assert found == [(without, ""), ("Call", "[…]")]


def test_agent_is_named_no_more(desk: Desk, decided: None, contact: Person) -> None:
    factories.erase_person(desk, contact)
    found = [(row["text"], row["person_id"]) for row in rows_of(desk, CheckpointDecision)]
    assert found == [("Karla Kundin and […] look for the pallet.", None), ("Call", None)]


def test_who_has_no_part_changes_nothing(desk: Desk, decided: None, agent: Person) -> None:
    factories.erase_person(desk, agent)
    assert [row["text"] for row in rows_of(desk, CheckpointDecision)] == [SAID, "Call"]
