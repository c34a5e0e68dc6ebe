# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent and the second agent look on at the same time, each by a way of their own."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from tresen.sdk import Desk, Person
from tresen_remote_support import answers, service
from tresen_remote_support.live import messages, states
from tresen_remote_support.live import service as rooms
from tresen_remote_support.live.messages import AGENT, SECOND, Message
from tresen_remote_support.live.models import Room
from tresen_remote_support.live.states import CUSTOMER, Verdict
from tresen_remote_support.models import RemoteSession

SDP = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
FRAMES = """(wanted) => new Promise((done) => {
  const video = document.querySelector("[data-stage] video");
  let count = 0;
  const next = () => (++count === wanted ? done(count) : video.requestVideoFrameCallback(next));
  video.requestVideoFrameCallback(next);
})"""
SHARE = "Share your screen"
CODE = re.compile(r"^\d{4} \d{4}$")

Step = Callable[[Desk, RemoteSession], None]


def offer(place: rooms.Place, viewer: str, no: int = 1) -> Message:
    """Return an offer to a viewer."""
    return Message("offer", viewer=viewer, no=no, generation=place.generation, sdp=SDP)


# ---------------------------------------------------------------------------- who may say what


def test_each_viewers_offers_are_counted_for_themselves(desk: Desk, running: RemoteSession) -> None:
    customer = rooms.join(desk, running, CUSTOMER)
    steps = [offer(customer, AGENT), offer(customer, SECOND), offer(customer, SECOND, no=2)]
    outcomes = [rooms.hand_on(desk, customer, each) for each in steps]
    room = desk.session.get_one(Room, running.id)
    counted = (room.agent_offered, room.second_offered)
    assert (outcomes, counted) == ([Verdict.HAND_ON] * 3, (1, 2))


@pytest.mark.parametrize(("role", "other"), [(AGENT, SECOND), (SECOND, AGENT)])
@pytest.mark.parametrize("kind", ["answer", "ice"])
def test_viewer_cannot_speak_for_the_other(
    kind: str, role: str, other: str, desk: Desk, running: RemoteSession
) -> None:
    customer, viewer = (rooms.join(desk, running, each) for each in (CUSTOMER, role))
    for each in (AGENT, SECOND):
        rooms.hand_on(desk, customer, offer(customer, each))
    said = Message(kind, viewer=other, no=1, sdp=SDP)
    assert rooms.hand_on(desk, viewer, said) is Verdict.REFUSE


def test_who_comes_as_one_viewer_leaves_the_other_in_place(
    desk: Desk, running: RemoteSession
) -> None:
    first, second = (rooms.join(desk, running, each) for each in (AGENT, SECOND))
    customer = rooms.join(desk, running, CUSTOMER)
    room = desk.session.get_one(Room, running.id)
    here = {viewer: way["is_here"] for viewer, way in customer.ways.items()}
    kept = (room.agent_socket, room.second_socket)
    assert (here, kept) == ({AGENT: True, SECOND: True}, (first.socket, second.socket))


def test_who_is_both_agents_looks_on_as_the_first(running: RemoteSession, agent: Person) -> None:
    running.second_agent_id = agent.id
    assert states.viewer_of(running, agent.id) == AGENT


def test_nobody_looks_on_as_nobody(running: RemoteSession) -> None:
    running.second_agent_id = None
    assert states.viewer_of(running, None) is None


# ------------------------------------------------------------------------------ on the sockets


@pytest.mark.usefixtures("four_eyes")
def test_each_viewer_hears_of_the_own_picture_alone(dial: Any) -> None:
    customer, agent, second = (dial(role) for role in (CUSTOMER, AGENT, SECOND))
    customer.offer(viewer=SECOND)
    customer.say("bye")
    # What is next at the agent's is for both, although an offer came before it.
    heard = [agent.ws.receive(timeout=20), second.hear("offer")["viewer"], second.hear("bye")]
    assert heard == ['{"kind": "bye"}', SECOND, {"kind": "bye"}]


@pytest.mark.usefixtures("four_eyes")
def test_customer_hears_who_comes_and_goes(dial: Any) -> None:
    customer, second = dial(CUSTOMER), dial(SECOND)
    came = customer.hear("here")
    agent = dial(AGENT)
    came_later = customer.hear("here")
    second.ws.close()
    told = [each["viewer"] for each in (came, came_later, customer.hear("gone"))]
    customer.offer()
    assert (told, agent.hear("offer")["no"]) == ([SECOND, AGENT, SECOND], 1)


@pytest.mark.usefixtures("four_eyes")
def test_flood_of_one_viewer_leaves_the_other_and_the_customer(dial: Any) -> None:
    customer, agent, second = (dial(role) for role in (CUSTOMER, AGENT, SECOND))
    for _each in range(1000):
        try:
            second.say("bye")
        except (OSError, RuntimeError):
            break
    flooded = second.closed_with()
    customer.offer()
    assert (flooded, agent.hear("offer")["no"]) == (states.FLOODED, 1)


