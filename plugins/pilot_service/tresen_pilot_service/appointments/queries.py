# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds appointments, and who has time when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_pilot_service.appointments import states
from tresen_pilot_service.appointments.models import Appointment
from tresen_pilot_service.models import Participation

# What pages show of an appointment, loaded with it.
WHOLE = (
    joinedload(Appointment.agent),
    joinedload(Appointment.person),
    joinedload(Appointment.booking),
    joinedload(Appointment.participation).joinedload(Participation.organisation),
    joinedload(Appointment.participation).joinedload(Participation.programme),
)

# So many of those that are over stand on a page.
LAST = 20


def appointment(desk: Desk, appointment_id: int) -> Appointment:
    """Return an appointment with its people and participation; raises Missing."""
    found = desk.session.scalar(
        select(Appointment).where(Appointment.id == appointment_id).options(*WHOLE)
    )
    if found is None:
        raise Missing(_("There is no such appointment."))
    return found


def appointments_of(desk: Desk, participation_id: int) -> Sequence[Appointment]:
    """Return the appointments of a participant: what lies ahead by time, then the last others."""
    own = Appointment.participation_id == participation_id
    return [*_open(desk, own), *_over(desk, own)]


def open_appointments(desk: Desk, agent_id: int | None = None) -> Sequence[Appointment]:
    """Return what lies ahead or is still to be noted as held, of one agent or of all, by time."""
    ahead = or_(Appointment.state == states.CONFIRMED, Appointment.starts_at > desk.now())
    whose = [] if agent_id is None else [Appointment.agent_id == agent_id]
    return _open(desk, ahead, *whose)


def offered_with(desk: Desk, row: Appointment) -> Sequence[Appointment]:
    """Return the other times of the same offer that still stand."""
    return desk.session.scalars(
        select(Appointment).where(
            Appointment.offer == row.offer,
            Appointment.id != row.id,
            Appointment.state == states.OFFERED,
        )
    ).all()


def is_taken(
    desk: Desk, agent_id: int, starts_at: datetime, ends_at: datetime, but_id: int | None = None
) -> bool:
    """Tell whether the agent has offered or confirmed another appointment in this time."""
    statement = select(Appointment.id).where(
        Appointment.agent_id == agent_id,
        Appointment.state.in_(states.BLOCKING),
        Appointment.starts_at < ends_at,
        Appointment.ends_at > starts_at,
    )
    if but_id is not None:
        statement = statement.where(Appointment.id != but_id)
    return desk.session.scalars(statement.limit(1)).first() is not None


def _open(desk: Desk, *conditions: ColumnElement[bool]) -> Sequence[Appointment]:
    return desk.session.scalars(
        select(Appointment)
        .where(Appointment.state.in_(states.OPEN), *conditions)
        .options(*WHOLE)
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()


def _over(desk: Desk, *conditions: ColumnElement[bool]) -> Sequence[Appointment]:
    return desk.session.scalars(
        select(Appointment)
        .where(Appointment.state.not_in(states.OPEN), *conditions)
        .options(*WHOLE)
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
        .limit(LAST)
    ).all()
