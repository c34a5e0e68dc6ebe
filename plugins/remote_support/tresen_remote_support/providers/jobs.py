# SPDX-License-Identifier: AGPL-3.0-or-later
"""Has a server close what it opened for a session, after the session is over."""

from sqlalchemy import select
from tresen.sdk import Desk, Job

from tresen_remote_support import queries, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.providers import gate, registry


def shut(desk: Desk, session_id: int, provider: str) -> None:
    """Close the tool of a session; tried again later while its server does not answer."""
    own = RemoteSession.id == session_id
    row = desk.session.scalar(select(RemoteSession).where(own).options(*queries.WHOLE))
    if row is None:
        return
    tool = registry.provider(desk, provider)
    asked = gate.known(desk, row, tool, profiles.of_session(desk, row))
    # The database waits for no server.
    desk.commit()
    tool.close(asked)


SHUT = Job(service.SHUT_TOOL, shut)
