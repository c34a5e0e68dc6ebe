# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the protocols of a session, and the session as a protocol needs it."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import Desk

from tresen_remote_support import queries
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols.models import Protocol


def protocols(desk: Desk, row: RemoteSession) -> Sequence[Protocol]:
    """Return what was sent to the customer, in its order."""
    statement = select(Protocol).where(Protocol.session_id == row.id).order_by(Protocol.version)
    return desk.session.scalars(statement).all()


def whole(desk: Desk, row: RemoteSession) -> RemoteSession:
    """Return the session with whom and what it names."""
    statement = select(RemoteSession).where(RemoteSession.id == row.id).options(*queries.WHOLE)
    return desk.session.scalars(statement).one()
