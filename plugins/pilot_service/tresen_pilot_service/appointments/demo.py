# SPDX-License-Identifier: AGPL-3.0-or-later
"""Appointments of the demo's pilot: one that is offered, and one that a customer asked for."""

from datetime import date, datetime, time, timedelta

from tresen.sdk import Desk, _

from tresen_pilot_service import queries
from tresen_pilot_service.appointments import service
from tresen_pilot_service.models import Programme


def fill(desk: Desk, programme: Programme) -> None:
    """Offer the first participant two times, and let the second one ask for one."""
    days = _workdays(desk)
    rows = queries.participations(desk, programme.id)
    given = {"minutes": 30, "number": ""}
    for row in rows[:1]:
        times = [datetime.combine(day, time(10)) for day in days]
        offered = {"agent_id": row.contact_id, "times": times, "wish": _("The import")}
        service.offer(desk, row, {**given, **offered})
    for row in rows[1:2]:
        asked = {**given, "time": datetime.combine(days[0], time(14)), "wish": _("Labels")}
        service.ask(desk, row, asked).person_id = row.key_user_id
    desk.session.flush()


def _workdays(desk: Desk) -> list[date]:
    """Return the next two days from Monday to Friday."""
    today = desk.today()
    ahead = [today + timedelta(days=number) for number in range(1, 6)]
    return [day for day in ahead if day.isoweekday() <= 5][:2]
