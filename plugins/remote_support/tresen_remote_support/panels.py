# SPDX-License-Identifier: AGPL-3.0-or-later
"""The boxes of remote support on the core's pages: beside a ticket, and where customers begin."""

from tresen.sdk import Desk, Panel, Place, Ticket, lazy

from tresen_remote_support import queries, states


def ticket_panels(desk: Desk, ticket: Ticket) -> list[Panel]:
    """Return the sessions of a ticket, and the way to a new one."""
    values = {"rows": queries.of_ticket(desk, ticket), "ticket": ticket, "states": states}
    return [Panel(Place.SIDE, lazy("Remote support"), "remote_support/panel.html", values, 60)]


def portal_panels(desk: Desk) -> list[Panel]:
    """Return what a customer is asked for now."""
    found = queries.offered_to(desk, desk.actor.person_id or 0)
    if not found:
        return []
    values = {"rows": found, "states": states}
    template = "remote_support/asked.html"
    return [Panel(Place.MAIN, lazy("Remote support"), template, values, weight=10)]
