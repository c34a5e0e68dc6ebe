# SPDX-License-Identifier: AGPL-3.0-or-later
"""What bookings keep about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_pilot_service import queries
from tresen_pilot_service.minutes.models import Booking


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which remote support the person gave."""
    rows = [
        {
            "participation_id": each.participation_id,
            "worked_on": each.worked_on,
            "minutes": each.minutes,
            "note": each.note,
        }
        for each in _around(desk, person)
        if each.person_id == person.id
    ]
    return [DataSet(lazy("Remote support in pilots"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; that and how long support was given stays."""
    for row in _around(desk, person):
        row.note = traces.blot(row.note)
        if row.person_id == person.id:
            row.person_id = None


def _around(desk: Desk, person: Person) -> Sequence[Booking]:
    """Return what the person booked, and what was booked for their organisation."""
    own = queries.of_customer(person)
    concerned = or_(Booking.person_id == person.id, Booking.participation_id.in_(own))
    return desk.session.scalars(select(Booking).where(concerned).order_by(Booking.id)).all()
