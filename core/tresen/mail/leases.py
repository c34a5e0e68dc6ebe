# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leases: who works on a row says until when; a worker that died gives it back by that.

A lease or a next attempt that lies further ahead than any could is from before the clock was set
back, and counts as over (safety F26).
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

LEASE = timedelta(seconds=60)


def is_free(leased_until: Any, now: datetime) -> ColumnElement[bool]:
    """Return the condition that nobody alive works on the row."""
    return or_(leased_until.is_(None), leased_until <= now, leased_until > now + LEASE)


def is_due(next_at: Any, now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Return the condition that the moment has come; no wait is longer than `longest`."""
    return or_(next_at <= now, next_at > now + longest)
