# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the perks of programmes, and says for whom they are in force when."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from tresen.sdk import Desk, ServiceHours, read_settings

from tresen_pilot_service import queries
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.perks import calendars
from tresen_pilot_service.perks.models import Perks

EVERY_DAY = "1234567"


def perks_of(desk: Desk, programme_ids: Iterable[int]) -> Mapping[int, Perks]:
    """Return the perks of each programme that has some, in one query."""
    statement = select(Perks).where(Perks.programme_id.in_(list(programme_ids)))
    return {row.programme_id: row for row in desk.session.scalars(statement)}


def in_force(desk: Desk, participation: Participation, moment: datetime) -> Perks | None:
    """Return the perks that the participant has at the moment; None outside the phase.

    That follows from the days alone, so that prolonging a programme prolongs them and nobody has
    to switch anything off.
    """
    if not takes_part(desk, participation, moment):
        return None
    return perks_of(desk, [participation.programme_id]).get(participation.programme_id)


def takes_part(desk: Desk, participation: Participation, moment: datetime) -> bool:
    """Tell whether the phase runs for the participant on the operator's day of the moment."""
    return takes_part_on(desk, participation, desk.today(moment))


def takes_part_on(desk: Desk, participation: Participation, day: date) -> bool:
    """Tell whether the participation is active and the programme runs on the operator's day."""
    first, last = phase(desk, participation)
    return first is not None and first <= day <= last


def phase(desk: Desk, participation: Participation) -> tuple[date | None, date]:
    """Return the first and the last day of the phase; no first one before it is active.

    Whoever left on their first day has a last day before it: there was no phase.
    """
    programme = desk.session.get_one(Programme, participation.programme_id)
    if participation.active_on is None:
        return None, programme.ends_on
    last = programme.ends_on
    if participation.ended_on is not None:
        # The day of the end belongs to the phase no more, as with tickets.
        last = min(last, participation.ended_on - timedelta(days=1))
    return max(programme.starts_on, participation.active_on), last


def ended_with(desk: Desk, participation: Participation) -> date | None:
    """Return the last day of a phase that is over; None for one that is not, or never was."""
    first, last = phase(desk, participation)
    is_over = first is not None and first <= last < desk.today()
    return last if is_over else None


def has_hours(perks: Perks) -> bool:
    """Tell whether support has days and hours; otherwise it is given round the clock."""
    return perks.support_from is not None and perks.support_to is not None


def hours_of(desk: Desk, perks: Perks, moment: datetime) -> ServiceHours:
    """Return the hours of support around the moment, without public holidays.

    Where no hours are given, every minute counts, on holidays too.
    """
    return hours_without(desk, perks, moment, holidays_of(desk))


def hours_without(desk: Desk, perks: Perks, moment: datetime, place: str) -> ServiceHours:
    """Return the same, without the public holidays of the place: for many moments at a time."""
    zone = desk.config.time_zone
    if perks.support_from is None or perks.support_to is None:
        return _round_the_clock(zone)
    return ServiceHours(
        frozenset(map(int, perks.support_days)),
        perks.support_from,
        perks.support_to,
        zone,
        calendars.days_off(place, moment.astimezone(ZoneInfo(zone)).year),
    )


def days_off(desk: Desk, perks: Perks, first: date, last: date) -> list[date]:
    """Return the holidays from the first to the last day on which support were open otherwise."""
    if not has_hours(perks):
        return []
    found = calendars.days_off(holidays_of(desk), first.year)
    return sorted(
        day for day in found if first <= day <= last and str(day.isoweekday()) in perks.support_days
    )


def holidays_of(desk: Desk) -> str:
    """Return the place whose public holidays count; empty for none."""
    return str(read_settings(desk, queries.SETTINGS)["holidays_of"] or "")


def _round_the_clock(zone: str) -> ServiceHours:
    midnight = datetime.min.time()
    return ServiceHours(frozenset(map(int, EVERY_DAY)), midnight, midnight, zone)
