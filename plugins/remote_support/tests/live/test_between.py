# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody stands in between: the picture goes through them, and the codes tell (safety R09)."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

CODE = re.compile(r"^\d{4} \d{4}$")
FRAMES = """(wanted) => new Promise((done) => {
  const video = document.querySelector("[data-stage] video");
  let count = 0;
  const next = () => (++count === wanted ? done(count) : video.requestVideoFrameCallback(next));
  video.requestVideoFrameCallback(next);
})"""
# Ends both connections in a browser of the one in between, with keys of their own.
BETWEEN = """() => {
const whole = (link) => new Promise((done) => {
  if (link.iceGatheringState === "complete") return done();
  link.onicegatheringstatechange = () => link.iceGatheringState === "complete" && done();
});
const described = async (link) => {
  await link.setLocalDescription();
  await whole(link);
  return link.localDescription.sdp;
};
globalThis.takeOffer = async (sdp) => {
  const [theirs, ours] = (globalThis.links = [new RTCPeerConnection(), new RTCPeerConnection()]);
  const came = new Promise((done) => (theirs.ontrack = ({ track }) => done(track)));
  await theirs.setRemoteDescription({ type: "offer", sdp });
  const answer = await described(theirs);
  const track = await came;
  ours.addTrack(track, new MediaStream([track]));
  ours.createDataChannel("pointer");
  return [answer, await described(ours)];
};
globalThis.takeAnswer = (sdp) => links[1].setRemoteDescription({ type: "answer", sdp });
globalThis.states = () => links.map((each) => each.connectionState);
}"""
# The same code from other fingerprints: what a wrong one comes to.
CODES = """async ([url, mine, theirs]) => {
  const { codeOf } = await import(url);
  const of = (local, remote) =>
    codeOf({ localDescription: { sdp: local }, remoteDescription: { sdp: remote } });
  return [await of(mine, theirs), await of(theirs, mine), await of(mine, mine)];
}"""


class Wire:
    """The agent's line, which the one in between holds: the agent's page hears what they say."""

    def __init__(self) -> None:
        self.route: Any = None
        self.said: list[dict[str, Any]] = []

    def take(self, route: Any) -> None:
        """Take the page's socket instead of Tresen."""
        self.route = route
        route.on_message(lambda raw: self.said.append(json.loads(raw)))

    def say(self, **message: Any) -> None:
        """Tell the agent's page something in the name of Tresen."""
        self.route.send(json.dumps(message))

    def heard(self, page: Any, kind: str) -> dict[str, Any]:
        """Return what the agent's page said of a kind, once it did."""
        while (found := next((each for each in self.said if each["kind"] == kind), None)) is None:
            # Lets the page go on, and returns after what it has to do.
            page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
        return found


@pytest.fixture
def between(sharing_chromium: Any, live_address: str) -> Iterator[Any]:
    """Return the page of the one in between."""
    context = sharing_chromium.new_context()
    page = context.new_page()
    page.goto(f"{live_address}/remote_support/join")
    page.evaluate(BETWEEN)
    yield page
    context.close()


@pytest.mark.timeout(180)
def test_one_in_between_cannot_make_the_codes_equal(
    dial: Callable[..., Any], pages: Callable[..., Any], between: Any
) -> None:
    wire, agent, customer = Wire(), pages("agent"), pages("customer")
    agent.route_web_socket(re.compile("/signal$"), wire.take)
    agent.reload()
    server = {"ice": {"servers": [], "relay": False}, "state": "active", "generation": "g"}
    ways = {"agent": {"offered": 0, "is_here": True}}
    agent.locator("[data-mode=offline]").wait_for()
    wire.say(kind="room", ways=ways, **server)
    thief = dial("agent")
    customer.get_by_role("button", name="Share your screen").click()
    answer, offer = between.evaluate("(sdp) => takeOffer(sdp)", thief.hear("offer")["sdp"])
    thief.say("answer", viewer="agent", no=1, sdp=answer)
    wire.say(kind="offer", viewer="agent", no=1, generation="g", sdp=offer)
    between.evaluate("(sdp) => takeAnswer(sdp)", wire.heard(agent, "answer")["sdp"])
    for page in (agent, customer):
        page.locator("[data-mode=live]").wait_for()
        expect(page.locator("[data-code]")).to_have_text(CODE)
    codes = [page.locator("[data-code]").text_content() for page in (agent, customer)]
    # The picture is stolen, and nothing but the code tells.
    stolen = (agent.evaluate(FRAMES, 5), between.evaluate("states()"))
    assert (stolen, codes[0] != codes[1]) == ((5, ["connected", "connected"]), True)


def other_byte(found: re.Match[str]) -> str:
    """Return a byte that is not the one that was found: a real one may be 00."""
    return "01" if found[0] == "00" else "00"


@pytest.mark.timeout(180)
def test_swapped_fingerprint_connects_nobody(
    dial: Callable[..., Any], pages: Callable[..., Any], between: Any
) -> None:
    thief, customer = dial("agent"), pages("customer")
    customer.get_by_role("button", name="Share your screen").click()
    answer, _offer = between.evaluate("(sdp) => takeOffer(sdp)", thief.hear("offer")["sdp"])
    swapped = re.sub(r"(?<=a=fingerprint:sha-256 )..", other_byte, answer)
    thief.say("answer", viewer="agent", no=1, sdp=swapped)
    # Encryption fails, and the way over Tresen is taken instead, which has no code to compare.
    customer.locator("[data-mode=pictures]").wait_for()
    code = customer.locator("[data-code]").text_content()
    assert ("connected" in between.evaluate("states()")[:1], code) == (False, "")


def test_code_depends_on_both_fingerprints_and_not_on_the_side(
    pages: Callable[..., Any],
) -> None:
    page = pages("agent")
    script = page.locator("script[src*='live/viewing']").get_attribute("src")
    url = script.replace("viewing", "code")
    prints = [f"v=0\r\na=fingerprint:sha-256 {each}:22:33\r\n" for each in ("AA", "BB")]
    mine, theirs, forged = page.evaluate(CODES, [url, *prints])
    assert (mine == theirs, mine == forged, bool(CODE.match(mine))) == (True, False, True)
