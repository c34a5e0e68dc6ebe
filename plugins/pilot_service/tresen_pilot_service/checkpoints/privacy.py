# SPDX-License-Identifier: AGPL-3.0-or-later
"""What checkpoints keep about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_pilot_service import queries
from tresen_pilot_service.checkpoints.models import Checkpoint, CheckpointDecision


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say what checkpoints decided that the person does."""
    rows = [
        {
            "checkpoint_id": each.checkpoint_id,
            "text": each.text,
            "due_on": each.due_on,
            "done_on": each.done_on,
        }
        for each in _of(desk, person)
    ]
    return [DataSet(lazy("Decisions of checkpoints in pilots"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; what was said and decided stays, without the name."""
    own = _of(desk, person)
    for row in own:
        row.person_id = None
    ids = [each.id for each in queries.programmes_around(desk, person)]
    around = desk.session.scalars(select(Checkpoint).where(Checkpoint.programme_id.in_(ids))).all()
    for meeting in around:
        for name in ("title", "place", "agenda", "minutes"):
            setattr(meeting, name, traces.blot(getattr(meeting, name)))
    decided = select(CheckpointDecision).where(
        CheckpointDecision.checkpoint_id.in_([each.id for each in around])
    )
    for decision in (*own, *desk.session.scalars(decided)):
        decision.text = traces.blot(decision.text)
        decision.name = traces.blot(decision.name)


def _of(desk: Desk, person: Person) -> Sequence[CheckpointDecision]:
    return desk.session.scalars(
        select(CheckpointDecision)
        .where(CheckpointDecision.person_id == person.id)
        .order_by(CheckpointDecision.id)
    ).all()
