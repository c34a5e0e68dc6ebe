# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes what the agent's browser records piece by piece, ends it, and deletes it by its date.

Each piece asks anew whether the session runs and the customer's consent to it holds, under the
session's lock and in the transaction that keeps the piece: what comes after a stop is not kept.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import delete as deletion
from sqlalchemy import select
from tresen.sdk import Desk, Missing, Refused, _, change, read_settings, record

from tresen_remote_support import answers, consents, scopes, service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import limits
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.recordings import indexing, queries, retention, webm
from tresen_remote_support.recordings.elements import Malformed
from tresen_remote_support.recordings.models import Recording, RecordingPiece, RecordingView
from tresen_remote_support.recordings.webm import Sound, Walk

RECORDING = "remote_support.recording"
# Bytes of one piece; two seconds have a quarter of a megabyte.
LARGEST_PIECE = 4_000_000
MEGABYTE, MINUTE = 1_000_000, 60_000
SECOND = timedelta(milliseconds=1000)


class Over(Refused):
    """The recording has ended, and takes nothing more."""


class Unfit(Over):
    """What came is no picture as it may be recorded; that ended the recording."""


class TooLarge(Refused):
    """A piece has too many bytes; the recording waits for a smaller one."""


class OutOfOrder(Refused):
    """Another piece is due, whose number it bears; the recording waits for that."""

    def __init__(self, sentence: str, due: int) -> None:
        super().__init__(sentence)
        self.due = due


def may_record(desk: Desk, row: RemoteSession) -> bool:
    """Tell whether the picture may be recorded now, as far as session and consent go."""
    is_running = row.provider == retention.OWN_TOOL and row.state == states.ACTIVE
    return is_running and consents.allows(desk, row, scopes.RECORD)


def demand(desk: Desk, row: RemoteSession) -> None:
    """Raise Refused unless the picture may be recorded now."""
    if not may_record(desk, row):
        raise Refused(
            _("The picture is recorded only while the session runs and the customer agrees to it.")
        )
    limits.demand(desk, profiles.of_session(desk, row), scopes.RECORD)


def begin(desk: Desk, row: RemoteSession) -> Recording:
    """Begin a recording, in the place of one that runs; raises Refused."""
    service.lock(desk, row)
    close_all(desk, row)
    demand(desk, row)
    told = consents.in_force(desk, row)
    days = told.recording_days if told else None
    made = Recording(
        session_id=row.id,
        agent_id=desk.actor.person_id,
        started_at=desk.now(),
        heard_at=desk.now(),
        delete_on=desk.today() + timedelta(days=days or retention.days(desk, row)),
    )
    desk.session.add(made)
    row.recorded_since = desk.now()
    desk.session.flush()
    record(desk, RECORDING, made.id, "began", {"session": (None, row.reference)})
    return made


def append(desk: Desk, row: RemoteSession, recording: Recording, number: int, body: bytes) -> int:
    """Keep a piece; return the number of the next. One that is there already changes nothing.

    Raises OutOfOrder and TooLarge, which lose nothing, and Over; the caller commits in any case,
    because it may have ended the recording.
    """
    service.lock(desk, row)
    desk.session.refresh(recording)
    if recording.ended_at is not None:
        raise Over(_("This recording has ended."))
    try:
        _demand_marked(row)
        demand(desk, row)
        _demand_room(desk, row, recording, body)
    except TooLarge:
        raise
    except Refused as refusal:
        close(desk, recording)
        raise Over(refusal.sentence) from refusal
    if number != recording.pieces:
        return _again(desk, recording, number, body)
    _take(desk, recording, body)
    return recording.pieces


def take_back(desk: Desk, row: RemoteSession) -> None:
    """Let the customer take back the yes to being recorded alone; raises Refused without one."""
    service.lock(desk, row)
    before = consents.in_force(desk, row)
    kinds = scopes.kinds_in(row.scope)
    if before is None or scopes.RECORD not in kinds:
        raise Refused(_("Nobody may record this session."))
    rest = scopes.line(each for each in kinds if each != scopes.RECORD)
    if not rest:
        answers.stop(desk, row)
    else:
        consents.give(desk, row, rest, before.channel, before.name)
        change(desk, service.SESSION, row, {"scope": rest})
    close_all(desk, row)


def close(desk: Desk, recording: Recording) -> None:
    """End a recording and give it its index; one of which nothing came is not kept."""
    row = desk.session.get_one(RemoteSession, recording.session_id)
    row.recorded_since = None
    recording.ended_at = recording.heard_at
    if recording.walked is None or not recording.size:
        record(desk, RECORDING, recording.id, "ended", {"size": (None, 0)})
        desk.session.delete(recording)
        desk.session.flush()
        return
    _index(recording)
    desk.session.flush()
    recording.sha256 = _digest(desk, recording)
    desk.session.flush()
    told = {"size": (None, recording.size), "sha256": (None, recording.sha256)}
    record(desk, RECORDING, recording.id, "ended", told)


def close_all(desk: Desk, row: RemoteSession) -> None:
    """End what is being recorded of a session."""
    for each in queries.open_ones(desk, row):
        close(desk, each)


