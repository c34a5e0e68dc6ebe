# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tresen ends by itself: offers nobody took, and sessions that stand still."""

from datetime import timedelta

from sqlalchemy import select
from tresen.sdk import Desk, Job, read_settings

from tresen_remote_support import queries, service, states
from tresen_remote_support.models import RemoteSession

# As many in one go; the next one follows a minute later.
AT_ONCE = 100


def tidy(desk: Desk) -> None:
    """End what lapsed; harmless when run twice."""
    for row in _lapsed(desk):
        service.take(desk, row, states.EXPIRED, ended_by=states.TRESEN)
        service.close(desk, row)
    for row in _idle(desk):
        service.finish(desk, row, states.ENDED, states.IDLE)


def _lapsed(desk: Desk) -> list[RemoteSession]:
    statement = select(RemoteSession).where(
        RemoteSession.state.in_((states.OFFERED, states.CONSENTED)),
        RemoteSession.open_until <= desk.now(),
    )
    return list(desk.session.scalars(statement.order_by(RemoteSession.id).limit(AT_ONCE)))


def _idle(desk: Desk) -> list[RemoteSession]:
    minutes = int(read_settings(desk, queries.SETTINGS)["idle_minutes"])
    statement = select(RemoteSession).where(
        RemoteSession.state.in_(states.RUNNING),
        RemoteSession.seen_at <= desk.ago(minutes=minutes),
    )
    return list(desk.session.scalars(statement.order_by(RemoteSession.id).limit(AT_ONCE)))


TIDY = Job("remote_support.tidy", tidy, every=timedelta(minutes=1))
