# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps what is promised for a pilot's ticket."""

from tresen.sdk import Desk, Ticket, add_minutes

from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks import queries as perks_queries
from tresen_pilot_service.targets.models import Target


def promise(desk: Desk, ticket: Ticket, participation: Participation) -> Target | None:
    """Compute the targets of a new ticket, or of one that moved to this participation.

    They follow from the perks in force when the ticket was opened; None where those say nothing.
    """
    perks = perks_queries.in_force(desk, participation, ticket.created_at)
    if perks is None or not (perks.answer_minutes or perks.solve_minutes):
        forget(desk, ticket)
        return None
    hours = perks_queries.hours_of(desk, perks, ticket.created_at)
    answer_by, solve_by = (
        add_minutes(hours, ticket.created_at, minutes) if minutes else None
        for minutes in (perks.answer_minutes, perks.solve_minutes)
    )
    kept = desk.session.get(Target, ticket.id)
    if kept is None:
        kept = Target(ticket_id=ticket.id)
        desk.session.add(kept)
    kept.participation_id = participation.id
    kept.answer_by, kept.solve_by = answer_by, solve_by
    return kept


def forget(desk: Desk, ticket: Ticket) -> None:
    """Let go of what was promised for a ticket that is a pilot's no more."""
    kept = desk.session.get(Target, ticket.id)
    if kept is not None:
        desk.session.delete(kept)
