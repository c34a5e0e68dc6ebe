# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the agreements of a profile stand on a day: they follow from its dates alone."""

from datetime import date, timedelta

from tresen.sdk import lazy

from tresen_remote_support.profiles.models import AccessProfile

NONE, AHEAD, RUNNING, ENDING, EXPIRED = "none", "ahead", "running", "ending", "expired"
TITLES = {
    NONE: lazy("None"),
    AHEAD: lazy("Not yet in force"),
    RUNNING: lazy("In force"),
    ENDING: lazy("Ends soon"),
    EXPIRED: lazy("Expired"),
}
TONES = {RUNNING: "green", ENDING: "amber", EXPIRED: "red"}

# In which something may be done under it.
IN_FORCE = (RUNNING, ENDING)
SOON = timedelta(days=30)


def agreement_state(profile: AccessProfile, day: date) -> str:
    """Return where the agreement on processing data stands; its last day counts."""
    return _state(None, profile.agreement_until, day) if profile.agreement_number else NONE


def standing_state(profile: AccessProfile, day: date) -> str:
    """Return where the permission to work while nobody is there stands; its last day counts."""
    if profile.standing_until is None:
        return NONE
    return _state(profile.standing_from, profile.standing_until, day)


def latest_end(begins: date) -> date:
    """Return the last day of a standing permission that begins on that day: a year, no longer."""
    try:
        after = begins.replace(year=begins.year + 1)
    except ValueError:
        # 29 February comes again in four years.
        after = date(begins.year + 1, 3, 1)
    return after - timedelta(days=1)


def _state(first: date | None, last: date | None, day: date) -> str:
    if first is not None and day < first:
        return AHEAD
    if last is None:
        return RUNNING
    if day > last:
        return EXPIRED
    return ENDING if day > last - SOON else RUNNING
