# SPDX-License-Identifier: AGPL-3.0-or-later
"""The boxes that pilots put on the core's pages: beside a ticket, and where customers begin."""

from tresen.sdk import Desk, Panel, Place, Ticket, lazy

from tresen_pilot_service import departures, queries, responsible, steps
from tresen_pilot_service.builds import queries as builds_queries
from tresen_pilot_service.feedback import panels as feedback_panels
from tresen_pilot_service.portal import queries as portal_queries
from tresen_pilot_service.targets import queries as targets_queries


def ticket_panels(desk: Desk, ticket: Ticket) -> list[Panel]:
    """Return which pilot a ticket belongs to, who answers, what is promised and what it told."""
    found = queries.participations_of(desk, [ticket.id]).get(ticket.id)
    told = feedback_panels.ticket_panels(desk, ticket, found)
    if found is None:
        return [*told, *_panels_beside(desk, ticket)]
    values = {
        "participation": found,
        "programme": found.programme,
        "number": ticket.number,
        "steps": steps,
        "responsible": responsible.responsible(desk, found),
        "build": builds_queries.build_of(desk, found),
        "departed": departures.departures(found, desk.today()),
        "is_ending": bool(queries.ending(desk, [found.programme])),
        "targets": targets_queries.promises(desk, [ticket.id]).get(ticket.id, []),
    }
    return [
        Panel(Place.HEAD, lazy("Pilot"), "pilot_service/badge.html", values),
        Panel(Place.SIDE, lazy("Pilot"), "pilot_service/panel.html", values, weight=40),
        *told,
    ]


def _panels_beside(desk: Desk, ticket: Ticket) -> list[Panel]:
    """Say that the customer runs a pilot's build without taking part, where that is so."""
    build = builds_queries.run_beside(desk, ticket)
    if build is None:
        return []
    beside = "pilot_service/builds/beside.html"
    return [Panel(Place.SIDE, lazy("Pilot build"), beside, {"build": build}, weight=40)]


def portal_panels(desk: Desk) -> list[Panel]:
    """Return the way to the customer's own pilots, where there are some."""
    found = portal_queries.own(desk)
    if not found:
        return []
    values = {
        "participations": found,
        "steps": steps,
        "rollouts": builds_queries.rollouts_by(desk, found),
    }
    return [Panel(Place.MAIN, lazy("Your pilots"), "pilot_service/portal/pilots.html", values)]
