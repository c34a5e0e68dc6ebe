# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long a session has run: what its note proposes, and what counts against a quota."""

from datetime import datetime

from tresen_remote_support import states
from tresen_remote_support.models import RemoteSession


def worked_minutes(row: RemoteSession, moment: datetime) -> int:
    """Return the minutes that it has run, pauses left out, each begun one whole."""
    if row.started_at is None:
        return 0
    until = row.ended_at or (row.paused_at if row.state == states.PAUSED else moment)
    seconds = ((until or moment) - row.started_at).total_seconds() - row.paused_seconds
    return max(0, -int(-seconds // 60))
