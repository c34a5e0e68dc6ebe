# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of a participant's page that shows the checkpoints to which they are asked."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_pilot_service.checkpoints import queries, states, wording
from tresen_pilot_service.models import Participation
from tresen_pilot_service.portal.sections import Section


def _load(desk: Desk, row: Participation) -> Mapping[str, Any]:
    found = queries.for_participant(desk, row)
    held = [each for each in found if each.state == states.HELD and each.is_published]
    planned = [each for each in found if each.state == states.PLANNED]
    return {
        "planned": planned,
        "held": held,
        "decisions": queries.decisions(desk, [each.id for each in held]),
        "when": {each.id: wording.when(desk, each) for each in (*planned, *held)},
    }


CHECKPOINTS = Section("pilot_service/checkpoints/portal.html", _load)
