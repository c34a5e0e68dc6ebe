# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two browsers: what the customer shares moves on the agent's page, and stops with the consent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from tresen.sdk import Desk
from tresen.testing import browser
from tresen_remote_support import answers, service
from tresen_remote_support.live.models import Room
from tresen_remote_support.models import RemoteSession

# Resolves when so many frames were drawn.
FRAMES = """(wanted) => new Promise((done) => {
  const video = document.querySelector("[data-stage] video");
  let count = 0;
  const next = () => (++count === wanted ? done(count) : video.requestVideoFrameCallback(next));
  video.requestVideoFrameCallback(next);
})"""
# Keeps the sockets and connections of a page at hand.
WATCHED = """
for (const name of ["WebSocket", "RTCPeerConnection"]) {
  const made = (globalThis["made" + name] = []);
  globalThis[name] = class extends globalThis[name] {
    constructor(...given) { super(...given); made.push(this); }
  };
}
"""
# How many frames the customer's newest connection has sent.
SENT = """async () => {
  const found = await madeRTCPeerConnection.at(-1).getStats();
  return [...found.values()].find((each) => each.type === "outbound-rtp")?.framesSent ?? 0;
}"""
TRACK = "() => document.querySelector('[data-room] video').srcObject?.getVideoTracks()[0]"
VIDEO = "document.querySelector('[data-stage] video').srcObject"
SHARE = "Share your screen"

Do = Callable[[Callable[[Desk, RemoteSession], None]], None]


def until(page: Any, condition: str) -> None:
    """Return when it holds; the page's policy forbids Playwright's own way, which is eval."""
    look = f"const look = () => ({condition}) ? done() : setTimeout(look, 20);"
    page.evaluate(f"() => new Promise((done) => {{ {look} look(); }})")


class Two:
    """Both pages of a session."""

    def __init__(self, agent: Any, customer: Any) -> None:
        self.agent, self.customer = agent, customer

    def share(self) -> None:
        """Let the customer press the one button."""
        self.customer.get_by_role("button", name=SHARE).click()

    def moves(self) -> bool:
        """Tell whether twenty frames are drawn at the agent's."""
        return bool(self.agent.evaluate(FRAMES, 20) == 20)

    def wait(self, agent: str, customer: str) -> None:
        """Return when both pages have come to a mode."""
        self.agent.locator(f"[data-mode={agent}]").wait_for()
        self.customer.locator(f"[data-mode={customer}]").wait_for()

    def watch(self) -> None:
        """Load the customer's page anew, with what it makes at hand."""
        self.customer.add_init_script(WATCHED)
        self.customer.reload()


@pytest.fixture
def two(pages: Any) -> Two:
    """Return both pages, each open."""
    return Two(pages("agent"), pages("customer"))


@pytest.fixture
def do(in_new_desk: Any, running: RemoteSession) -> Do:
    """Return a function that takes a step of the session, as another request would."""

    def go(act: Callable[[Desk, RemoteSession], None]) -> None:
        in_new_desk(lambda desk: act(desk, desk.session.get_one(RemoteSession, running.id)))

    return go


def test_shared_screen_moves_on_the_agents_page(two: Two) -> None:
    two.wait("waiting", "ready")
    two.share()
    assert two.moves()
    two.wait("live", "live")
    assert two.customer.get_by_text("You are sharing your screen.").is_visible()


def test_both_pages_show_the_same_code(two: Two) -> None:
    two.share()
    two.wait("live", "live")
    codes = [page.locator("[data-code]") for page in (two.agent, two.customer)]
    for each in codes:
        expect(each).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    assert codes[0].text_content() == codes[1].text_content()


def test_agent_who_comes_later_sees_it(pages: Any) -> None:
    customer = pages("customer")
    customer.get_by_role("button", name=SHARE).click()
    customer.locator("[data-mode=waiting]").wait_for()
    two = Two(pages("agent"), customer)
    assert two.moves()


