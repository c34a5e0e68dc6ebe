# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sockets on the real server: who comes in, what is handed on, and when they are closed."""

from collections.abc import Callable
from socket import socketpair
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.sdk import Core, Desk, Person, desk_for
from tresen_remote_support import answers, service
from tresen_remote_support.live import sockets, states
from tresen_remote_support.live.messages import LARGEST
from tresen_remote_support.live.models import Room, Signal
from tresen_remote_support.models import RemoteSession

Act = Callable[[Desk, RemoteSession], None]
Do = Callable[[Act], None]


# So often the database is read until what another thread writes is there.
LOOKS = 2_000


def is_empty(counts: list[int | None]) -> bool:
    """Tell whether nothing is left."""
    return not any(counts)


@pytest.fixture
def do(in_new_desk: Any, running: RemoteSession) -> Do:
    """Return a function that takes a step of the session, as another request would."""

    def go(act: Act) -> None:
        in_new_desk(lambda desk: act(desk, desk.session.get_one(RemoteSession, running.id)))

    return go


def test_offer_answer_and_candidates_reach_the_other_side(dial: Any) -> None:
    customer = dial("customer")
    agent = dial("agent")
    assert customer.hear("here") == {"kind": "here", "viewer": "agent"}
    customer.offer()
    offer = agent.hear("offer")
    agent.say("answer", viewer="agent", no=1, sdp=offer["sdp"])
    customer.say("ice", viewer="agent", no=1, candidate="candidate:1", mid="0", line=0)
    agent.say("ice", viewer="agent", no=1, candidate="candidate:2", mid="0", line=0)
    heard = customer.hear("answer"), agent.hear("ice"), customer.hear("ice")
    assert [each["kind"] for each in heard] == ["answer", "ice", "ice"]
    assert (heard[1]["candidate"], heard[2]["candidate"]) == ("candidate:1", "candidate:2")


def test_who_comes_learns_how_the_room_stands(dial: Any) -> None:
    customer, first = dial("customer"), dial("agent")
    customer.offer()
    # The room knows of the offer once it was handed on.
    first.hear("offer")
    agent = dial("agent")
    told = {key: agent.room[key] for key in ("state", "ways", "ice")}
    ways = {"agent": {"offered": 1, "is_here": True}}
    assert told == {"state": "active", "ways": ways, "ice": {"servers": [], "relay": False}}


def test_side_that_goes_is_told_to_the_other(dial: Any) -> None:
    customer = dial("customer")
    agent = dial("agent")
    agent.ws.close()
    assert customer.hear("gone") == {"kind": "gone", "viewer": "agent"}


def test_signals_written_by_another_process_arrive(dial: Any, do: Do) -> None:
    agent = dial("agent")

    def write(desk: Desk, row: RemoteSession) -> None:
        moment = desk.now()
        body = '{"kind": "bye"}'
        desk.session.add(
            Signal(session_id=row.id, sender="customer", kind="bye", body=body, at=moment)
        )
        desk.session.get_one(Room, row.id).news += 1

    do(write)
    assert agent.hear("bye") == {"kind": "bye"}


@pytest.mark.parametrize(
    "stop",
    [answers.stop, service.end, lambda desk, row: service.fail(desk, row, "No line.")],
    ids=["customer", "agent", "failed"],
)
def test_sockets_are_closed_when_the_session_is_over(stop: Act, dial: Any, do: Do) -> None:
    agent, customer = dial("agent"), dial("customer")
    do(stop)
    assert (agent.closed_with(), customer.closed_with()) == (states.OVER, states.OVER)


def test_nothing_of_a_room_is_left_when_its_sockets_are_closed(
    dial: Any, do: Do, in_new_desk: Any
) -> None:
    customer = dial("customer")
    customer.offer()
    do(service.end)
    customer.closed_with()

    def count(desk: Desk) -> list[int | None]:
        models = (Room, Signal)
        return [desk.session.scalar(select(func.count()).select_from(each)) for each in models]

    # Its own thread is still at it when the browser knows.
    counts = next(filter(is_empty, (in_new_desk(count) for _each in range(LOOKS))), None)
    assert counts == [0, 0]


def test_pause_and_going_on_are_told(dial: Any, do: Do) -> None:
    agent, customer = dial("agent"), dial("customer")
    do(service.pause)
    paused = agent.hear("state"), customer.hear("state")
    do(service.begin)
    active = agent.hear("state"), customer.hear("state")
    told = [each["state"] for each in (*paused, *active)]
    assert told == ["paused", "paused", "active", "active"]


# ------------------------------------------------------------------------------- R03: roles


@pytest.mark.parametrize(
    ("role", "kind", "fields"),
    [
        ("agent", "offer", {"viewer": "agent", "no": 1, "generation": "x", "sdp": "{sdp}"}),
        ("customer", "answer", {"viewer": "agent", "no": 1, "sdp": "{sdp}"}),
        ("agent", "answer", {"viewer": "agent", "no": 1, "sdp": "{sdp}"}),
        ("agent", "ice", {"viewer": "agent", "no": 1, "candidate": "c", "mid": "0", "line": 0}),
        (
            "customer",
            "offer",
            {"viewer": "agent", "no": 1, "generation": "another", "sdp": "{sdp}"},
        ),
    ],
    ids=["agent offers", "customer answers", "nothing to answer", "too early", "old generation"],
)
def test_message_that_is_not_the_sides_to_send_closes_its_socket(
    role: str, kind: str, fields: dict[str, Any], dial: Any, an_offer: Any
) -> None:
    caller = dial(role)
    caller.say(kind, **{k: an_offer.sdp if v == "{sdp}" else v for k, v in fields.items()})
    assert caller.closed_with() == states.FORBIDDEN


