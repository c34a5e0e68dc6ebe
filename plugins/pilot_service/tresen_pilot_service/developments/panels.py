# SPDX-License-Identifier: AGPL-3.0-or-later
"""What other pages show of developments: a ticket's and an organisation's."""

from tresen.sdk import Desk, Organisation, Panel, Place, Ticket, lazy

from tresen_pilot_service.developments import queries, states


def of_ticket(desk: Desk, ticket: Ticket) -> list[Panel]:
    """Show the developments that a ticket is about, and administrators how to begin one."""
    found = queries.of_ticket(desk, ticket.id)
    may_begin = desk.actor.may("pilot_service.administer") and ticket.organisation_id is not None
    if not found and not may_begin:
        return []
    values = {"rows": found, "states": states, "number": ticket.number if may_begin else None}
    template = "pilot_service/developments/ticket_panel.html"
    return [Panel(Place.SIDE, lazy("Development"), template, values, weight=60)]


def of_organisation(desk: Desk, organisation: Organisation) -> list[Panel]:
    """Show what is and was developed for a customer, and what has to be given back."""
    found = queries.of_organisation(desk, organisation.id)
    if not found:
        return []
    today, until = desk.today(), queries.until(desk, found)
    values = {
        "rows": found,
        "states": states,
        "until": until,
        "standing": {key: states.standing(day, today) for key, day in until.items()},
    }
    template = "pilot_service/developments/organisation_panel.html"
    return [Panel(Place.SIDE, lazy("Developments"), template, values, weight=60)]
