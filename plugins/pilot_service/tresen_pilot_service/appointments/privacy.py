# SPDX-License-Identifier: AGPL-3.0-or-later
"""What appointments keep about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_pilot_service import queries
from tresen_pilot_service.appointments.models import Appointment


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which appointments the person had, on either side."""
    rows = [
        {
            "participation_id": each.participation_id,
            "part": "agent" if each.agent_id == person.id else "customer",
            "state": each.state,
            "starts_at": each.starts_at,
            "ends_at": each.ends_at,
            "number": each.number,
            "wish": each.wish,
        }
        for each in _around(desk, person)
        if person.id in (each.agent_id, each.person_id)
    ]
    return [DataSet(lazy("Appointments in pilots"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out, with the number that they gave; that it was held stays."""
    for row in _around(desk, person):
        row.wish, row.number = traces.blot(row.wish), traces.blot(row.number)
        if row.agent_id == person.id:
            row.agent_id = None
        if row.person_id == person.id:
            row.person_id, row.number = None, ""


def _around(desk: Desk, person: Person) -> Sequence[Appointment]:
    """Return the person's appointments, and those of their organisation."""
    own = queries.of_customer(person)
    concerned = or_(
        Appointment.agent_id == person.id,
        Appointment.person_id == person.id,
        Appointment.participation_id.in_(own),
    )
    statement = select(Appointment).where(concerned).order_by(Appointment.id)
    return desk.session.scalars(statement).all()