def test_offer_sent_twice_closes_the_socket(dial: Any) -> None:
    customer = dial("customer")
    customer.offer()
    customer.offer()
    assert customer.closed_with() == states.FORBIDDEN


def test_second_socket_of_a_side_closes_the_first(dial: Any) -> None:
    first, second = dial("agent"), dial("agent")
    assert first.closed_with() == states.TAKEN_OVER
    customer = dial("customer")
    customer.offer()
    assert second.hear("offer")["no"] == 1


# ----------------------------------------------------------------------- R04: the handshake


@pytest.mark.parametrize("role", ["customer", "agent"])
@pytest.mark.parametrize(
    "foreign", ["", "null", "https://evil.example", "http://127.0.0.1:8080.evil.example"]
)
def test_handshake_from_a_foreign_page_is_refused(role: str, foreign: str, handshake: Any) -> None:
    assert handshake(role, Origin=foreign) == 403


@pytest.mark.parametrize("role", ["customer", "agent"])
def test_handshake_from_our_page_is_taken(role: str, handshake: Any, live_address: str) -> None:
    assert (handshake(role), handshake(role, Origin=live_address)) == (101, 101)


def test_browser_that_is_gone_at_once_is_no_fault_of_the_plugin(
    core: Core, app: Flask, agent: Person, running: RemoteSession, acting: Any
) -> None:
    for each in (pair := socketpair()):
        each.close()
    with app.test_request_context(base_url=core.config.base_url), desk_for(core) as desk:
        g.desk, g.party = desk, sockets.Party("agent", acting(agent), running)
        ended = sockets.talk(SimpleNamespace(sock=pair[0], thread=Thread()), running.reference)
    assert ended is None


def test_handshake_without_a_cookie_is_refused(handshake: Any) -> None:
    # The agent's is led to the sign-in, which no socket follows.
    assert (handshake("customer", Cookie=""), handshake("agent", Cookie="")) == (410, 302)


def test_handshake_with_a_seat_that_is_over_is_refused(handshake: Any, do: Do) -> None:
    do(answers.stop)
    assert (handshake("customer"), handshake("agent")) == (410, 409)


def test_handshake_for_a_room_of_others_is_refused(
    handshake: Any, requested: RemoteSession, cookies: dict[str, str]
) -> None:
    assert handshake("customer", reference="0000AAAA") == 410
    assert handshake("agent", reference="0000AAAA") == 404
    crossed = {"customer": cookies["agent"], "agent": cookies["customer"]}
    statuses = {role: handshake(role, Cookie=cookie) for role, cookie in crossed.items()}
    assert (statuses, requested.state) == ({"customer": 410, "agent": 302}, "active")


def test_agent_of_another_session_is_refused(
    handshake: Any, colleague: Person, do: Do, sign_in: Any
) -> None:
    kept = sign_in(colleague)._cookies.values()
    cookie = "; ".join(f"{each.key}={each.value}" for each in kept)
    assert handshake("agent", Cookie=cookie) == 403

    def look_on(_desk: Desk, row: RemoteSession) -> None:
        row.second_agent_id = colleague.id

    do(look_on)
    assert handshake("agent", Cookie=cookie) == 101


def test_agent_who_signs_out_loses_the_socket(dial: Any, agents_browser: FlaskClient) -> None:
    caller, customer = dial("agent"), dial("customer")
    agents_browser.post("/sign-out")
    assert caller.closed_with() == states.FORBIDDEN
    assert customer.hear("gone") == {"kind": "gone", "viewer": "agent"}


def test_agent_who_is_taken_off_the_session_loses_the_socket(
    dial: Any, do: Do, colleague: Person
) -> None:
    caller = dial("agent")

    def replace(_desk: Desk, row: RemoteSession) -> None:
        row.agent_id = colleague.id

    do(replace)
    assert caller.closed_with() == states.FORBIDDEN


def test_agent_who_is_no_longer_active_loses_the_socket(
    dial: Any, agent: Person, in_new_desk: Any
) -> None:
    caller = dial("agent")

    def remove(desk: Desk) -> None:
        desk.session.get_one(Person, agent.id).is_active = False

    in_new_desk(remove)
    assert caller.closed_with() == states.FORBIDDEN


# ------------------------------------------------------------------- R05 and R06: too much


@pytest.mark.parametrize("text", ["", "x", "{}", '{"kind": "here"}', "[" * 40_000, "\0"])
def test_malformed_message_closes_the_socket(text: str, dial: Any) -> None:
    caller = dial("customer")
    caller.ws.send(text)
    assert caller.closed_with() == states.MALFORMED


def test_bytes_close_the_socket(dial: Any) -> None:
    caller = dial("customer")
    caller.ws.send(b'{"kind": "bye"}')
    assert caller.closed_with() == states.MALFORMED


def test_message_of_a_megabyte_closes_the_socket_and_the_server_lives(dial: Any) -> None:
    caller = dial("customer")
    caller.ws.send("x" * 1_000_000)
    assert caller.closed_with() == 1009
    customer, agent = dial("customer"), dial("agent")
    customer.offer()
    assert agent.hear("offer")["no"] == 1


def test_message_of_the_largest_size_is_read(dial: Any) -> None:
    caller = dial("customer")
    caller.ws.send("x" * LARGEST)
    assert caller.closed_with() == states.MALFORMED


def test_flood_closes_its_own_socket_alone(dial: Any) -> None:
    flooding, agent = dial("customer"), dial("agent")
    for _each in range(1000):
        try:
            flooding.say("bye")
        except (OSError, RuntimeError):
            break
    assert flooding.closed_with() == states.FLOODED
    customer = dial("customer")
    customer.offer()
    assert agent.hear("offer")["no"] == 1
