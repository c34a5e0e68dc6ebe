# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of a participant's page on which they say how content they are."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_pilot_service import steps
from tresen_pilot_service.models import Participation
from tresen_pilot_service.portal.sections import Section
from tresen_pilot_service.ratings import queries, states
from tresen_pilot_service.ratings.forms import RatingForm


def _load(desk: Desk, row: Participation) -> Mapping[str, Any]:
    given = queries.ratings(desk, row.id)
    asks = row.state == steps.ACTIVE
    return {
        "form": RatingForm() if asks else None,
        "last": next(iter(given), None),
        "scores": states.SCORES,
    }


RATING = Section("pilot_service/ratings/portal.html", _load)
