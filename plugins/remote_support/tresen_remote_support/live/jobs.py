# SPDX-License-Identifier: AGPL-3.0-or-later
"""Throws away what is left of rooms, where no socket was there to do it."""

from datetime import timedelta

from sqlalchemy import delete, select
from tresen.sdk import Desk, Job

from tresen_remote_support import states
from tresen_remote_support.live import service
from tresen_remote_support.live.models import Frame, Room, Signal
from tresen_remote_support.models import RemoteSession

# Whoever has not heard a signal by then will not need it.
STALE = timedelta(minutes=10)
AT_ONCE = 500


def sweep(desk: Desk) -> None:
    """Leave nothing of sessions that do not run; harmless when run twice."""
    for model in (Room, Frame):
        statement = (
            select(model.session_id)
            .join(RemoteSession, RemoteSession.id == model.session_id)
            .where(RemoteSession.state.not_in(states.RUNNING))
        )
        found = desk.session.scalars(statement.limit(AT_ONCE)).all()
        if found:
            service.wipe(desk, found)
    desk.session.execute(delete(Signal).where(Signal.at < desk.now() - STALE))


SWEEP = Job("remote_support.sweep_rooms", sweep, every=timedelta(minutes=1))
