# SPDX-License-Identifier: AGPL-3.0-or-later
"""The panel beside a ticket: what it told of a pilot, and the way to record it."""

from tresen.sdk import Desk, Panel, Place, Ticket, lazy

from tresen_pilot_service.feedback import queries, states
from tresen_pilot_service.models import Participation


def ticket_panels(desk: Desk, ticket: Ticket, participation: Participation | None) -> list[Panel]:
    """Return the panel of a ticket that told something, or can: of a product in a pilot."""
    rows = queries.of_ticket(desk, ticket.id)
    # A ticket of no pilot tells of one by its product alone.
    is_about_one = participation is not None or (
        ticket.product_id is not None and bool(queries.programmes_for(desk, ticket))
    )
    may_record = is_about_one and desk.actor.may("pilot_service.work")
    if not rows and not may_record:
        return []
    values = {"ticket": ticket, "rows": rows, "states": states, "may_record": may_record}
    template = "pilot_service/feedback/panel.html"
    return [Panel(Place.SIDE, lazy("Feedback"), template, values, weight=41)]