def test_no_sound_is_asked_for(two: Two) -> None:
    two.share()
    two.wait("live", "live")
    kinds = two.customer.evaluate(
        "document.querySelector('[data-room] video').srcObject.getTracks().map((each) => each.kind)"
    )
    assert kinds == ["video"]


def test_agents_pointer_is_shown_at_the_customers(two: Two) -> None:
    two.share()
    assert two.moves()
    stage = two.agent.locator("[data-stage]")
    box = stage.bounding_box()
    stage.hover(position={"x": box["width"] / 4, "y": box["height"] / 2})
    dot = two.customer.locator("[data-dot]")
    dot.wait_for()
    at = dot.evaluate("(dot) => [dot.style.insetInlineStart, dot.style.insetBlockStart]")
    assert [round(float(each.rstrip("%"))) for each in at] == [25, 50]


def test_agents_pointer_moves_by_keys(two: Two) -> None:
    two.share()
    assert two.moves()
    two.agent.locator("[data-stage]").focus()
    two.agent.keyboard.press("ArrowRight")
    dot = two.customer.locator("[data-dot]")
    dot.wait_for()
    assert dot.evaluate("(dot) => dot.style.insetInlineStart") == "52%"


def test_chat_goes_both_ways(two: Two) -> None:
    for page, other, text in (
        (two.agent, two.customer, "Which window?"),
        (two.customer, two.agent, "The left <b>one</b>."),
    ):
        page.get_by_label("Write").fill(text)
        page.get_by_label("Write").press("Enter")
        other.locator("[data-lines] [data-text]", has_text=text).wait_for()
    shown = [page.locator("[data-text]").all_text_contents() for page in (two.agent, two.customer)]
    assert shown == [["Which window?", "The left <b>one</b>."]] * 2


# ------------------------------------------------------------ R02: the picture stops with the yes


def test_pause_stops_the_picture_and_going_on_brings_it_back(two: Two, do: Do) -> None:
    two.watch()
    two.share()
    assert two.moves()
    do(service.pause)
    two.customer.locator("[data-mode=paused]").wait_for()
    before = two.customer.evaluate(SENT)
    two.agent.locator("[data-mode=paused]").wait_for()
    assert two.customer.evaluate(SENT) == before
    do(service.begin)
    # Nothing was pressed: the customer's choice holds.
    assert two.moves()


def test_stop_ends_the_track_before_the_server_is_asked(two: Two) -> None:
    two.share()
    two.wait("live", "live")
    two.customer.evaluate(f"globalThis.kept = ({TRACK})()")
    # Told when the form is about to be sent, after the page itself was.
    noted = "() => addEventListener('submit', () => sessionStorage.setItem('t', kept.readyState))"
    two.customer.evaluate(noted)
    two.customer.get_by_role("button", name="Stop at once").click()
    two.customer.get_by_text("This session is over.").wait_for()
    two.agent.locator("[data-room]").wait_for(state="detached")
    assert two.customer.evaluate("() => sessionStorage.getItem('t')") == "ended"


@pytest.mark.parametrize("stop", [answers.stop, service.end], ids=["customer", "agent"])
def test_end_of_the_session_ends_the_picture(stop: Any, two: Two, do: Do) -> None:
    two.share()
    two.wait("live", "live")
    two.customer.evaluate(f"globalThis.kept = ({TRACK})()")
    two.customer.evaluate("document.querySelector('[data-follow]').dataset.follow = '/nowhere'")
    do(stop)
    until(two.customer, "kept.readyState === 'ended'")
    two.agent.locator("[data-room]").wait_for(state="detached")


def test_sharing_can_be_ended_without_ending_the_session(two: Two) -> None:
    two.share()
    two.wait("live", "live")
    two.customer.get_by_role("button", name="Stop sharing").click()
    two.wait("waiting", "ready")
    two.share()
    assert two.moves()


def test_agent_who_signs_out_gets_no_more_frames(two: Two, agents_browser: FlaskClient) -> None:
    two.watch()
    two.share()
    two.wait("live", "live")
    agents_browser.post("/sign-out")
    two.customer.locator("[data-mode=waiting]").wait_for()
    states = two.customer.evaluate("madeRTCPeerConnection.map((each) => each.connectionState)")
    assert set(states) == {"closed"}


