# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who acts for a customer in writing: a person of theirs, or somebody with a mere name."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk, Refused, _

from tresen_pilot_service import queries
from tresen_pilot_service.models import Participation


def demand_one(desk: Desk, participation: Participation, values: Mapping[str, Any]) -> None:
    """Raise Refused unless there is a name or an active person of the customer, one of both."""
    person_id = values["person_id"]
    if (person_id is None) == (not values["name"].strip()):
        raise Refused(_("Choose a person of the customer or write a name, one of both."))
    people = {person.id for person in queries.people_of(desk, participation.organisation_id)}
    if person_id is not None and person_id not in people:
        raise Refused(_("Who signs must be an active person of this customer."))
