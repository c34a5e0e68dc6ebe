# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a customer has and has used of a month's minutes, and what other plugins add to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from tresen.sdk import Desk, Missing, Organisation, ServiceHours, Ticket, _, read_settings

from tresen_remote_support import hookspecs, queries
from tresen_remote_support.durations import worked_minutes
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy.models import Quota


@dataclass(frozen=True)
class Account:
    """What a customer used of a month's minutes; no quota is one without limit."""

    quota: int | None
    used: int

    @property
    def left(self) -> int | None:
        """What can still be used; None without a quota."""
        return None if self.quota is None else max(0, self.quota - self.used)


@dataclass(frozen=True)
class Allowance:
    """What another plugin allows beyond the settings; `minutes` None is without limit."""

    title: str
    hours: ServiceHours | None = None
    has_minutes: bool = False
    minutes: int | None = None


def account(desk: Desk, organisation_id: int | None, moment: datetime) -> Account:
    """Return a customer's account of the operator's month in which the moment lies."""
    if organisation_id is None:
        return Account(None, 0)
    return Account(monthly(desk, organisation_id), used(desk, organisation_id, moment))


def monthly(desk: Desk, organisation_id: int) -> int | None:
    """Return how many minutes a customer has each month; None for one without limit."""
    kept = quota(desk, organisation_id)
    standard = int(read_settings(desk, queries.SETTINGS)["quota_minutes"])
    return (standard if kept is None else kept.minutes) or None


def quota(desk: Desk, organisation_id: int) -> Quota | None:
    """Return the quota of a customer who has an own one."""
    return desk.session.get(Quota, organisation_id)


def used(desk: Desk, organisation_id: int, moment: datetime) -> int:
    """Return the minutes of the sessions that began in the operator's month of the moment.

    Those that were written down count; of a session without a note, those that it has run.
    """
    first, following = month(desk, moment)
    begun = (
        RemoteSession.organisation_id == organisation_id,
        RemoteSession.started_at >= first,
        RemoteSession.started_at < following,
    )
    is_written = RemoteSession.documented_at.is_not(None)
    written = select(func.sum(RemoteSession.minutes)).where(*begun, is_written)
    others = select(RemoteSession).where(*begun, ~is_written)
    running = sum(worked_minutes(row, desk.now()) for row in desk.session.scalars(others))
    return int(desk.session.scalar(written) or 0) + running


def month(desk: Desk, moment: datetime) -> tuple[datetime, datetime]:
    """Return when the operator's month of the moment begins and when the next one does, in UTC."""
    return month_in(ZoneInfo(desk.config.time_zone), moment)


def month_in(zone: ZoneInfo, moment: datetime) -> tuple[datetime, datetime]:
    """Return the same of the month on the clocks of a zone."""
    first = moment.astimezone(zone).date().replace(day=1)
    years, months = divmod(first.month, 12)
    following = first.replace(year=first.year + years, month=months + 1)
    midnights = (datetime.combine(day, datetime.min.time(), zone) for day in (first, following))
    begins, ends = (each.astimezone(UTC) for each in midnights)
    return begins, ends


def allowances(desk: Desk, ticket: Ticket, moment: datetime) -> list[Allowance]:
    """Return what other plugins allow about a ticket; what cannot be read allows nothing."""
    found = desk.gather(hookspecs.remote_support_policies, ticket, moment)
    return [_allowance(each) for each in found]


def organisation(desk: Desk, organisation_id: int) -> Organisation:
    """Return a customer's organisation; raises Missing."""
    found = desk.session.get(Organisation, organisation_id)
    if found is None:
        raise Missing(_("There is no such organisation."))
    return found


def _allowance(given: dict[str, Any]) -> Allowance:
    hours, minutes = given.get("hours"), given.get("minutes_left", 0)
    is_number = isinstance(minutes, int) and not isinstance(minutes, bool)
    return Allowance(
        title=str(given.get("title", "")),
        hours=hours if isinstance(hours, ServiceHours) else None,
        has_minutes="minutes_left" in given and (minutes is None or is_number),
        minutes=max(0, minutes) if is_number else None,
    )
