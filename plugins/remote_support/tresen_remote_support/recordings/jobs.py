# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ends recordings whose browser went away, and deletes those whose day has come."""

from datetime import timedelta

from sqlalchemy import select
from tresen.sdk import Desk, Job

from tresen_remote_support import service as sessions
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings import queries, service
from tresen_remote_support.recordings.models import Recording

# A browser sends a piece every two seconds; so long it may try to get one through.
SILENCE = timedelta(minutes=2)
# As many in one go, since each is read once for its hash; the next one follows.
AT_ONCE = 20


def close_left(desk: Desk) -> None:
    """End what nobody records any more; harmless when run twice."""
    for each in (*_stopped(desk), *queries.silent(desk, desk.now() - SILENCE, AT_ONCE)):
        sessions.lock(desk, desk.session.get_one(RemoteSession, each.session_id))
        if each in desk.session and each.ended_at is None:
            service.close(desk, each)


def delete_due(desk: Desk) -> None:
    """Delete the recordings whose day has come; harmless when run twice."""
    for each in queries.due(desk, AT_ONCE):
        service.delete(desk, each)


def _stopped(desk: Desk) -> list[Recording]:
    """Return open recordings of which the pages say no more that they run."""
    statement = (
        select(Recording)
        .join(RemoteSession, RemoteSession.id == Recording.session_id)
        .where(Recording.ended_at.is_(None), RemoteSession.recorded_since.is_(None))
    )
    return list(desk.session.scalars(statement.order_by(Recording.id).limit(AT_ONCE)))


CLOSE = Job("remote_support.close_recordings", close_left, every=timedelta(minutes=1))
# Every hour rather than once a day: what fails in one is made up for on the same day.
DELETE = Job("remote_support.delete_recordings", delete_due, every=timedelta(hours=1))