def test_agent_who_closes_the_page_gets_no_more_frames(two: Two) -> None:
    two.share()
    two.wait("live", "live")
    two.agent.close()
    two.customer.locator("[data-mode=waiting]").wait_for()


def test_customer_who_closes_the_page_shows_nothing(two: Two) -> None:
    two.share()
    two.wait("live", "live")
    two.customer.close()
    two.agent.locator("[data-mode=waiting]").wait_for()


def test_broken_line_stops_the_picture_until_it_stands_again(two: Two) -> None:
    two.watch()
    two.share()
    assert two.moves()
    two.customer.evaluate("globalThis.kept = document.querySelector('[data-room]')")
    two.customer.evaluate("""() => {
      globalThis.modes = [];
      new MutationObserver(() => modes.push(kept.dataset.mode)).observe(kept, { attributes: true });
      madeWebSocket.at(-1).close();
    }""")
    until(two.customer, "modes.includes('offline') && kept.dataset.mode === 'live'")
    assert two.moves()


def test_restart_of_tresen_asks_the_customer_anew(two: Two, in_new_desk: Any) -> None:
    two.watch()
    two.share()
    two.wait("live", "live")

    def restart(desk: Desk) -> None:
        # As a process that is gone left it.
        desk.session.query(Room).one().boot = "earlier"

    in_new_desk(restart)
    two.customer.evaluate("madeWebSocket.at(-1).close()")
    two.customer.locator("[data-mode=ask]").wait_for()
    assert two.customer.evaluate(f"({TRACK})().enabled") is False
    two.agent.reload()
    two.agent.locator("[data-mode=waiting]").wait_for()
    two.customer.get_by_role("button", name="Continue sharing").click()
    assert two.moves()


def test_question_for_more_is_answered_while_the_picture_goes_on(
    two: Two, do: Do, running: RemoteSession
) -> None:
    two.share()
    assert two.moves()
    two.customer.evaluate(f"globalThis.kept = ({TRACK})()")
    do(lambda desk, row: service.widen(desk, row, "files"))
    two.customer.get_by_role("button", name="Allow").click()
    two.customer.get_by_role("button", name="Allow").wait_for(state="detached")
    assert two.customer.evaluate("kept.readyState") == "live"
    assert running.state == "active"


def test_what_was_allowed_appears_on_both_pages_while_the_picture_goes_on(two: Two, do: Do) -> None:
    two.share()
    assert two.moves()
    for page, kept in ((two.customer, f"({TRACK})()"), (two.agent, VIDEO)):
        page.evaluate(f"globalThis.kept = {kept}")
    do(lambda desk, row: service.widen(desk, row, "files"))
    two.agent.get_by_text("The customer is asked for more").wait_for()
    two.customer.get_by_role("button", name="Allow").click()
    two.customer.get_by_role("heading", name="Hand over a file").wait_for()
    two.agent.get_by_text("The customer is asked for more").wait_for(state="detached")
    agreed = two.agent.get_by_text("See the screen, Move files").count()
    same = two.customer.evaluate(f"kept === ({TRACK})()"), two.agent.evaluate(f"kept === {VIDEO}")
    # What it may do, and what the consent is to.
    assert (same, agreed, two.moves()) == ((True, True), 2, True)


def test_scripts_of_a_part_that_appears_run(two: Two, do: Do) -> None:
    two.share()
    assert two.moves()
    # As if the part of the pictures were new: its script makes the button work.
    two.customer.evaluate("""() => {
      const part = document.querySelector("[data-covering]");
      let mark = part;
      while (!mark.matches("template[data-part]")) mark = mark.previousElementSibling;
      while (!mark.nextElementSibling.matches("template")) mark.nextElementSibling.remove();
    }""")
    do(lambda desk, row: service.widen(desk, row, "files"))
    two.customer.get_by_role("heading", name="Show a picture of your screen").wait_for()
    scripts = "document.querySelectorAll('script[src*=covering]').length"
    assert (two.customer.evaluate(scripts), two.moves()) == (1, True)


