# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates, durations, numbers and sizes as the reader's language and time zone write them."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import dates, numbers
from flask import Flask
from markupsafe import Markup

from tresen.i18n import current
from tresen.web.work import current_desk

UNITS = (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10))


def local(moment: datetime) -> datetime:
    """Return the moment on the reader's clock."""
    return moment.astimezone(ZoneInfo(current_desk().time_zone))


def day(value: date | datetime, length: str = "medium") -> str:
    """Return the day, e.g. `Nov 23, 2026` or `23.11.2026`."""
    value = local(value) if isinstance(value, datetime) else value
    return dates.format_date(value, length, current().locale)


def moment(value: datetime, length: str = "short") -> str:
    """Return day and time."""
    return _moment_text(value, length, current_desk().time_zone, current().tag)


def age(value: datetime) -> str:
    """Return how long ago (or ahead) the moment lies, in the shortest wording: `3 hrs`."""
    distance = current_desk().now() - value
    minutes = max(distance, -distance) // timedelta(minutes=1)
    return _age_text(max(minutes, 1), current().tag)


# Babel takes a tenth of a millisecond for each, a list shows a hundred, and most are the same as
# when it was shown last.
@lru_cache(maxsize=4096)
def _moment_text(value: datetime, length: str, zone: str, tag: str) -> str:
    return dates.format_datetime(value, length, ZoneInfo(zone), tag)


@lru_cache(maxsize=1024)
def _age_text(minutes: int, tag: str) -> str:
    return dates.format_timedelta(
        timedelta(minutes=minutes),
        granularity="minute",
        threshold=1,
        format="short",
        locale=tag,
    )


def time_tag(value: datetime) -> Markup:
    """Return a `time` element: the age to read, the moment as its title."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(timespec="seconds"), moment(value, "medium"), age(value)
    )


def number(value: float) -> str:
    """Return the number with the language's separators."""
    return numbers.format_decimal(value, locale=current().locale)


def size(value: int) -> str:
    """Return a size of `value` bytes, e.g. `3.4 MB`."""
    for unit, factor in UNITS:
        if value >= factor:
            return f"{number(round(value / factor, 1))} {unit}"
    return f"{value} B"


def install(app: Flask) -> None:
    """Make the formats known to templates as filters."""
    for reader in (day, moment, age, time_tag, number, size):
        app.add_template_filter(reader)
    app.add_template_filter(age, "ago")
