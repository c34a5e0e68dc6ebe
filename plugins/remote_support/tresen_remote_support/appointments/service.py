# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans sessions, moves them and calls them off; the customer and their calendar learn of each.

An appointment is a session that is requested for a time: it is offered when the agent says so.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from tresen.sdk import Desk, NewMessage, Person, Refused, Ticket, _, add_message, change

from tresen_remote_support import clocks, service, states
from tresen_remote_support.appointments import letters
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import rules

CLOSED = "closed"


def moment_of(desk: Desk, typed: datetime) -> datetime:
    """Return the moment of a time on the operator's clock; raises Refused for one left out."""
    moment = clocks.moment_of(desk, typed)
    if moment is None:
        raise Refused(_("The clocks leave this time out in that night: choose another one."))
    return moment


def plan(desk: Desk, ticket: Ticket, wish: service.Wish) -> RemoteSession:
    """Plan a session for the time of the wish, and invite the customer.

    Raises Refused for a time that is past or taken, and where the rules forbid it.
    """
    _demand_ahead(desk, wish.planned_from)
    _demand_words(ticket)
    _lock_agent(desk, desk.actor.person_id)
    row = service.request(desk, ticket, wish)
    letters.write(desk, row, letters.PLANNED)
    return row


def move(desk: Desk, row: RemoteSession, starts_at: datetime, ends_at: datetime) -> None:
    """Move an appointment to another time; raises Refused as planning it does."""
    service.lock(desk, row)
    _demand_open(row)
    _demand_ahead(desk, starts_at)
    _demand_words(desk.session.get_one(Ticket, row.ticket_id))
    _lock_agent(desk, row.agent_id)
    case = replace(rules.case_of(desk, row), starts_at=starts_at, ends_at=ends_at)
    rules.demand_case(desk, case, is_beyond=bool(row.emergency))
    if change(desk, service.SESSION, row, {"planned_from": starts_at, "planned_to": ends_at}):
        _count(desk, row)
        letters.write(desk, row, letters.MOVED)


def call_off(desk: Desk, row: RemoteSession, reason: str) -> None:
    """Call an appointment off as its agent, and tell the customer."""
    service.cancel(desk, row, reason)
    _count(desk, row)
    # Calling off works all the same.
    if desk.session.get_one(Ticket, row.ticket_id).state != CLOSED:
        letters.write(desk, row, letters.CALLED_OFF)


def call_off_as_customer(desk: Desk, row: RemoteSession) -> None:
    """Call an appointment off as the customer; the agents read it on the ticket."""
    service.lock(desk, row)
    _demand_open(row)
    service.take(desk, row, states.CANCELLED, ended_by=states.CUSTOMER)
    service.close(desk, row)
    _count(desk, row)
    ticket = desk.session.get_one(Ticket, row.ticket_id)
    if ticket.state != CLOSED:
        said = _("I call off our appointment: %(when)s.") % {"when": letters.when(desk, row)}
        add_message(desk, ticket, NewMessage(said, "web", is_inbound=True))


def is_appointment(row: RemoteSession) -> bool:
    """Tell whether it is planned for a time and still to be offered."""
    return row.planned_from is not None and row.state == states.REQUESTED


def _demand_open(row: RemoteSession) -> None:
    if not is_appointment(row):
        raise Refused(_("This session is no appointment any more that could be changed."))


def _demand_ahead(desk: Desk, starts_at: datetime | None) -> None:
    if starts_at is None or starts_at <= desk.now():
        raise Refused(_("This time is past: choose one that is still to come."))


def _demand_words(ticket: Ticket) -> None:
    """Refuse before anything is planned that the customer could not be told of."""
    if ticket.state == CLOSED:
        raise Refused(_("The ticket is closed: the customer is invited on a new one instead."))


def _lock_agent(desk: Desk, agent_id: int | None) -> None:
    # Two who want the same hour of an agent wait for each other.
    desk.session.execute(select(Person.id).where(Person.id == agent_id).with_for_update())


def _count(desk: Desk, row: RemoteSession) -> None:
    """Let calendars learn of a change."""
    row.sequence += 1
    row.changed_at = desk.now()
    desk.session.flush()
