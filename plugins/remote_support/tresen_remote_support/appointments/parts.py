# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an agent's page of a session says of its appointment."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support.appointments.service import is_appointment
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part


def load(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return whether the appointment can still be changed; nothing for a session without one."""
    if row.planned_from is None or row.planned_to is None:
        return None
    may_move = is_appointment(row) and desk.actor.may("remote_support.work")
    minutes = int((row.planned_to - row.planned_from).total_seconds() // 60)
    return {"may_move": may_move, "minutes": minutes, "zone": desk.time_zone}


PART = Part("remote_support/appointments/part.html", load)
