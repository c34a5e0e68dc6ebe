# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an agent's browser sends is kept piece by piece, in its order, and only while it may be."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tresen.sdk import Desk, Refused, desk_for
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, consents, scopes, states
from tresen_remote_support import service as sessions
from tresen_remote_support.models import Consent, RemoteSession
from tresen_remote_support.providers import registry
from tresen_remote_support.recordings import elements, queries, retention, service, webm
from tresen_remote_support.recordings.models import Recording, RecordingPiece
from tresen_remote_support.recordings.service import OutOfOrder, Over, TooLarge, Unfit

Film = Callable[..., bytes]
Shoot = Callable[..., Recording]
Whole = Callable[[Recording], bytes]


def pieces(desk: Desk) -> list[tuple[int, int, int]]:
    """Return number, place and size of all that is kept."""
    found = select(RecordingPiece).order_by(RecordingPiece.number)
    return [(each.number, each.begins, each.size) for each in desk.session.scalars(found)]


def recordings(desk: Desk) -> list[Recording]:
    return list(desk.session.scalars(select(Recording).order_by(Recording.id)))


def cut(body: bytes, *places: int) -> list[bytes]:
    """Return a film in pieces."""
    ends = [*sorted(places), len(body)]
    return [body[start:end] for start, end in zip([0, *ends], ends, strict=False)]


# ------------------------------------------------------------------------------ in order


def test_film_in_pieces_becomes_one_with_its_index(
    agent_desk: Desk, shoot: Shoot, film: Film, whole: Whole
) -> None:
    made = shoot(cut(film(), 30, 90, 400))
    service.close(agent_desk, made)
    body = whole(made)
    clusters = film()[len(film(0)) :]
    told = body.endswith(clusters), made.size, made.sha256, made.pieces, made.milliseconds
    assert told == (True, len(body), hashlib.sha256(body).hexdigest(), 4, 2400)


def test_cut_makes_no_difference(agent_desk: Desk, shoot: Shoot, film: Film) -> None:
    found = set()
    for places in ((), (1,), (40, 41, 42), tuple(range(20, 600, 20))):
        made = shoot(cut(film(), *places))
        service.close(agent_desk, made)
        found.add((made.sha256, made.size, made.milliseconds))
    assert len(found) == 1


def test_each_piece_is_kept_at_once(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, film: Film
) -> None:
    made = shoot(cut(film(), 300)[:1])
    with desk_for(agent_desk.core) as fresh:
        # As another process finds it after this one fell over.
        assert [each[0] for each in pieces(fresh)] == [0] == [made.pieces - 1]


def test_session_says_since_when_it_is_recorded(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, clock: SteppedClock
) -> None:
    before = running.recorded_since
    made = shoot()
    during = running.recorded_since
    service.close(agent_desk, made)
    assert (before, during, running.recorded_since) == (None, clock(), None)


def test_piece_that_comes_again_changes_nothing(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, film: Film
) -> None:
    first, second = cut(film(), 300)
    made = shoot([first, second])
    before = pieces(agent_desk)
    due = [
        service.append(agent_desk, running, made, number, body)
        for number, body in ((0, first), (1, second), (0, first))
    ]
    assert (due, pieces(agent_desk)) == ([2, 2, 2], before)


@pytest.mark.parametrize(("number", "body"), [(2, b"x"), (7, b"x"), (0, b"another")])
def test_piece_out_of_order_is_refused_with_the_number_that_is_due(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, film: Film, number: int, body: bytes
) -> None:
    first, second = cut(film(), 300)
    made = shoot([first])
    with pytest.raises(OutOfOrder) as refused:
        service.append(agent_desk, running, made, number, body)
    # Nothing is lost: the right one is taken still.
    due = service.append(agent_desk, running, made, 1, second)
    assert (refused.value.due, due) == (1, 2)


