# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds waivers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_licensing.developments.models import Development
from tresen_licensing.waivers.models import Waiver

# As many in one go of the job.
AT_ONCE = 100


def waivers_of(desk: Desk, development_id: int) -> Sequence[Waiver]:
    """Return the waivers of a development with both people, the latest first."""
    return desk.session.scalars(
        select(Waiver)
        .where(Waiver.development_id == development_id)
        .options(joinedload(Waiver.asked_by), joinedload(Waiver.granted_by))
        .order_by(Waiver.id.desc())
    ).all()


def waiver(desk: Desk, row: Development, waiver_id: int) -> Waiver:
    """Return a waiver of a development; raises Missing."""
    found = desk.session.get(Waiver, waiver_id)
    if found is None or found.development_id != row.id:
        raise Missing(_("This waiver does not exist."))
    return found


def is_in_force(desk: Desk, development_id: int) -> bool:
    """Tell whether a waiver of a development was granted, and is neither ended nor over."""
    found = select(Waiver.id).where(
        Waiver.development_id == development_id,
        Waiver.granted_at.is_not(None),
        Waiver.ended_at.is_(None),
        Waiver.expires_on >= desk.today(),
    )
    return desk.session.scalar(found.limit(1)) is not None


def lapsed(desk: Desk) -> Sequence[tuple[Waiver, Development]]:
    """Return waivers whose last day is over and that nobody ended, with their developments."""
    found = desk.session.execute(
        select(Waiver, Development)
        .join(Development, Development.id == Waiver.development_id)
        .where(Waiver.ended_at.is_(None), Waiver.expires_on < desk.today())
        .order_by(Waiver.id)
        .limit(AT_ONCE)
    )
    return [(row[0], row[1]) for row in found]
