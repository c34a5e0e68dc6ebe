# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rooms: nothing is handed on, kept or shown without a consent in force (safety R02)."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from tresen.sdk import Desk, Refused
from tresen_remote_support import answers, consents, scopes
from tresen_remote_support import service as session_service
from tresen_remote_support.live import queries, service
from tresen_remote_support.live.messages import AGENT, Message
from tresen_remote_support.live.models import ChatLine, Frame, Room, Signal
from tresen_remote_support.live.states import CUSTOMER, Verdict
from tresen_remote_support.models import RemoteSession

SDP = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"

Step = Callable[[Desk, RemoteSession], None]
STEPS: dict[str, Step] = {
    "stopped by the customer": answers.stop,
    "ended by the agent": session_service.end,
    "failed": lambda desk, row: session_service.fail(desk, row, "The line broke."),
}


def offer(place: service.Place, no: int = 1) -> Message:
    """Return an offer into the room of a place."""
    return Message("offer", viewer=AGENT, no=no, generation=place.generation, sdp=SDP)


def count(desk: Desk, model: Any) -> int:
    """Return how many rows there are."""
    return desk.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("name", ["requested", "offered", "consented"])
def test_nothing_may_be_shown_before_the_session_runs(
    name: str, request: pytest.FixtureRequest, desk: Desk
) -> None:
    row = request.getfixturevalue(name)
    assert (service.may_meet(desk, row), service.may_see(desk, row)) == (False, False)
    with pytest.raises(Refused):
        service.join(desk, row, CUSTOMER)
    with pytest.raises(Refused):
        service.keep_frame(desk, row, JPEG)
    with pytest.raises(Refused):
        service.say(desk, row, CUSTOMER, "Hello")


@pytest.mark.parametrize("name", STEPS)
def test_nothing_may_be_shown_after_it(name: str, desk: Desk, running: RemoteSession) -> None:
    place = service.join(desk, running, CUSTOMER)
    service.keep_frame(desk, running, JPEG)
    STEPS[name](desk, running)
    assert (service.may_meet(desk, running), service.may_see(desk, running)) == (False, False)
    assert service.hand_on(desk, place, offer(place)) is Verdict.REFUSE
    with pytest.raises(Refused):
        service.keep_frame(desk, running, JPEG)
    service.leave(desk, place)
    assert [count(desk, each) for each in (Room, Signal, Frame)] == [0, 0, 0]


def test_running_session_may_be_seen(desk: Desk, running: RemoteSession) -> None:
    assert (service.may_meet(desk, running), service.may_see(desk, running)) == (True, True)


def test_paused_session_is_met_and_not_seen(desk: Desk, running: RemoteSession) -> None:
    place = service.join(desk, running, CUSTOMER)
    session_service.pause(desk, running)
    assert (service.may_meet(desk, running), service.may_see(desk, running)) == (True, False)
    assert service.hand_on(desk, place, offer(place)) is Verdict.DROP
    with pytest.raises(Refused):
        service.keep_frame(desk, running, JPEG)


def test_consent_without_the_view_shows_nothing(desk: Desk, running: RemoteSession) -> None:
    consents.give(desk, running, scopes.FILES, "link", "Karla Kundin")
    assert (service.may_meet(desk, running), service.may_see(desk, running)) == (False, False)


def test_consent_taken_back_shows_nothing(desk: Desk, running: RemoteSession) -> None:
    place = service.join(desk, running, CUSTOMER)
    consents.withdraw(desk, running)
    assert service.hand_on(desk, place, offer(place)) is Verdict.REFUSE


def test_first_who_comes_in_is_alone(desk: Desk, running: RemoteSession) -> None:
    first = service.join(desk, running, CUSTOMER)
    second = service.join(desk, running, AGENT)
    seen = (first.ways[AGENT]["is_here"], second.ways[AGENT]["is_here"])
    assert seen == (False, True)
    assert first.generation == second.generation
    heard = queries.signals(desk, running.id, CUSTOMER, first.signal_id)
    assert [each.body for each in heard] == ['{"kind": "here", "viewer": "agent"}']


