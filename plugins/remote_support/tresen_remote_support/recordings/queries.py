# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds recordings, their pieces and who looked; whoever asks has found the session first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings.models import Recording, RecordingPiece, RecordingView

# So long what was begun to be watched can be read on.
VIEW_HOLDS = timedelta(hours=4)
# Of those that customers find in the portal.
MOST_SHOWN = 20


@dataclass(frozen=True)
class Stretch:
    """A piece of a recording: where it stands in the whole, in bytes; 0 is the head."""

    piece_id: int
    begins: int
    ends: int


def of_session(desk: Desk, row: RemoteSession) -> Sequence[Recording]:
    """Return the recordings of a session in their order."""
    return desk.session.scalars(_of(row).order_by(Recording.id)).all()


def find(desk: Desk, row: RemoteSession, recording_id: int) -> Recording:
    """Return a recording of the session; raises Missing."""
    found = desk.session.scalar(_of(row).where(Recording.id == recording_id))
    if found is None:
        raise Missing(_("This recording does not exist."))
    return found


def open_ones(desk: Desk, row: RemoteSession) -> Sequence[Recording]:
    """Return the recordings of a session that are not over."""
    return desk.session.scalars(_of(row).where(Recording.ended_at.is_(None))).all()


def of_customer(desk: Desk, person_id: int) -> Sequence[Recording]:
    """Return the recordings of a person's screen that are kept, the newest first."""
    statement = (
        select(Recording)
        .join(RemoteSession, RemoteSession.id == Recording.session_id)
        .where(
            RemoteSession.person_id == person_id,
            Recording.ended_at.is_not(None),
            Recording.deleted_at.is_(None),
        )
        .options(joinedload(Recording.session).joinedload(RemoteSession.agent))
    )
    return desk.session.scalars(statement.order_by(Recording.id.desc()).limit(MOST_SHOWN)).all()


def of_person(desk: Desk, person_id: int, reference: str) -> RemoteSession:
    """Return a session in which the person sat at the screen; raises Missing."""
    statement = select(RemoteSession).where(
        RemoteSession.reference == reference, RemoteSession.person_id == person_id
    )
    found = desk.session.scalar(statement.options(joinedload(RemoteSession.agent)))
    if found is None:
        raise Missing(_("This remote session does not exist."))
    return found


def piece(desk: Desk, recording: Recording, number: int) -> RecordingPiece | None:
    """Return a piece by its number."""
    statement = select(RecordingPiece).where(
        RecordingPiece.recording_id == recording.id, RecordingPiece.number == number
    )
    return desk.session.scalar(statement)


def stretches(desk: Desk, recording: Recording) -> list[Stretch]:
    """Return where the pieces of a recording that is over stand, without their bytes."""
    head = len(recording.head)
    statement = (
        select(RecordingPiece.id, RecordingPiece.begins, RecordingPiece.size)
        .where(RecordingPiece.recording_id == recording.id, RecordingPiece.size > 0)
        .order_by(RecordingPiece.begins)
    )
    found = [Stretch(0, 0, head)] if head else []
    for piece_id, begins, size in desk.session.execute(statement):
        found.append(Stretch(piece_id, head + begins, head + begins + size))
    return found


def bytes_from(desk: Desk, recording: Recording, place: int) -> bytes:
    """Return what came behind that place, which is near the end: counted from behind the head."""
    statement = (
        select(RecordingPiece.begins, RecordingPiece.body)
        .where(
            RecordingPiece.recording_id == recording.id,
            RecordingPiece.begins + RecordingPiece.size > place,
        )
        .order_by(RecordingPiece.begins)
    )
    return b"".join(
        body[max(0, place - begins) :] for begins, body in desk.session.execute(statement)
    )


def body(desk: Desk, piece_id: int) -> bytes:
    """Return the bytes of a piece; raises Missing where they are gone."""
    found = desk.session.scalar(select(RecordingPiece.body).where(RecordingPiece.id == piece_id))
    if found is None:
        raise Missing(_("This recording was deleted."))
    return found


def views(desk: Desk, recording: Recording) -> Sequence[RecordingView]:
    """Return who looked at a recording, the latest first."""
    own = RecordingView.recording_id == recording.id
    statement = select(RecordingView).where(own).order_by(RecordingView.id.desc())
    return desk.session.scalars(statement).all()


def view_counts(desk: Desk, recordings: Collection[Recording]) -> Mapping[int, int]:
    """Return how often each was looked at, in one query; those that never were are left out."""
    if not recordings:
        return {}
    statement = (
        select(RecordingView.recording_id, func.count())
        .where(RecordingView.recording_id.in_([each.id for each in recordings]))
        .group_by(RecordingView.recording_id)
    )
    return dict(desk.session.execute(statement).all())


def own_view(desk: Desk, recording: Recording, view_id: int) -> RecordingView:
    """Return what the actor began to look at a while ago; raises Missing."""
    statement = select(RecordingView).where(
        RecordingView.id == view_id,
        RecordingView.recording_id == recording.id,
        RecordingView.person_id == desk.actor.person_id,
        RecordingView.at > desk.now() - VIEW_HOLDS,
    )
    found = desk.session.scalar(statement)
    if found is None:
        raise Missing(_("Press “Watch” again: each time is noted."))
    return found


def used(desk: Desk, row: RemoteSession, but: Recording) -> tuple[int, int]:
    """Return bytes and milliseconds of the session's other recordings."""
    statement = select(
        func.coalesce(func.sum(Recording.size), 0),
        func.coalesce(func.sum(Recording.milliseconds), 0),
    ).where(Recording.session_id == row.id, Recording.id != but.id)
    size, milliseconds = desk.session.execute(statement).one()
    return int(size), int(milliseconds)


def due(desk: Desk, most: int) -> Sequence[Recording]:
    """Return recordings whose day has come."""
    statement = select(Recording).where(
        Recording.deleted_at.is_(None), Recording.delete_on <= desk.today()
    )
    return desk.session.scalars(statement.order_by(Recording.delete_on).limit(most)).all()


def overdue(desk: Desk) -> int:
    """Return how many recordings still have their bytes although their day is over."""
    statement = select(func.count()).select_from(Recording)
    late = Recording.deleted_at.is_(None), Recording.delete_on < desk.today()
    return desk.session.scalar(statement.where(*late)) or 0


def silent(desk: Desk, since: datetime, most: int) -> Sequence[Recording]:
    """Return open recordings of which nothing came since."""
    statement = select(Recording).where(Recording.ended_at.is_(None), Recording.heard_at <= since)
    return desk.session.scalars(statement.order_by(Recording.heard_at).limit(most)).all()


def _of(row: RemoteSession) -> Select[Recording]:
    statement = select(Recording).where(Recording.session_id == row.id)
    return statement.options(joinedload(Recording.agent))
