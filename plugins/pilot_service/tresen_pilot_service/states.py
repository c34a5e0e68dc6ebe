# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a programme stands; it follows from the calendar, so that nobody has to set it."""

from datetime import date, timedelta

from tresen.sdk import lazy

PLANNED = "planned"
RUNNING = "running"
FINISHED = "finished"

TITLES = {
    PLANNED: lazy("Planned"),
    RUNNING: lazy("Running"),
    FINISHED: lazy("Finished"),
}


def state_on(day: date, starts_on: date, ends_on: date) -> str:
    """Return where a programme with these two days stands on the day; both belong to it."""
    if day < starts_on:
        return PLANNED
    return RUNNING if day <= ends_on else FINISHED


def ends_within(days: timedelta, day: date, starts_on: date, ends_on: date) -> bool:
    """Tell whether it runs on the day and its last day is at most `days` away."""
    return state_on(day, starts_on, ends_on) == RUNNING and ends_on - day <= days