def test_too_large_piece_is_refused_and_the_recording_goes_on(
    agent_desk: Desk,
    running: RemoteSession,
    shoot: Shoot,
    film: Film,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = cut(film(), 300)
    made = shoot([first])
    monkeypatch.setattr(service, "LARGEST_PIECE", 1_000)
    with pytest.raises(TooLarge):
        service.append(agent_desk, running, made, 1, bytes(1_001))
    due = service.append(agent_desk, running, made, 1, second)
    assert (due, made.ended_at) == (2, None)


def test_recording_takes_the_place_of_one_that_runs(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, film: Film
) -> None:
    first, second = shoot(), shoot()
    with pytest.raises(Over):
        service.append(agent_desk, running, first, 1, film())
    ended = [each.ended_at is not None for each in (first, second)]
    assert (ended, running.recorded_since is not None) == ([True, False], True)


def test_recording_of_nothing_is_not_kept(agent_desk: Desk, shoot: Shoot, film: Film) -> None:
    for sent in ([], [film(0)], [film()[:20]]):
        service.close(agent_desk, shoot(sent))
    assert (recordings(agent_desk), pieces(agent_desk)) == ([], [])


def test_end_is_when_the_last_piece_came(
    agent_desk: Desk, shoot: Shoot, clock: SteppedClock
) -> None:
    made = shoot()
    came = clock()
    clock.go(minutes=5)
    service.close(agent_desk, made)
    assert made.ended_at == came


# ------------------------------------------------------------------------------- no sound


@pytest.mark.parametrize("at", [0, 1, 40, 200], ids=lambda at: f"cut at {at}")
def test_film_with_sound_is_refused_and_nothing_of_it_kept(
    agent_desk: Desk, running: RemoteSession, film: Film, at: int
) -> None:
    sound = film().replace(b"\x83\x01\x00\x00\x00\x00\x00\x00\x01\x01", SOUND)
    made = service.begin(agent_desk, running)
    parts = [each for each in cut(sound, at) if each]
    with pytest.raises(Unfit, match="Only the picture is recorded"):
        for number, body in enumerate(parts):
            service.append(agent_desk, running, made, number, body)
    kept = recordings(agent_desk), pieces(agent_desk), running.recorded_since
    assert kept == ([], [], None)


SOUND = b"\x83\x01\x00\x00\x00\x00\x00\x00\x01\x02"


def test_tracks_that_come_later_end_the_recording_and_are_not_kept(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, film: Film, whole: Whole
) -> None:
    made = shoot([film(2)])
    with pytest.raises(Unfit, match="no recording as a browser makes it"):
        service.append(agent_desk, running, made, 1, elements.written(elements.TRACKS, b"A_OPUS"))
    told = made.ended_at is not None, b"A_OPUS" in whole(made), made.pieces
    assert told == (True, False, 1)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(noise=st.binary(min_size=1, max_size=400))
def test_noise_never_becomes_a_recording(
    agent_desk: Desk, running: RemoteSession, noise: bytes
) -> None:
    made = service.begin(agent_desk, running)
    try:
        service.append(agent_desk, running, made, 0, noise)
        service.close(agent_desk, made)
    except Unfit:
        pass
    agent_desk.commit()
    assert recordings(agent_desk) == []


def test_endless_head_is_refused(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, film: Film
) -> None:
    made = shoot([film(0)])
    filling = elements.written(elements.VOID, bytes(30_000))
    with pytest.raises(Unfit):
        for number in range(1, 9):
            service.append(agent_desk, running, made, number, filling)
    assert 9 * len(filling) > webm.LARGEST_HEAD


# ------------------------------------------------------------- only with a consent in force


def begin_refused(desk: Desk, row: RemoteSession) -> str:
    with pytest.raises(Refused) as refused:
        service.begin(desk, row)
    return str(refused.value.sentence)


ONLY = "The picture is recorded only while the session runs and the customer agrees to it."


def test_nothing_is_recorded_without_a_consent_to_it(
    agent_desk: Desk, running: RemoteSession
) -> None:
    consents.give(agent_desk, running, scopes.VIEW, "link", "Karla Kundin")
    assert begin_refused(agent_desk, running) == ONLY


@pytest.mark.parametrize("state", [each for each in states.TITLES if each != states.ACTIVE])
def test_nothing_is_recorded_in_any_other_state(
    agent_desk: Desk, running: RemoteSession, state: str
) -> None:
    running.state = state
    agent_desk.session.flush()
    assert begin_refused(agent_desk, running) == ONLY


@pytest.mark.parametrize("provider", [key for key in registry.PROVIDERS if key != "browser"])
def test_nothing_is_recorded_of_what_another_tool_shows(
    agent_desk: Desk, running: RemoteSession, provider: str
) -> None:
    running.provider = provider
    agent_desk.session.flush()
    assert begin_refused(agent_desk, running) == ONLY


def test_tool_whose_picture_is_recorded_is_the_browser() -> None:
    assert registry.BROWSER.key == retention.OWN_TOOL


def paused_and_on_again(desk: Desk, row: RemoteSession) -> None:
    sessions.pause(desk, row)
    sessions.begin(desk, row)


STEPS: dict[str, Callable[[Desk, RemoteSession], Any]] = {
    "pause": sessions.pause,
    "end": sessions.end,
    "stop": lambda desk, row: answers.stop(answers.acting(desk, row), row),
    "taken back": lambda desk, row: service.take_back(answers.acting(desk, row), row),
    "withdrawn": consents.withdraw,
    "failed": lambda desk, row: sessions.fail(desk, row, "The line broke."),
    "paused and on again": paused_and_on_again,
}


@pytest.mark.parametrize("step", STEPS)
def test_no_piece_is_taken_after_the_customer_or_the_agent_stopped_it(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, film: Film, step: str
) -> None:
    first, second = cut(film(), 300)
    made = shoot([first])
    STEPS[step](agent_desk, running)
    with pytest.raises(Over):
        service.append(agent_desk, running, made, 1, second)
    ended = made.ended_at is not None, running.recorded_since
    assert (ended, [each[0] for each in pieces(agent_desk)]) == ((True, None), [0])


def test_consent_that_lapsed_ends_it(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, film: Film, clock: SteppedClock
) -> None:
    made = shoot()
    given_one = consents.in_force(agent_desk, running)
    assert given_one is not None
    given_one.until = clock() + timedelta(seconds=1)
    agent_desk.session.flush()
    clock.go(seconds=2)
    with pytest.raises(Over, match="only while the session runs"):
        service.append(agent_desk, running, made, 1, film())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    agreed=st.sets(st.sampled_from(sorted(scopes.TITLES))), wanted=st.sampled_from(sorted(STEPS))
)
def test_piece_is_kept_if_and_only_if_recording_was_agreed_to(
    agent_desk: Desk, running: RemoteSession, film: Film, agreed: set[str], wanted: str
) -> None:
    assert wanted in STEPS
    with agent_desk.session.begin_nested() as try_out:
        consents.give(agent_desk, running, scopes.line(agreed), "link", "Karla Kundin")
        try:
            made = service.begin(agent_desk, running)
            is_taken = service.append(agent_desk, running, made, 0, film()) == 1
        except Refused:
            is_taken = False
        found = len(pieces(agent_desk)), is_taken
        try_out.rollback()
    assert found == ((1, True) if scopes.RECORD in agreed else (0, False))


