# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the pictures of a session; whoever asks has found the session first."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from tresen.sdk import Desk, Message, Missing, _

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


def changed(desk: Desk, row: RemoteSession, after: int, gone: int) -> Sequence[Still]:
    """Return what a page does not know that shows all pictures up to `after`.

    These are the later ones, and those whose file is gone where the page shows another number of
    such than `gone`.
    """
    statement = select(Still).where(
        Still.session_id == row.id, or_(Still.id > after, Still.file_id.is_(None))
    )
    found = desk.session.scalars(statement.options(*WHOLE).order_by(Still.id.desc())).all()
    lost = [each for each in found if each.id <= after]
    return [*(each for each in found if each.id > after), *(lost if len(lost) != gone else [])]


def with_copies(desk: Desk, still: Still) -> Sequence[Still]:
    """Return a picture and what was drawn on it, each with its message and that one's files."""
    statement = select(Still).where(or_(Still.id == still.id, Still.original_id == still.id))
    wanted = joinedload(Still.message).options(selectinload(Message.files))
    return desk.session.scalars(statement.options(wanted)).all()


def count(desk: Desk, row: RemoteSession, *, is_from_agents: bool) -> int:
    """Return how many pictures a side made: sent by the customer, or taken and drawn by agents."""
    by_agents = or_(Still.original_id.is_not(None), Still.is_taken)
    side = by_agents if is_from_agents else ~by_agents
    statement = select(func.count()).select_from(Still).where(Still.session_id == row.id, side)
    return desk.session.scalar(statement) or 0
