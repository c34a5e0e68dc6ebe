# SPDX-License-Identifier: AGPL-3.0-or-later
"""Business hours: adds and counts the minutes in which a service is open.

Hours are said in local time and counted in UTC, so that a day on which the clocks change has as
many minutes as it really has.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MIDNIGHT = time(0)
# Whoever is closed for two years in a row does not open any more.
LONGEST_PAUSE = timedelta(days=732)


@dataclass(frozen=True)
class ServiceHours:
    """When a service is open: from `opens` until before `closes` on these days of the week.

    `days` are ISO weekdays, 1 is Monday. `closes` at 00:00 is the midnight at the end of the day,
    so that 00:00 to 00:00 is the whole day. Times are those of `zone`; of a time that comes twice
    the first counts. Raises ValueError for hours that are never open.
    """

    days: frozenset[int]
    opens: time
    closes: time
    zone: str
    holidays: Collection[date] = ()

    def __post_init__(self) -> None:
        """Check that there is an open time at all."""
        if not self.days or not self.days <= frozenset(range(1, 8)):
            raise ValueError("service hours need days of the week, from 1 (Monday) to 7")
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise ValueError("service hours must close after they open, at the latest at midnight")


def add_minutes(hours: ServiceHours, start: datetime, minutes: int) -> datetime:
    """Return the moment, in UTC, at which so many open minutes have passed since `start`.

    No minutes lead nowhere: `start` itself. What ends with the hours ends on that evening and not
    on the next morning. Raises ValueError for a negative number and for hours that never come.
    """
    if minutes < 0:
        raise ValueError("open minutes can only be added")
    moment = _in_utc(start)
    left = minutes * MINUTE
    if not left:
        return moment
    for opens, closes in _windows(hours, moment):
        begins = max(opens, moment)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise ValueError("these service hours are never open")


def minutes_between(hours: ServiceHours, start: datetime, end: datetime) -> int:
    """Return how many whole open minutes lie between two moments; none where `end` is earlier."""
    first, last = _in_utc(start), _in_utc(end)
    total = timedelta()
    for opens, closes in _windows(hours, first):
        begins = max(opens, first)
        if begins >= last:
            break
        total += min(closes, last) - begins
    return total // MINUTE


def is_open(hours: ServiceHours, moment: datetime) -> bool:
    """Tell whether the service is open at the moment; no longer at the one at which it closes."""
    asked = _in_utc(moment)
    first = next(_windows(hours, asked), None)
    return first is not None and first[0] <= asked


def _windows(hours: ServiceHours, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield when the service opens and closes, in UTC, from the first that closes after `moment`.

    It ends where the service stays closed for longer than anybody pauses.
    """
    zone = ZoneInfo(hours.zone)
    # The evening before may reach beyond its own midnight where clocks are set back.
    day = moment.astimezone(zone).date() - DAY
    last_open = day
    while day - last_open <= LONGEST_PAUSE:
        found = _window(hours, day, zone)
        if found is not None:
            last_open = day
            if found[1] > moment:
                yield found
        day += DAY


def _window(hours: ServiceHours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    if day.isoweekday() not in hours.days or day in hours.holidays:
        return None
    last_day = day + DAY if hours.closes == MIDNIGHT else day
    opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
    closes = datetime.combine(last_day, hours.closes, zone).astimezone(UTC)
    # A night in which the clocks are set may leave nothing of them.
    return (opens, closes) if opens < closes else None


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("service hours need moments that know their zone")
    return moment.astimezone(UTC)
