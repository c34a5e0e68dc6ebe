# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the checkpoints of a programme, who is asked, and those that concern one participant."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_pilot_service import queries, steps
from tresen_pilot_service.checkpoints.models import Asked, Checkpoint, CheckpointDecision
from tresen_pilot_service.models import Participation

# Who ended so is asked to nothing that comes after.
LEFT = (steps.DECLINED, steps.WITHDRAWN)


def of_programme(desk: Desk, programme_id: int) -> Sequence[Checkpoint]:
    """Return every checkpoint of a programme, the first one first."""
    return desk.session.scalars(
        select(Checkpoint)
        .where(Checkpoint.programme_id == programme_id)
        .order_by(Checkpoint.starts_at, Checkpoint.id)
    ).all()


def for_participant(desk: Desk, row: Participation) -> Sequence[Checkpoint]:
    """Return the checkpoints to which a participant is or was asked, the first one first."""
    chosen = select(Asked.checkpoint_id).where(Asked.participation_id == row.id)
    found = desk.session.scalars(
        select(Checkpoint)
        .where(
            Checkpoint.programme_id == row.programme_id,
            or_(Checkpoint.is_for_all, Checkpoint.id.in_(chosen)),
        )
        .order_by(Checkpoint.starts_at, Checkpoint.id)
    )
    return [each for each in found if _concerns(desk, row, each)]


def checkpoint(desk: Desk, checkpoint_id: int) -> Checkpoint:
    """Return a checkpoint with its programme; raises Missing."""
    found = desk.session.scalar(
        select(Checkpoint)
        .where(Checkpoint.id == checkpoint_id)
        .options(joinedload(Checkpoint.programme))
    )
    if found is None:
        raise Missing(_("There is no such checkpoint."))
    return found


def chosen_ids(desk: Desk, checkpoint_id: int) -> Sequence[int]:
    """Return the ids of the participations that were chosen for a checkpoint."""
    return desk.session.scalars(
        select(Asked.participation_id)
        .where(Asked.checkpoint_id == checkpoint_id)
        .order_by(Asked.participation_id)
    ).all()


def asked(desk: Desk, meeting: Checkpoint) -> Sequence[Participation]:
    """Return who is asked to a checkpoint, loaded whole, by name."""
    rows = queries.participations(desk, meeting.programme_id)
    chosen = chosen_ids(desk, meeting.id)
    if meeting.is_for_all:
        return [row for row in rows if row.state not in (steps.INVITED, *LEFT)]
    return [row for row in rows if row.id in chosen and row.state not in LEFT]


def decisions(
    desk: Desk, checkpoint_ids: Iterable[int]
) -> Mapping[int, Sequence[CheckpointDecision]]:
    """Return the decisions of each checkpoint with who does them, in one query."""
    found: dict[int, list[CheckpointDecision]] = {}
    rows = desk.session.scalars(
        select(CheckpointDecision)
        .where(CheckpointDecision.checkpoint_id.in_(list(checkpoint_ids)))
        .options(joinedload(CheckpointDecision.person))
        .order_by(CheckpointDecision.id)
    )
    for row in rows:
        found.setdefault(row.checkpoint_id, []).append(row)
    return found


def decision(desk: Desk, decision_id: int) -> CheckpointDecision:
    """Return a decision; raises Missing."""
    found = desk.session.get(CheckpointDecision, decision_id)
    if found is None:
        raise Missing(_("There is no such decision."))
    return found


def _concerns(desk: Desk, row: Participation, meeting: Checkpoint) -> bool:
    """Whether the participant took part on its day: later for who came later, never who left."""
    day = desk.today(meeting.starts_at)
    if row.state in LEFT and row.ended_on is not None and row.ended_on < day:
        return False
    if not meeting.is_for_all:
        return True
    since = row.agreed_on or row.active_on
    return since is not None and since <= day