def test_agents_own_steps_leave_the_picture_where_it_is(two: Two) -> None:
    two.share()
    assert two.moves()
    two.agent.evaluate(f"globalThis.kept = {VIDEO}")
    two.agent.get_by_role("button", name="Pause").click()
    two.wait("paused", "paused")
    two.agent.get_by_role("button", name="Go on", exact=True).click()
    assert (two.moves(), two.agent.evaluate(f"kept === {VIDEO}")) == (True, True)


def test_agent_who_ends_the_session_is_led_to_the_note(two: Two) -> None:
    two.share()
    assert two.moves()
    two.agent.get_by_role("button", name="End the session").click()
    two.agent.get_by_role("heading", name="What was done").wait_for()
    two.agent.get_by_text("Write down what was done.").wait_for()
    assert two.agent.url.endswith("/document")


def test_file_is_handed_over_while_the_picture_goes_on(two: Two, do: Do) -> None:
    do(lambda desk, row: service.widen(desk, row, "files"))
    do(answers.allow)
    two.agent.reload()
    two.customer.reload()
    two.share()
    assert two.moves()
    two.customer.evaluate(f"globalThis.kept = ({TRACK})()")
    files = two.customer.locator("#seat-files")
    file = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"It stopped."}
    files.locator("[type=file]").set_input_files([file])
    files.get_by_role("button", name="Hand over").click()
    files.get_by_text("log.txt").wait_for()
    two.customer.get_by_text("The file is handed over.").wait_for()
    assert two.customer.evaluate("kept.readyState") == "live"


def test_phone_is_told_what_works_instead(pages: Any) -> None:
    customer = pages("customer")
    customer.add_init_script("delete MediaDevices.prototype.getDisplayMedia")
    customer.reload()
    customer.get_by_text("This browser cannot show a moving picture").wait_for()
    assert customer.get_by_role("button", name=SHARE).is_hidden()


# ------------------------------------------------------------------------- without a direct way


def test_pictures_go_over_https_where_no_direct_way_exists(two: Two, do: Do) -> None:
    # Candidates that never arrive: each side waits for a way in vain.
    for page in (two.agent, two.customer):
        page.add_init_script("RTCPeerConnection.prototype.addIceCandidate = async () => {}")
        page.add_init_script(
            "const set = RTCPeerConnection.prototype.setRemoteDescription;"
            "RTCPeerConnection.prototype.setRemoteDescription = async function ({ type, sdp }) {"
            " return set.call(this, { type, sdp: sdp.replace(/^a=candidate.*\\r\\n/gm, '') }); }"
        )
        page.reload()
    two.share()
    two.wait("pictures", "pictures")
    width = two.agent.locator("[data-stage] canvas").evaluate("(canvas) => canvas.width")
    assert width == two.customer.locator("[data-room] video").evaluate("(v) => v.videoWidth")
    do(service.pause)
    two.wait("paused", "paused")
    assert two.agent.locator("[data-stage]").is_hidden()


def test_pictures_go_over_https_where_a_browser_has_no_webrtc(pages: Any) -> None:
    customer = pages("customer")
    customer.add_init_script("delete globalThis.RTCPeerConnection")
    customer.reload()
    two = Two(pages("agent"), customer)
    two.share()
    two.wait("pictures", "pictures")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_both_pages_can_be_used_by_everybody(width: int, scheme: str, pages: Any) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    two = Two(pages("agent", **options), pages("customer", **options))
    two.share()
    two.wait("live", "live")
    two.agent.get_by_label("Write").fill("Which window?")
    two.agent.get_by_label("Write").press("Enter")
    two.customer.locator("[data-text]", has_text="Which window?").wait_for()
    for page in (two.agent, two.customer):
        is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert (page.url, is_wider) == (page.url, False)
        browser.assert_accessible(page)