def watch(desk: Desk, recording: Recording, how: str) -> RecordingView:
    """Note that the actor looks at a recording; without that nobody gets it. Raises Missing."""
    if recording.ended_at is None or recording.deleted_at is not None:
        raise Missing(_("This recording was deleted."))
    made = RecordingView(
        recording_id=recording.id,
        person_id=desk.actor.person_id,
        name=desk.actor.name,
        is_customer=not desk.actor.is_agent,
        how=how,
        at=desk.now(),
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, RECORDING, recording.id, how)
    return made


def delete(desk: Desk, recording: Recording) -> None:
    """Let go of the bytes; that there was a recording stays on record."""
    if recording.ended_at is None:
        close(desk, recording)
    if recording not in desk.session or recording.deleted_at is not None:
        return
    own = RecordingPiece.recording_id == recording.id
    desk.session.execute(deletion(RecordingPiece).where(own))
    recording.head, recording.deleted_at = b"", desk.now()
    desk.session.flush()
    record(desk, RECORDING, recording.id, "deleted", {"sha256": (recording.sha256, None)})


def too_large() -> str:
    """Return what is said of a piece with too many bytes."""
    return _("This piece is too large: at most 4 MB are taken at once.")


def _demand_marked(row: RemoteSession) -> None:
    """Raise Refused where the customer's page does not say that it is recorded: after a pause."""
    if row.recorded_since is None:
        raise Refused(_("This recording has ended."))


def _demand_room(desk: Desk, row: RemoteSession, recording: Recording, body: bytes) -> None:
    if len(body) > LARGEST_PIECE:
        raise TooLarge(too_large())
    limit = read_settings(desk, retention.SETTINGS)
    size, milliseconds = queries.used(desk, row, recording)
    if size + recording.size + len(body) > int(limit["most_megabytes"]) * MEGABYTE:
        told = {"most": limit["most_megabytes"]}
        raise Refused(_("The recordings of this session have reached %(most)s MB.") % told)
    runs = (desk.now() - recording.started_at) / SECOND * 1000
    if milliseconds + runs > int(limit["most_minutes"]) * MINUTE:
        told = {"most": limit["most_minutes"]}
        raise Refused(_("The recordings of this session have reached %(most)s minutes.") % told)


def _again(desk: Desk, recording: Recording, number: int, body: bytes) -> int:
    """Return the number that is due for a piece that came before; raises OutOfOrder for others."""
    known = queries.piece(desk, recording, number)
    if known is not None and known.sha256 == hashlib.sha256(body).hexdigest():
        return recording.pieces
    told = {"number": recording.pieces}
    raise OutOfOrder(_("The next piece is number %(number)s.") % told, recording.pieces)


def _take(desk: Desk, recording: Recording, body: bytes) -> None:
    try:
        rest = _past_head(recording, body)
        if recording.walked is not None:
            recording.walked = _walked(desk, recording, rest)
    except Sound as error:
        close(desk, recording)
        raise Unfit(_("Only the picture is recorded: this has a track of another kind.")) from error
    except Malformed as error:
        close(desk, recording)
        raise Unfit(_("This is no recording as a browser makes it.")) from error
    desk.session.add(
        RecordingPiece(
            recording_id=recording.id,
            number=recording.pieces,
            begins=recording.size,
            size=len(rest),
            sha256=hashlib.sha256(body).hexdigest(),
            body=rest,
        )
    )
    recording.pieces += 1
    recording.size += len(rest)
    recording.heard_at = desk.now()
    desk.session.flush()


def _past_head(recording: Recording, body: bytes) -> bytes:
    """Return what of a piece lies behind the head, and keep what belongs to that."""
    if recording.walked is not None:
        return body
    together = recording.head + body
    head = webm.head_of(together)
    if head is None:
        if len(together) > webm.LARGEST_HEAD:
            raise Malformed
        recording.head = together
        return b""
    recording.head, recording.walked = together[: head.ends], Walk().kept()
    return together[head.ends :]


def _walked(desk: Desk, recording: Recording, rest: bytes) -> dict[str, object]:
    state = Walk.again(recording.walked or {})
    waiting = b""
    if state.at < recording.size:
        waiting = queries.bytes_from(desk, recording, state.at)
    webm.walk(state, waiting + rest, recording.size - len(waiting))
    return state.kept()


def _index(recording: Recording) -> None:
    """Put the head with duration and index in the place of the one that came."""
    walk = Walk.again(recording.walked or {})
    # A cluster follows where it ends; the bytes of one are enough to find that.
    head = webm.head_of(recording.head + webm.CLUSTER_BEGINS)
    if head is None:
        raise Malformed
    recording.milliseconds = indexing.milliseconds(head, walk)
    recording.head = indexing.head_with_index(head, walk, recording.size)
    recording.size += len(recording.head)


def _digest(desk: Desk, recording: Recording) -> str:
    """Return the SHA-256 of the whole, read a few pieces at a time."""
    found = hashlib.sha256(recording.head)
    statement = (
        select(RecordingPiece.body)
        .where(RecordingPiece.recording_id == recording.id)
        .order_by(RecordingPiece.number)
    )
    for body in desk.session.scalars(statement.execution_options(yield_per=8)):
        found.update(body)
    return found.hexdigest()
