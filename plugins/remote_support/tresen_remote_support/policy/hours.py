# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hours in which remote support is given, on the operator's clock, and whether they are on."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tresen.sdk import Desk, ServiceHours, _, lazy, minutes_between, read_settings

from tresen_remote_support import queries
from tresen_remote_support.policy import calendars

MINUTE = timedelta(minutes=1)
ALWAYS = ""
# What the settings offer: ISO weekdays.
DAYS = {
    ALWAYS: lazy("At any time"),
    "12345": lazy("Monday to Friday"),
    "123456": lazy("Monday to Saturday"),
    "1234567": lazy("Every day"),
}


def own_hours(desk: Desk, moment: datetime) -> ServiceHours | None:
    """Return the hours that the settings name, around the moment; None for at any time."""
    kept = read_settings(desk, queries.SETTINGS)
    if not kept["hours_days"]:
        return None
    zone = desk.config.time_zone
    return ServiceHours(
        frozenset(map(int, kept["hours_days"])),
        time.fromisoformat(kept["hours_from"]),
        time.fromisoformat(kept["hours_to"]),
        zone,
        calendars.days_off(kept["holidays_of"] or "", moment.astimezone(ZoneInfo(zone)).year),
    )


def are_open(all_hours: Sequence[ServiceHours], start: datetime, end: datetime) -> bool:
    """Tell whether each minute from start to end is one of any of these hours.

    A moment, where both are the same, counts as the minute that it lies in.
    """
    minute = start.replace(second=0, microsecond=0)
    until = max(end, minute + MINUTE)
    while minute < until:
        if not any(minutes_between(each, minute, minute + MINUTE) for each in all_hours):
            return False
        minute += MINUTE
    return True


def in_words(hours: ServiceHours, days: str) -> str:
    """Return the hours of the settings, e.g. "Monday to Friday, 08:00 to 17:00 (Europe/Berlin)"."""
    closes = "24:00" if hours.closes == time(0) else f"{hours.closes:%H:%M}"
    words = {"days": DAYS[days], "opens": f"{hours.opens:%H:%M}", "closes": closes}
    return _("%(days)s, %(opens)s to %(closes)s (%(zone)s)") % {**words, "zone": hours.zone}
