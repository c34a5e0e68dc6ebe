# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes what somebody says of how content they are; each time is a rating of its own."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk, Person, Refused, _, record

from tresen_pilot_service import departures
from tresen_pilot_service.models import Participation
from tresen_pilot_service.ratings import states
from tresen_pilot_service.ratings.models import Rating

RATING = "pilot_service.rating"


def rate(
    desk: Desk, participation: Participation, person: Person, values: Mapping[str, Any]
) -> Rating:
    """Keep a score from 1 to 5 and a comment of a person of the customer.

    Raises Refused for another score, for anybody else, and where the customer takes no part.
    """
    if values["score"] not in states.SCORES:
        raise Refused(_("Choose one of the five answers."))
    if participation.state not in states.COUNTED:
        raise Refused(_("Only who takes part says how content they are."))
    if not departures.speaks(person, participation.organisation_id):
        raise Refused(_("Who rates a pilot must be an active person of this customer."))
    made = Rating(
        participation_id=participation.id,
        person_id=person.id,
        score=values["score"],
        comment=values["comment"].strip(),
        given_at=desk.now(),
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, RATING, made.id, "given", {"score": (None, made.score)})
    return made