def test_second_agent_who_is_taken_off_loses_the_socket(
    dial: Any, four_eyes: Person, in_new_desk: Any, running: RemoteSession
) -> None:
    agent, second = dial(AGENT), dial(SECOND)

    def take_off(desk: Desk) -> None:
        row = desk.session.scalars(select(RemoteSession).filter_by(id=running.id)).one()
        assert row.second_agent_id == four_eyes.id
        row.second_agent_id = None

    in_new_desk(take_off)
    closed = second.closed_with()
    dial(CUSTOMER).offer()
    assert (closed, agent.hear("offer")["no"]) == (states.FORBIDDEN, 1)


# ------------------------------------------------------------------------- in three browsers


class Three:
    """The pages of the customer and of both who look on."""

    def __init__(self, pages: Callable[..., Any]) -> None:
        self.agent, self.second, self.customer = (pages(role) for role in (AGENT, SECOND, CUSTOMER))

    def share(self) -> None:
        """Let the customer share, and wait until both see it move."""
        self.customer.get_by_role("button", name=SHARE).click()
        for viewer in (self.agent, self.second):
            viewer.locator("[data-mode=live]").wait_for()
            assert viewer.evaluate(FRAMES, 5) == 5

    def line(self, viewer: str) -> Any:
        """Return what the customer reads of a viewer."""
        return self.customer.locator(f"[data-viewer={viewer}]")


@pytest.fixture
def three(pages: Callable[..., Any], four_eyes: Person) -> Three:
    """Return the three pages, each open."""
    assert four_eyes.name
    return Three(pages)


@pytest.fixture
def do(in_new_desk: Any, running: RemoteSession) -> Callable[[Step], None]:
    """Return a function that takes a step of the session, as another request would."""

    def go(act: Step) -> None:
        in_new_desk(lambda desk: act(desk, desk.session.get_one(RemoteSession, running.id)))

    return go


def test_both_see_the_picture_and_the_customer_reads_who(
    three: Three, agent: Person, four_eyes: Person
) -> None:
    three.share()
    for viewer, person in ((AGENT, agent), (SECOND, four_eyes)):
        line = three.line(viewer).get_by_text(f"{person.name} sees what stands below.")
        line.wait_for()
        expect(line.locator("xpath=..").locator("[data-code]")).to_have_text(CODE)
    codes = [three.line(viewer).locator("[data-code]") for viewer in (AGENT, SECOND)]
    shown = [page.locator("[data-code]") for page in (three.agent, three.second)]
    assert [each.text_content() for each in codes] == [each.text_content() for each in shown]


def test_one_who_leaves_takes_nothing_from_the_other(three: Three, four_eyes: Person) -> None:
    three.share()
    three.agent.evaluate("globalThis.kept = document.querySelector('[data-stage] video').srcObject")
    three.second.close()
    three.line(SECOND).get_by_text(f"{four_eyes.name} does not look on.").wait_for()
    same = "kept === document.querySelector('[data-stage] video').srcObject"
    assert (three.agent.evaluate(same), three.agent.evaluate(FRAMES, 5)) == (True, 5)


def test_second_agent_has_no_pointer(three: Three) -> None:
    three.share()
    three.second.get_by_text("The customer sees that you look on.").wait_for()
    three.second.locator("[data-stage]").hover()
    hidden = three.customer.locator("[data-dot]").is_hidden()
    three.agent.locator("[data-stage]").hover()
    three.customer.locator("[data-dot]").wait_for()
    assert hidden is True


@pytest.mark.parametrize("stop", [answers.stop, service.end], ids=["customer", "agent"])
def test_end_takes_the_picture_from_both(stop: Step, three: Three, do: Any) -> None:
    three.share()
    do(stop)
    for viewer in (three.agent, three.second):
        viewer.locator("[data-stage]").wait_for(state="detached")
    assert three.agent.locator("[data-room]").count() == 0


def test_chat_of_three_names_each(three: Three, four_eyes: Person) -> None:
    three.second.get_by_label("Write").fill("I look on.")
    three.second.get_by_label("Write").press("Enter")
    for page in (three.agent, three.customer):
        page.locator("[data-lines] li", has_text="I look on.").wait_for()
    lines = [page.locator("[data-lines] li") for page in (three.second, three.agent)]
    own = [bool(re.search("chat-own", each.get_attribute("class") or "")) for each in lines]
    names = [each.locator("[data-name]").text_content() for each in lines]
    assert (own, names) == ([True, False], [four_eyes.name] * 2)


def test_words_for_viewers_are_those_of_messages() -> None:
    assert (messages.VIEWERS, set(states.MAY_SEND)) == ((AGENT, SECOND), {CUSTOMER, AGENT, SECOND})
