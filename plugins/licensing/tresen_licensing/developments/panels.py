# SPDX-License-Identifier: AGPL-3.0-or-later
"""The box beside a ticket: what is developed out of it, and the way to begin."""

from tresen.sdk import Desk, Panel, Place, Ticket, lazy

from tresen_licensing.developments import clocks, queries, states


def ticket_panels(desk: Desk, ticket: Ticket) -> list[Panel]:
    """Return the developments of a ticket; for who may not begin one, only where there are any."""
    rows = queries.developments_of_ticket(desk, ticket)
    if not rows and not desk.actor.may("licensing.work"):
        return []
    values = {
        "rows": rows,
        "ticket": ticket,
        "standings": queries.standings(desk, rows) if rows else {},
        "states": states,
        "clocks": clocks,
    }
    title = lazy("Giving back")
    return [Panel(Place.SIDE, title, "licensing/developments/panel.html", values, weight=70)]
