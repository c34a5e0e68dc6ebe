# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says places and hours of profiles in words."""

from datetime import time

from tresen.sdk import Desk, Installation, _, lazy

from tresen_remote_support.profiles.models import AccessProfile

WEEKDAYS = {
    "1": lazy("Monday"),
    "2": lazy("Tuesday"),
    "3": lazy("Wednesday"),
    "4": lazy("Thursday"),
    "5": lazy("Friday"),
    "6": lazy("Saturday"),
    "7": lazy("Sunday"),
}


def place(installation: Installation) -> str:
    """Return the name of an installation: product, environment and its own name."""
    named = f", {installation.name}" if installation.name else ""
    return f"{installation.product.name} ({installation.environment_title}{named})"


def hours(desk: Desk, profile: AccessProfile) -> str:
    """Return when a profile may be used."""
    if profile.opens is None or profile.closes is None:
        return _("At any time")
    return _("%(days)s, %(first)s to %(last)s (%(zone)s)") % {
        "days": ", ".join(str(WEEKDAYS[each]) for each in profile.days),
        "first": f"{profile.opens:%H:%M}",
        "last": "24:00" if profile.closes == time(0) else f"{profile.closes:%H:%M}",
        "zone": desk.config.time_zone,
    }
