# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants read of the exit review, and where their key user signs it."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk, Person

from tresen_pilot_service.models import Participation
from tresen_pilot_service.portal.sections import Section
from tresen_pilot_service.reviews import queries, service, states


def load(desk: Desk, row: Participation) -> Mapping[str, Any]:
    """Return the decided review, who signed for the customer, and whether the reader may."""
    found = queries.decided(desk, row.programme_id)
    if found is None:
        return {"review": None}
    signed = [
        each for each in queries.signatures(desk, found.id) if each.participation_id == row.id
    ]
    person = desk.session.get(Person, desk.actor.person_id or 0)
    is_signer = person is not None and service.may_sign(person, row)
    has_signed = any(each.person_id == desk.actor.person_id for each in signed)
    return {
        "review": found,
        "meaning": states.MEANINGS[found.decision],
        "signatures": signed,
        "may_sign": is_signer and not has_signed,
    }


SECTION = Section("pilot_service/reviews/portal.html", load)
