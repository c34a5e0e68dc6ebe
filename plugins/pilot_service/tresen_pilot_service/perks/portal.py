# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a participant reads of the perks, while they have them and on the days after."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks import queries, words
from tresen_pilot_service.portal.sections import Section


def load(desk: Desk, participation: Participation) -> Mapping[str, Any]:
    """Return the perks in force, or the day with which they ended; neither before the phase."""
    found = queries.perks_of(desk, [participation.programme_id]).get(participation.programme_id)
    if found is None:
        return {"perks": None, "ended_with": None}
    if not queries.takes_part(desk, participation, desk.now()):
        return {"perks": None, "ended_with": queries.ended_with(desk, participation)}
    today, (_first, last) = desk.today(), queries.phase(desk, participation)
    return {
        "perks": found,
        "hours": words.hours(desk, found),
        "days_off": queries.days_off(desk, found, today, last),
        "duration": words.duration,
        "last": last,
    }


SECTION = Section("pilot_service/perks/portal.html", load)
