# SPDX-License-Identifier: AGPL-3.0-or-later
"""Widens and covers remote support for a pilot's tickets, and books what a session took.

The plugin that gives remote support asks and tells it by hooks; without that plugin nobody does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Ticket, _

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.minutes import queries, service
from tresen_pilot_service.minutes.models import Booking
from tresen_pilot_service.perks import queries as perks_queries


def policies(desk: Desk, ticket: Ticket, moment: datetime) -> list[dict[str, Any]]:
    """Return hours and minutes of the perks that are in force for the ticket at the moment.

    A ticket belongs to one pilot, however many its customer takes part in: to the one that it was
    counted for (programmes.participation_for).
    """
    row = programmes.participations_of(desk, [ticket.id]).get(ticket.id)
    perks = perks_queries.in_force(desk, row, moment) if row else None
    if row is None or perks is None:
        return []
    return [
        {
            "title": _("Pilot %(programme)s") % {"programme": row.programme.title},
            "hours": perks_queries.hours_of(desk, perks, moment),
            "minutes_left": queries.left(desk, row),
        }
    ]


def contracts(desk: Desk, ticket: Ticket, moment: datetime) -> list[dict[str, Any]]:
    """Return the agreement of the pilot that the ticket was counted for, while it takes part."""
    row = programmes.participations_of(desk, [ticket.id]).get(ticket.id)
    if row is None or not perks_queries.takes_part_on(desk, row, desk.today(moment)):
        return []
    title = _("Pilot %(programme)s") % {"programme": row.programme.title}
    return [{"title": title, "is_covering": True}]


def book(desk: Desk, ticket: Ticket, facts: Mapping[str, Any]) -> None:
    """Book the minutes of a session once, or correct what was booked of it before.

    Nothing is booked outside the phase. What the quota does not hold is booked beyond it: the
    session was held.
    """
    known = _booking(desk, facts["reference"])
    found = programmes.participations_of(desk, [ticket.id])
    row = known.participation if known else found.get(ticket.id)
    day = desk.today(facts["started_at"])
    if row is None or not perks_queries.takes_part_on(desk, row, day):
        return
    values = {
        "worked_on": day,
        "minutes": facts["minutes"],
        "note": facts["summary"],
        # One that went to another customer meanwhile says nothing to this one.
        "ticket_number": ticket.number if ticket.organisation_id == row.organisation_id else None,
        "beyond": True,
    }
    if known is not None:
        service.correct(desk, row, known, values)
    elif facts["minutes"]:
        made = service.book(desk, row, values | {"remote_reference": facts["reference"]})
        made.person_id = facts["agent_id"]
        desk.session.flush()


def _booking(desk: Desk, reference: str) -> Booking | None:
    statement = select(Booking).where(Booking.remote_reference == reference)
    return desk.session.scalar(statement.options(joinedload(Booking.participation)))
