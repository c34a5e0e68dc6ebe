# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who answers for a pilot's ticket: somebody who is there, for as long as anybody is.

A contact who is absent is stood in for when a ticket comes in, and again when the customer writes.
"""

from sqlalchemy import func, select
from tresen.sdk import Desk, Person, Route, Ticket, _, absent_among, change, member_ids

from tresen_pilot_service import queries
from tresen_pilot_service.departures import cares
from tresen_pilot_service.models import Participation


def route(desk: Desk, ticket: Ticket) -> Route | None:
    """Say who a new ticket goes to; None for one of no pilot, or that somebody was given already.

    Where nobody is there it waits in the programme's team.
    """
    found = queries.participation_for(desk, ticket) if ticket.owner_id is None else None
    if found is None:
        return None
    person = responsible(desk, found)
    team_id = found.programme.team_id
    if person is None and team_id is None:
        return None
    reason = _("Pilot %(title)s") % {"title": found.programme.title}
    return Route(team_id, person.id if person else None, reason)


def responsible(desk: Desk, row: Participation) -> Person | None:
    """Return who answers for the participant now: the contact, else the deputy, else the team.

    Of the programme's team it is whoever is there and has the fewest open tickets, then by name.
    None where nobody is there. The participation must be loaded whole.
    """
    named = [person for person in (row.contact, row.deputy) if person and cares(person)]
    gone = absent_among(desk, [person.id for person in named])
    there = next((person for person in named if person.id not in gone), None)
    return there or _of_team(desk, row.programme.team_id)


def hand_over(desk: Desk, ticket: Ticket) -> None:
    """Give a pilot's ticket to who answers for it while its owner is not there.

    Nothing where nobody else is, and for tickets of no pilot or of nobody.
    """
    if ticket.owner_id is None or not queries.takes_part_now(desk, ticket.organisation_id):
        return
    row = queries.participations_of(desk, [ticket.id]).get(ticket.id)
    owner = desk.session.get(Person, ticket.owner_id)
    if row is None or (cares(owner) and not absent_among(desk, [ticket.owner_id])):
        return
    person = responsible(desk, row)
    if person is not None:
        change(desk, "ticket", ticket, {"owner_id": person.id})


def _of_team(desk: Desk, team_id: int | None) -> Person | None:
    ids = member_ids(desk, team_id) if team_id is not None else []
    gone = absent_among(desk, ids)
    load = select(func.count()).where(Ticket.owner_id == Person.id, Ticket.is_open)
    members = (
        select(Person)
        .where(Person.id.in_([each for each in ids if each not in gone]))
        .order_by(load.scalar_subquery(), Person.name, Person.id)
    )
    return next((person for person in desk.session.scalars(members) if cares(person)), None)
