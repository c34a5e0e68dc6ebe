# SPDX-License-Identifier: AGPL-3.0-or-later
"""What nobody ends is ended, and what is due is deleted, on the day and not before."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select, text
from tresen.sdk import Desk, Message
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded, walks
from tresen_remote_support import service as sessions
from tresen_remote_support.figures import queries as figures
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols import service as protocols
from tresen_remote_support.recordings import jobs, queries, service, states
from tresen_remote_support.recordings.models import Recording, RecordingPiece, RecordingView

Film = Callable[..., bytes]
Shoot = Callable[..., Recording]


def bytes_left(desk: Desk) -> tuple[int, int]:
    """Return how many pieces there are, and how many bytes of heads."""
    pieces = desk.session.scalar(select(func.count()).select_from(RecordingPiece))
    heads = desk.session.scalar(select(func.sum(func.length(Recording.head))))
    return int(pieces or 0), int(heads or 0)


def actions(desk: Desk, row: Recording) -> list[str]:
    """Return what the journal says of a recording."""
    statement = text(
        "SELECT DISTINCT action FROM journal_entry"
        " WHERE subject_kind = 'remote_support.recording' AND subject_id = :id"
    )
    return sorted(desk.session.scalars(statement, {"id": row.id}))


# ---------------------------------------------------------------------------------- ending


@pytest.mark.parametrize(("minutes", "is_over"), [(1, False), (2, True), (60, True)])
def test_recording_whose_browser_is_gone_is_ended(
    desk: Desk, shoot: Shoot, clock: SteppedClock, minutes: int, is_over: bool
) -> None:
    made = shoot()
    clock.go(minutes=minutes)
    jobs.close_left(desk)
    assert (made.ended_at is not None, len(made.sha256)) == (is_over, 64 if is_over else 0)


@pytest.mark.parametrize("step", [sessions.pause, sessions.end])
def test_recording_of_a_session_that_does_not_run_is_ended(
    desk: Desk,
    agent_desk: Desk,
    running: RemoteSession,
    shoot: Shoot,
    step: Callable[[Desk, RemoteSession], None],
) -> None:
    made = shoot()
    step(agent_desk, running)
    jobs.close_left(desk)
    assert (made.ended_at is not None, running.recorded_since) == (True, None)


def test_recording_that_is_silent_and_of_a_paused_session_is_ended_once(
    desk: Desk, agent_desk: Desk, running: RemoteSession, shoot: Shoot, clock: SteppedClock
) -> None:
    made = shoot([])
    sessions.pause(agent_desk, running)
    clock.go(minutes=5)
    jobs.close_left(desk)
    jobs.close_left(desk)
    assert (made in desk.session, desk.session.scalars(select(Recording)).all()) == (False, [])


def test_protocol_tells_a_recording_that_nobody_ended(
    desk: Desk, agent_desk: Desk, running: RemoteSession, shoot: Shoot
) -> None:
    made = shoot()
    sessions.end(agent_desk, running)
    note = {"actions": "A tick.", "result": "solved", "minutes": 8}
    sent = protocols.document(agent_desk, running, note)
    assert sent is not None
    body = desk.session.get_one(Message, sent.message_id).body
    assert (made.ended_at is not None, f"SHA-256 {made.sha256}" in body) == (True, True)


def test_recording_that_goes_on_is_left_alone(desk: Desk, shoot: Shoot) -> None:
    made = shoot()
    jobs.close_left(desk)
    assert (made.ended_at, states.state_of(made)) == (None, states.RUNNING)


# -------------------------------------------------------------------------------- deleting


@pytest.mark.parametrize(
    ("moment", "is_deleted"),
    [({"days": 13}, False), ({"days": 13, "hours": 13}, False), ({"days": 13, "hours": 14}, True)],
    ids=["a day before", "the evening before", "midnight in Berlin"],
)
def test_recording_is_deleted_on_its_day(
    desk: Desk,
    kept: Recording,
    clock: SteppedClock,
    moment: dict[str, int],
    is_deleted: bool,
) -> None:
    clock.go(**moment)
    jobs.delete_due(desk)
    told = kept.deleted_at == (clock() if is_deleted else None), bytes_left(desk)[0]
    assert told == (True, 0 if is_deleted else 1)


def test_bytes_are_gone_and_the_record_stays(
    desk: Desk, kept: Recording, clock: SteppedClock
) -> None:
    digest, size = kept.sha256, kept.size
    clock.go(days=14)
    jobs.delete_due(desk)
    desk.commit()
    desk.session.expire_all()
    told = kept.sha256, kept.size, states.state_of(kept), bytes_left(desk), actions(desk, kept)
    assert told == (digest, size, states.DELETED, (0, 0), ["began", "deleted", "ended"])


def test_recording_is_deleted_once(desk: Desk, kept: Recording, clock: SteppedClock) -> None:
    clock.go(days=14)
    jobs.delete_due(desk)
    at = kept.deleted_at
    clock.go(days=1)
    jobs.delete_due(desk)
    service.delete(desk, kept)
    assert kept.deleted_at == at


def test_recording_that_was_never_ended_goes_on_its_day_too(
    desk: Desk, shoot: Shoot, clock: SteppedClock
) -> None:
    shoot()
    shoot([])
    clock.go(days=14)
    jobs.delete_due(desk)
    told = [states.state_of(each) for each in desk.session.scalars(select(Recording))]
    assert (told, bytes_left(desk)) == ([states.DELETED], (0, 0))


def test_one_day_deletes_no_other_ones(desk: Desk, shoot: Shoot, clock: SteppedClock) -> None:
    first, second = shoot(), shoot()
    first.delete_on, second.delete_on = date(2026, 3, 20), date(2026, 3, 30)
    desk.session.flush()
    clock.go(days=12)
    jobs.delete_due(desk)
    assert [each.deleted_at is None for each in (first, second)] == [False, True]


def test_job_deletes_no_more_than_some_at_once(
    desk: Desk, shoot: Shoot, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for _each in range(3):
        shoot()
    clock.go(days=14)
    left = []
    for _each in range(2):
        jobs.delete_due(desk)
        left.append(bytes_left(desk)[0])
    assert left == [1, 0]


# ---------------------------------------------------------------------------------- figures


@pytest.mark.parametrize(("days", "count"), [(13, 0), (14, 0), (15, 1)])
def test_overdue_is_what_is_there_after_its_day(
    desk: Desk, kept: Recording, clock: SteppedClock, days: int, count: int
) -> None:
    clock.go(days=days)
    told = kept.deleted_at, queries.overdue(desk), figures.figures(desk, 3).overdue
    assert told == (None, count, count)


def test_nothing_is_overdue_once_it_is_deleted(
    desk: Desk, kept: Recording, clock: SteppedClock
) -> None:
    clock.go(days=20)
    before = queries.overdue(desk)
    jobs.delete_due(desk)
    assert (before, queries.overdue(desk), kept.size > 0) == (1, 0, True)


# ------------------------------------------------------------------------------------- plans


@pytest.mark.parametrize("job", [jobs.close_left, jobs.delete_due])
def test_jobs_walk_through_no_whole_table(
    desk: Desk, kept: Recording, clock: SteppedClock, job: Callable[[Desk], None]
) -> None:
    clock.go(days=14)
    with recorded(desk.core.engine) as statements:
        job(desk)
    assert (kept.ended_at is not None, walks(desk.core.engine, statements)) == (True, [])


def test_pieces_of_a_film_are_found_with_one_statement(
    desk: Desk, agent_desk: Desk, film: Film, shoot: Shoot
) -> None:
    clusters = film()[len(film(0)) :]
    counts = []
    for pieces in (1, 12):
        made = shoot([film(0), *[clusters] * pieces])
        service.close(agent_desk, made)
        with recorded(desk.core.engine) as statements:
            found = queries.stretches(desk, made)
        asked = [each for each, *_rest in statements if "recording_piece" in each]
        counts.append((len(found), len(asked)))
    # The head is a stretch of its own.
    assert counts == [(2, 1), (13, 1)]


def test_counts_of_looks_take_one_statement(desk: Desk, shoot: Shoot) -> None:
    made = [shoot(), shoot()]
    for each in made:
        look = RecordingView(recording_id=each.id, name="A", is_customer=False, how="watched")
        look.at = desk.now()
        desk.session.add(look)
    desk.session.flush()
    with recorded(desk.core.engine) as statements:
        found = queries.view_counts(desk, made)
    assert (found, len(statements)) == ({each.id: 1 for each in made}, 1)
