# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a licence and its maintenance stand on a day: they follow from its days alone."""

from datetime import date, timedelta

from tresen.sdk import lazy

from tresen_licensing.holdings.models import Licence

NAMED, CONCURRENT, INSTALLATIONS = "named_seats", "concurrent", "installations"
UNLIMITED = "unlimited"
METRICS = {
    NAMED: lazy("Named seats"),
    CONCURRENT: lazy("Concurrent seats"),
    INSTALLATIONS: lazy("Installations"),
    UNLIMITED: lazy("Unlimited"),
}

NONE, AHEAD, RUNNING, DUE, EXPIRED, ENDED = "none", "ahead", "running", "due", "expired", "ended"
TITLES = {
    NONE: lazy("None"),
    AHEAD: lazy("Not yet in force"),
    RUNNING: lazy("In force"),
    DUE: lazy("Renewal due"),
    EXPIRED: lazy("Expired"),
    ENDED: lazy("Given up"),
}
TONES = {RUNNING: "green", DUE: "amber", EXPIRED: "red"}


def licence_state(licence: Licence, day: date) -> str:
    """Return where the licence stands; its last day counts."""
    if not licence.is_active:
        return ENDED
    if licence.starts_on is not None and day < licence.starts_on:
        return AHEAD
    return _until(licence, licence.ends_on, day)


def maintenance_state(licence: Licence, day: date) -> str:
    """Return where updates and support stand; none where no end of them was ever named."""
    if licence.maintenance_until is None:
        return NONE
    return _until(licence, licence.maintenance_until, day) if licence.is_active else ENDED


def first_end(licence: Licence) -> date | None:
    """Return the day on which the licence or its maintenance ends first."""
    ends = licence.ends_on, licence.maintenance_until
    return min((each for each in ends if each is not None), default=None)


def _until(licence: Licence, last: date | None, day: date) -> str:
    if last is None:
        return RUNNING
    if day > last:
        return EXPIRED
    return DUE if day >= last - timedelta(days=licence.reminder_days) else RUNNING
