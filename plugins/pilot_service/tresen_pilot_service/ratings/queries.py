# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds how content participants are: of each, the newest rating counts."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk

from tresen_pilot_service.models import Participation
from tresen_pilot_service.ratings import states
from tresen_pilot_service.ratings.models import Rating


def ratings(desk: Desk, participation_id: int) -> Sequence[Rating]:
    """Return every rating of a participation with who gave it, the newest first."""
    return desk.session.scalars(
        select(Rating)
        .where(Rating.participation_id == participation_id)
        .options(joinedload(Rating.person))
        .order_by(Rating.id.desc())
    ).all()


def newest(desk: Desk, programme_id: int) -> Mapping[int, Rating]:
    """Return the newest rating of each participation of a programme that gave one."""
    ids = (
        select(func.max(Rating.id))
        .join(Participation, Participation.id == Rating.participation_id)
        .where(Participation.programme_id == programme_id)
        .group_by(Rating.participation_id)
    )
    found = desk.session.scalars(select(Rating).where(Rating.id.in_(ids)))
    return {row.participation_id: row for row in found}


def satisfaction(desk: Desk, programme_id: int) -> tuple[float | None, int]:
    """Return the mean of the newest ratings, and of how many participants; None of nobody.

    Who declined or left does not count.
    """
    ids = select(Participation.id).where(
        Participation.programme_id == programme_id, Participation.state.in_(states.COUNTED)
    )
    counted = set(desk.session.scalars(ids))
    scores = [row.score for key, row in newest(desk, programme_id).items() if key in counted]
    return (sum(scores) / len(scores) if scores else None, len(scores))
