# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the participations of the customer who asks, and no others."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from tresen.sdk import Desk, Missing, _

from tresen_pilot_service import queries
from tresen_pilot_service.models import Participation


def own(desk: Desk) -> Sequence[Participation]:
    """Return the participations of the actor's organisation, those that go on first."""
    ordered = _own(desk).order_by(Participation.ended_on.is_not(None), Participation.id.desc())
    return desk.session.scalars(ordered).all()


def own_one(desk: Desk, participation_id: int) -> Participation:
    """Return one of them, loaded whole; raises Missing for anybody else's."""
    found = desk.session.scalar(_own(desk).where(Participation.id == participation_id))
    if found is None:
        raise Missing(_("You take part in no such pilot."))
    return found


def _own(desk: Desk) -> Select[Participation]:
    # Nobody without an organisation takes part: None would find nothing, as NULL equals nothing.
    organisation_id = desk.actor.organisation_id
    return (
        select(Participation)
        .options(*queries.WHOLE)
        .where(Participation.organisation_id == organisation_id)
    )
