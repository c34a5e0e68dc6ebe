# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a participant reads of remote support: what is left, and what was done."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_pilot_service.minutes import queries
from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks import queries as perks_queries
from tresen_pilot_service.portal.sections import Section


def load(desk: Desk, participation: Participation) -> Mapping[str, Any]:
    """Return what was done, and the quota while it is in force."""
    perks = perks_queries.in_force(desk, participation, desk.now())
    has_quota = perks is not None and perks.remote_minutes is not None
    return {
        "account": queries.account(desk, participation) if has_quota else None,
        "bookings": queries.bookings(desk, participation.id),
    }


SECTION = Section("pilot_service/minutes/portal.html", load)
