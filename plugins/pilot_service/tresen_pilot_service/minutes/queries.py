# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds booked minutes of remote support, and what they leave of the quota."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_pilot_service.minutes.models import Booking
from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks import queries as perks_queries


@dataclass(frozen=True)
class Account:
    """What a participant used of the quota and beyond it; no quota is one without limit."""

    quota: int | None
    used: int
    beyond: int

    @property
    def left(self) -> int | None:
        """What can still be booked on the quota; None without one."""
        return None if self.quota is None else max(0, self.quota - self.used)


def used(desk: Desk, participation_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the minutes on the quota of each participation that has some, in one query."""
    return {key: within for key, (within, _beyond) in _sums(desk, participation_ids).items()}


def left(desk: Desk, participation: Participation) -> int | None:
    """Return how many minutes of the quota are left; None where there is no quota."""
    return account(desk, participation).left


def account(desk: Desk, participation: Participation) -> Account:
    """Return what the participant used, against the quota of the programme."""
    programme_id = participation.programme_id
    perks = perks_queries.perks_of(desk, [programme_id]).get(programme_id)
    within, beyond = _sums(desk, [participation.id]).get(participation.id, (0, 0))
    return Account(perks.remote_minutes if perks else None, within, beyond)


def bookings(desk: Desk, participation_id: int) -> Sequence[Booking]:
    """Return what was booked, the last day first, with tickets and agents."""
    return desk.session.scalars(
        select(Booking)
        .where(Booking.participation_id == participation_id)
        .options(joinedload(Booking.ticket), joinedload(Booking.person))
        .order_by(Booking.worked_on.desc(), Booking.id.desc())
    ).all()


def booking(desk: Desk, booking_id: int) -> Booking:
    """Return what was booked, with its ticket; raises Missing."""
    found = desk.session.scalar(
        select(Booking).where(Booking.id == booking_id).options(joinedload(Booking.ticket))
    )
    if found is None:
        raise Missing(_("There is no such booking of remote support."))
    return found


def _sums(desk: Desk, participation_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
    rows = desk.session.execute(
        select(Booking.participation_id, func.sum(Booking.within), func.sum(Booking.beyond))
        .where(Booking.participation_id.in_(list(participation_ids)))
        .group_by(Booking.participation_id)
    )
    return {key: (int(within), int(beyond)) for key, within, beyond in rows}
