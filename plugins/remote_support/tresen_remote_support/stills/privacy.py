# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose screen the pictures show, and how they go when that person is erased.

A picture of a screen may hold anything, so it goes whole: what the customer sent, what agents took
from the moving picture, and the copies that they drew on. That there were pictures stays, as the
messages on the ticket.
"""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload
from tresen.sdk import DataSet, Desk, Message, Person, Traces, lazy

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.stills.models import Still


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which pictures of the person's screen are kept."""
    rows = [
        {
            "session_id": each.session_id,
            "taken_at": each.taken_at,
            "width": each.width,
            "height": each.height,
            "sha256": each.sha256,
            "is_drawn": each.is_drawn,
            "is_taken": each.is_taken,
            "removed_at": each.removed_at,
        }
        for each in _of(desk, person)
    ]
    return [DataSet(lazy("Pictures of the screen"), rows)]


def forget(desk: Desk, person: Person, _traces: Traces) -> None:
    """Let go of every picture of an erased person's screen.

    They count as uploaded by that person, and the core removes what an erased person uploaded
    as soon as nothing holds it: neither this plugin nor a message.
    """
    found = _of(desk, person)
    messages = [still.message for still in found if still.message]
    files = {still.file_id for still in found}
    for message in messages:
        for attached in message.files:
            if attached.file_id in files:
                desk.session.delete(attached)
    desk.session.execute(delete(Still).where(Still.id.in_([still.id for still in found])))
    desk.session.flush()
    # Whoever forgets the person next reads anew what hangs on these messages.
    for message in messages:
        desk.session.expire(message, ["files"])


def _of(desk: Desk, person: Person) -> Sequence[Still]:
    statement = (
        select(Still)
        .join(RemoteSession, RemoteSession.id == Still.session_id)
        .where(RemoteSession.person_id == person.id)
        .options(joinedload(Still.message).options(selectinload(Message.files)))
        .order_by(Still.id.desc())
    )
    return desk.session.scalars(statement).all()
