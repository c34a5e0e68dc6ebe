# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells beside a ticket that it is a request for source, and until when it is to be answered."""

from tresen.sdk import Desk, Panel, Place, Ticket, lazy

from tresen_licensing.requests import queries, states


def ticket_panels(desk: Desk, ticket: Ticket) -> list[Panel]:
    """Return a panel where the ticket is a request."""
    rows = queries.of_ticket(desk, ticket.id)
    if not rows:
        return []
    values = {
        "rows": rows,
        "standing": {row.id: queries.state_of(desk, row) for row in rows},
        "states": states,
    }
    return [Panel(Place.SIDE, lazy("Request for source"), "licensing/requests/panel.html", values)]