def test_offer_and_answer_are_counted(desk: Desk, running: RemoteSession) -> None:
    customer = service.join(desk, running, CUSTOMER)
    agent = service.join(desk, running, AGENT)
    answer = Message("answer", viewer=AGENT, no=1, sdp=SDP)
    outcomes = [
        service.hand_on(desk, customer, offer(customer)),
        service.hand_on(desk, customer, offer(customer)),
        service.hand_on(desk, agent, answer),
        service.hand_on(desk, agent, answer),
        service.hand_on(desk, customer, offer(customer, no=2)),
    ]
    assert [each.value for each in outcomes] == [
        "hand on",
        "refuse",
        "hand on",
        "refuse",
        "hand on",
    ]
    room = desk.session.get_one(Room, running.id)
    assert (room.agent_offered, room.agent_answered) == (2, 1)


def test_newer_socket_takes_the_place_of_the_older(desk: Desk, running: RemoteSession) -> None:
    older = service.join(desk, running, CUSTOMER)
    newer = service.join(desk, running, CUSTOMER)
    assert service.hand_on(desk, older, offer(older)) is Verdict.REFUSE
    service.leave(desk, older)
    assert service.hand_on(desk, newer, offer(newer)) is Verdict.HAND_ON
    pulse = queries.pulse(desk, running.id)
    assert pulse is not None
    assert pulse.customer_socket == newer.socket


def test_another_start_of_tresen_asks_for_a_new_yes(desk: Desk, running: RemoteSession) -> None:
    before = service.join(desk, running, CUSTOMER)
    service.join(desk, running, AGENT)
    service.hand_on(desk, before, offer(before))
    # As a process that is gone left it.
    desk.session.get_one(Room, running.id).boot = "earlier"
    after = service.join(desk, running, CUSTOMER)
    renewed = after.generation != before.generation
    assert (renewed, after.ways[AGENT]) == (True, {"offered": 0, "is_here": False})
    assert service.hand_on(desk, after, offer(before)) is Verdict.REFUSE
    assert service.hand_on(desk, after, offer(after)) is Verdict.HAND_ON


def test_who_leaves_is_told_to_the_other(desk: Desk, running: RemoteSession) -> None:
    customer = service.join(desk, running, CUSTOMER)
    agent = service.join(desk, running, AGENT)
    service.leave(desk, agent)
    heard = queries.signals(desk, running.id, CUSTOMER, customer.signal_id)
    assert [each.kind for each in heard] == ["here", "gone"]


def test_sign_of_life_moves_the_session_on(desk: Desk, running: RemoteSession, clock: Any) -> None:
    agent = service.join(desk, running, AGENT)
    clock.go(minutes=5)
    assert service.hand_on(desk, agent, Message("seen")) is Verdict.HAND_ON
    assert running.seen_at == desk.now()
    assert queries.last_signal(desk, running.id) == agent.signal_id


def test_only_the_newest_picture_is_kept(desk: Desk, running: RemoteSession) -> None:
    later = JPEG.replace(b"a picture", b"another")
    numbers = [service.keep_frame(desk, running, each) for each in (JPEG, later)]
    assert (numbers, count(desk, Frame)) == ([1, 2], 1)
    found = queries.frame(desk, running.id, after=1)
    assert found is not None
    assert found.jpeg == later
    assert queries.frame(desk, running.id, after=2) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"GIF89a", JPEG[:-2], JPEG[2:], b"\xff\xd8\xff" + bytes(1_000_000) + b"\xff\xd9"],
    ids=["nothing", "gif", "without end", "without beginning", "too large"],
)
def test_what_is_no_picture_is_refused(body: bytes, desk: Desk, running: RemoteSession) -> None:
    with pytest.raises(Refused):
        service.keep_frame(desk, running, body)


def test_line_of_the_chat_outlives_the_room(desk: Desk, running: RemoteSession) -> None:
    service.join(desk, running, CUSTOMER)
    service.say(desk, running, CUSTOMER, "  It is this window.  ")
    service.wipe(desk, [running.id])
    assert [each.text for each in queries.lines(desk, running.id)] == ["It is this window."]
    assert count(desk, ChatLine) == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001], ids=["empty", "blank", "too long"])
def test_line_without_words_or_end_is_refused(
    text: str, desk: Desk, running: RemoteSession
) -> None:
    with pytest.raises(Refused):
        service.say(desk, running, CUSTOMER, text)


def test_line_wakes_who_waits(desk: Desk, running: RemoteSession) -> None:
    service.join(desk, running, AGENT)
    before = queries.pulse(desk, running.id)
    service.say(desk, running, CUSTOMER, "Hello")
    after = queries.pulse(desk, running.id)
    assert before is not None
    assert after is not None
    assert after.news == before.news + 1
