# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says hours and durations in words, for pages and refusals alike."""

from datetime import time

from tresen.sdk import Desk, _, lazy, ngettext

from tresen_pilot_service.perks import queries
from tresen_pilot_service.perks.models import Perks

WEEKDAYS = {
    "1": lazy("Monday"),
    "2": lazy("Tuesday"),
    "3": lazy("Wednesday"),
    "4": lazy("Thursday"),
    "5": lazy("Friday"),
    "6": lazy("Saturday"),
    "7": lazy("Sunday"),
}


def hours(desk: Desk, perks: Perks) -> str:
    """Return when support is given, e.g. "Monday to Friday, 08:00 to 18:00 (Europe/Berlin)"."""
    if perks.support_from is None or perks.support_to is None:
        return _("Round the clock")
    return _("%(days)s, %(first)s to %(last)s (%(zone)s)") % {
        "days": days(perks.support_days),
        "first": f"{perks.support_from:%H:%M}",
        "last": _closing(perks.support_to),
        "zone": desk.config.time_zone,
    }


def days(chosen: str) -> str:
    """Return days of the week in words; three or more in a row as the first to the last."""
    if chosen == queries.EVERY_DAY:
        return _("Every day")
    parts: list[str] = []
    for row in _rows(chosen):
        ends = {"first": WEEKDAYS[row[0]], "last": WEEKDAYS[row[-1]]}
        long = [_("%(first)s to %(last)s") % ends]
        parts += long if len(row) > 2 else [str(WEEKDAYS[day]) for day in row]
    return ", ".join(parts)


def duration(minutes: int) -> str:
    """Return so many minutes in words, in hours where they are whole hours."""
    whole, rest = divmod(minutes, 60)
    if whole and not rest:
        return ngettext("one hour", "%(num)s hours", whole) % {"num": whole}
    return ngettext("one minute", "%(num)s minutes", minutes) % {"num": minutes}


def _closing(until: time) -> str:
    """Return the end of the hours; midnight is that at the end of the day."""
    return "24:00" if until == time(0) else f"{until:%H:%M}"


def _rows(chosen: str) -> list[str]:
    """Return the days of the week, those that follow each other together."""
    rows: list[str] = []
    for day in sorted(chosen):
        if rows and int(day) == int(rows[-1][-1]) + 1:
            rows[-1] += day
        else:
            rows.append(day)
    return rows
