# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of an invitation: one customer who has not answered yet."""

from tresen.sdk import Desk

from tresen_pilot_service import queries, service
from tresen_pilot_service.models import Programme


def fill(desk: Desk, programme: Programme) -> None:
    """Invite one more customer of the product, where there is one with people of their own."""
    rows = queries.participations(desk, programme.id)
    known = {row.organisation_id for row in rows}
    for place in queries.installations(desk, programme.product_id):
        people = queries.people_of(desk, place.organisation_id)
        if place.organisation_id in known or not people:
            continue
        values = {
            "organisation_id": place.organisation_id,
            "installation_id": place.id,
            "ring": 2,
            "contact_id": rows[0].contact_id,
            "deputy_id": None,
            "key_user_id": people[0].id,
        }
        service.invite(desk, programme, values)
        return
