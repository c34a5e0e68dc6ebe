# SPDX-License-Identifier: AGPL-3.0-or-later
"""What recordings keep about people, and how they go when somebody is erased.

A recording of a screen may show anything, so it goes whole with the person who sat there.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings import service
from tresen_remote_support.recordings.models import Recording, RecordingView


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say what was recorded of the person's screen or by them, and what they looked at."""
    recorded = [
        {
            "session": each.session.reference,
            "part": "recorded it" if each.agent_id == person.id else "at the screen",
            "started_at": each.started_at,
            "ended_at": each.ended_at,
            "delete_on": each.delete_on,
            "deleted_at": each.deleted_at,
            "size": each.size,
            "sha256": each.sha256,
        }
        for each in _around(desk, person)
    ]
    looked = [
        {"recording_id": each.recording_id, "how": each.how, "name": each.name, "at": each.at}
        for each in _views(desk, person)
    ]
    return [
        DataSet(lazy("Recordings of the screen"), recorded),
        DataSet(lazy("Recordings that were watched"), looked),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:  # noqa: ARG001 - as every part
    """Delete what shows an erased person's screen, and take their name out of the notes."""
    for each in _around(desk, person):
        if each.session.person_id == person.id:
            service.delete(desk, each)
        if each.agent_id == person.id:
            each.agent_id = None
    for view in _views(desk, person):
        view.person_id, view.name = None, ""


def _around(desk: Desk, person: Person) -> Sequence[Recording]:
    statement = (
        select(Recording)
        .join(RemoteSession, RemoteSession.id == Recording.session_id)
        .where(or_(RemoteSession.person_id == person.id, Recording.agent_id == person.id))
        .options(joinedload(Recording.session))
        .order_by(Recording.id)
    )
    return desk.session.scalars(statement).all()


def _views(desk: Desk, person: Person) -> Sequence[RecordingView]:
    statement = select(RecordingView).where(RecordingView.person_id == person.id)
    return desk.session.scalars(statement.order_by(RecordingView.id)).all()
