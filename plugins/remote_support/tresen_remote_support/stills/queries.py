# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the pictures of a session; whoever asks has found the session first."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.stills.models import Still

# What every page shows of a picture, loaded with it.
WHOLE = (joinedload(Still.file), joinedload(Still.message))


def of_session(desk: Desk, row: RemoteSession, after: int = 0) -> Sequence[Still]:
    """Return the pictures of a session, the newest first, or those that came after one."""
    statement = select(Still).where(Still.session_id == row.id, Still.id > after)
    return desk.session.scalars(statement.options(*WHOLE).order_by(Still.id.desc())).all()


def find(desk: Desk, row: RemoteSession, still_id: int) -> Still:
    """Return a picture of the session whose file is still there; raises Missing."""
    statement = select(Still).where(
        Still.session_id == row.id, Still.id == still_id, Still.file_id.is_not(None)
    )
    found = desk.session.scalar(statement.options(*WHOLE))
    if found is None:
        raise Missing(_("This picture does not exist."))
    return found


def count(desk: Desk, row: RemoteSession, *, is_drawn: bool) -> int:
    """Return how many pictures the customer sent, or the agents drew on."""
    side = Still.original_id.is_not(None) if is_drawn else Still.original_id.is_(None)
    statement = select(func.count()).select_from(Still).where(Still.session_id == row.id, side)
    return desk.session.scalar(statement) or 0