# ---------------------------------------------------------------- the customer takes it back


def test_customer_takes_back_the_recording_alone(
    desk: Desk, running: RemoteSession, shoot: Shoot
) -> None:
    made = shoot()
    service.take_back(answers.acting(desk, running), running)
    allowed = [consents.allows(desk, running, each) for each in (scopes.VIEW, scopes.RECORD)]
    told = running.state, running.scope, allowed, made.ended_at is not None
    assert told == (states.ACTIVE, scopes.VIEW, [True, False], True)


def test_taking_back_what_was_not_agreed_to_is_refused(desk: Desk, running: RemoteSession) -> None:
    theirs = answers.acting(desk, running)
    service.take_back(theirs, running)
    with pytest.raises(Refused, match="Nobody may record"):
        service.take_back(theirs, running)


def test_session_that_was_for_recording_alone_is_over_then(
    desk: Desk, running: RemoteSession
) -> None:
    running.scope = scopes.RECORD
    desk.session.flush()
    service.take_back(answers.acting(desk, running), running)
    assert running.state == states.REVOKED


# ------------------------------------------------------------------------------- how long


def test_day_of_deletion_is_what_the_consent_told(
    desk: Desk, running: RemoteSession, shoot: Shoot, configure: Callable[..., None]
) -> None:
    configure(days="90")
    assert shoot().delete_on == date(2026, 3, 24)


def test_settings_count_where_the_consent_is_of_before_there_were_days(
    desk: Desk, running: RemoteSession, shoot: Shoot
) -> None:
    for each in desk.session.scalars(select(Consent)):
        each.recording_days = None
    desk.commit()
    assert shoot().delete_on == date(2026, 3, 24)


def test_day_is_that_of_the_operators_calendar(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot, clock: SteppedClock
) -> None:
    # Eleven in the evening in London is the next day in Berlin.
    clock.go(hours=14)
    assert shoot().delete_on == date(2026, 3, 25)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"most_megabytes": "5"}, "reached 5 MB"),
        ({"most_minutes": "5", "most_megabytes": "9"}, "reached 5 minutes"),
    ],
)
def test_limit_of_a_session_ends_the_recording_and_keeps_what_there_is(
    desk: Desk, shoot: Shoot, configure: Callable[..., None], limit: dict[str, str], said: str
) -> None:
    configure(**limit)
    first = shoot()
    shoot([])
    first.size, first.milliseconds = 4_999_900, 300_001
    desk.commit()
    with pytest.raises(Over, match=said):
        shoot()
    assert [each.id for each in recordings(desk)] == [first.id]


def test_used_counts_the_other_recordings_of_the_session(
    agent_desk: Desk, running: RemoteSession, shoot: Shoot
) -> None:
    made = [shoot(), shoot(), shoot()]
    for each in made:
        each.size, each.milliseconds = 1_000, 60
    agent_desk.session.flush()
    assert queries.used(agent_desk, running, made[2]) == (2_000, 120)
