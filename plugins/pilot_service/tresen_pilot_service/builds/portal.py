# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a participant reads of builds: the one of their own ring, and those before it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tresen.sdk import Desk

from tresen_pilot_service.builds import queries
from tresen_pilot_service.models import Participation
from tresen_pilot_service.portal.sections import Section


def load(desk: Desk, row: Participation) -> Mapping[str, Any]:
    """Return the build of today, what was withdrawn from the ring since, and what was before."""
    found = queries.rollouts_to(desk, row)
    current = queries.current(desk, found)
    place = found.index(current) if current is not None else len(found)
    joined_on = row.active_on or date.min
    return {
        "current": current,
        "since": max(current.rolled_out_on, joined_on) if current is not None else None,
        # Who joined later never had it.
        "withdrawn": [
            each for each in found[:place] if (each.withdrawn_on or joined_on) > joined_on
        ],
        "earlier": found[place + 1 :],
    }


SECTION = Section("pilot_service/builds/portal.html", load)
