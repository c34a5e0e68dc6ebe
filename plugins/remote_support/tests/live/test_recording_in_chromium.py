# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two browsers: the picture is recorded with both sides told, stops with the yes, is watched."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Core, Desk, desk_for
from tresen.testing import browser
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings import jobs
from tresen_remote_support.recordings.models import Recording, RecordingPiece, RecordingView

# Resolves when so many pieces have got through.
PIECES = """(wanted) => new Promise((done) => {
  let count = 0;
  const watched = new PerformanceObserver((list) => {
    count += list.getEntries().filter((each) => each.name.includes("/pieces/")).length;
    if (count >= wanted) done(count);
  });
  watched.observe({ type: "resource", buffered: true });
})"""
# What a player knows of a film, and whether it comes to a moment in the middle of it.
PLAYED = """async (video) => {
  const once = (name) => new Promise((done) => video.addEventListener(name, done, { once: true }));
  if (video.readyState < 1) await once("loadedmetadata");
  const middle = video.duration / 2;
  video.currentTime = middle;
  await once("seeked");
  // A player counts in microseconds.
  const isThere = video.videoWidth > 0 && Math.abs(video.currentTime - middle) < 0.00001;
  return [isThere, Number.isFinite(video.duration), video.webkitAudioDecodedByteCount];
}"""
SHARE, RECORD = "Share your screen", "Begin to record"
AT_SEAT, AT_AGENT = "Your screen is being recorded.", "The picture is being recorded."

Do = Callable[[Callable[[Desk, RemoteSession], Any]], Any]


@pytest.fixture
def requested(agent_desk: Desk, ask: Callable[..., RemoteSession]) -> RemoteSession:
    """Return a session that asks for seeing the screen and for recording it."""
    made = ask(scope=scopes.line([scopes.VIEW, scopes.RECORD]))
    agent_desk.commit()
    return made


@pytest.fixture
def do(in_new_desk: Any, running: RemoteSession) -> Do:
    """Return a function that takes a step of the session, as another request would."""

    def go(act: Callable[[Desk, RemoteSession], Any]) -> Any:
        return in_new_desk(lambda desk: act(desk, desk.session.get_one(RemoteSession, running.id)))

    return go


class Recorded:
    """Both pages while the customer's picture is recorded."""

    def __init__(self, core: Core, agent: Any, customer: Any) -> None:
        self.core, self.agent, self.customer = core, agent, customer

    def begin(self) -> None:
        """Share, record, and wait for some pieces."""
        self.customer.get_by_role("button", name=SHARE).click()
        self.agent.locator("[data-mode=live]").wait_for()
        self.agent.get_by_role("button", name=RECORD).click()
        self.agent.evaluate(PIECES, 2)

    def ended(self) -> Recording:
        """Return the recording once the agent's page has sent all of it."""
        for mode in ("recording", "saving"):
            self.agent.locator(f"[data-recorder][data-mode={mode}]").wait_for(state="detached")
        with desk_for(self.core) as desk:
            return desk.session.scalars(select(Recording)).one()

    def body(self, row: Recording) -> bytes:
        """Return the whole film."""
        with desk_for(self.core) as desk:
            kept = desk.session.get_one(Recording, row.id)
            pieces = select(RecordingPiece.body).where(RecordingPiece.recording_id == row.id)
            ordered = desk.session.scalars(pieces.order_by(RecordingPiece.number))
            return kept.head + b"".join(ordered)


@pytest.fixture
def recorded(core: Core, pages: Any) -> Recorded:
    """Return both pages, and a recording that runs."""
    made = Recorded(core, pages("agent"), pages("customer"))
    made.begin()
    return made


def test_both_sides_are_told_while_it_is_recorded(recorded: Recorded) -> None:
    recorded.customer.get_by_text(AT_SEAT).wait_for()
    recorded.agent.get_by_text(AT_AGENT).wait_for()
    recorded.agent.get_by_role("button", name="End the recording").click()
    recorded.ended()
    recorded.customer.get_by_text("It is not being recorded now.").wait_for()
    recorded.agent.get_by_text(AT_AGENT).wait_for(state="detached")
    assert recorded.agent.locator("[data-mode=live]").is_visible()


def test_recording_is_a_film_of_the_picture_alone(recorded: Recorded) -> None:
    recorded.agent.get_by_role("button", name="End the recording").click()
    row = recorded.ended()
    body = recorded.body(row)
    told = row.size, row.sha256, body.count(b"V_VP"), row.milliseconds > 1000
    assert told == (len(body), hashlib.sha256(body).hexdigest(), 1, True)


@pytest.mark.parametrize(
    "step", [service.pause, service.end, answers.stop], ids=["pause", "end", "stop"]
)
def test_nothing_is_recorded_after_a_pause_an_end_or_a_stop(
    step: Any, recorded: Recorded, do: Do, in_new_desk: Any
) -> None:
    def pieces(desk: Desk) -> int:
        return len(desk.session.scalars(select(RecordingPiece.id)).all())

    do(step)
    before = in_new_desk(pieces)
    # The agent's page goes on to send what it had until it learns of the step.
    recorded.agent.locator("[data-recorder][data-mode=recording]").wait_for(state="detached")
    recorded.agent.wait_for_load_state()
    assert in_new_desk(pieces) == before


def test_customer_takes_the_recording_back_and_the_picture_goes_on(recorded: Recorded) -> None:
    recorded.customer.get_by_role("button", name="Stop the recording").click()
    recorded.customer.get_by_text("Nothing is recorded any more.").wait_for()
    row = recorded.ended()
    recorded.customer.get_by_role("button", name="Stop the recording").wait_for(state="detached")
    live = [page.locator("[data-mode=live]") for page in (recorded.agent, recorded.customer)]
    assert (row.ended_at is not None, [each.is_visible() for each in live]) == (True, [True] * 2)


def test_session_that_goes_on_by_phone_is_recorded_no_more(recorded: Recorded) -> None:
    recorded.agent.get_by_role("button", name="Go on by phone").click()
    recorded.agent.locator("[data-room]").wait_for(state="detached")
    with desk_for(recorded.core, write=True) as desk:
        jobs.close_left(desk)
        row = desk.session.scalars(select(Recording)).one()
        is_marked = desk.session.get_one(RemoteSession, row.session_id).recorded_since
    assert (row.ended_at is not None, is_marked) == (True, None)


def test_pieces_that_do_not_get_through_are_sent_again(core: Core, pages: Any) -> None:
    both, lost = Recorded(core, pages("agent"), pages("customer")), []

    def lose(route: Any) -> None:
        # The first three tries meet no line; then it stands again.
        lost.append(route.request.url)
        if len(lost) <= 3:
            route.abort()
        else:
            route.fallback()

    both.agent.route("**/pieces/*", lose)
    both.begin()
    both.agent.get_by_role("button", name="End the recording").click()
    row = both.ended()
    body = both.body(row)
    told = lost[0] == lost[3], row.pieces >= 2, hashlib.sha256(body).hexdigest() == row.sha256
    assert told == (True, True, True)


def test_agent_who_closes_the_page_loses_a_piece_at_most(
    recorded: Recorded, in_new_desk: Any, clock: SteppedClock
) -> None:
    recorded.agent.close()
    row = None
    # A piece that was on its way when the page went may still come in: the job comes again.
    while row is None or not row.ended_at:
        clock.go(minutes=3)
        in_new_desk(jobs.close_left)
        row = in_new_desk(lambda desk: desk.session.scalars(select(Recording)).one())
    assert (row.pieces >= 2, len(row.sha256), row.size > 0) == (True, 64, True)


def test_recording_is_watched_with_jumps_and_noted_once(
    recorded: Recorded, do: Do, in_new_desk: Any
) -> None:
    recorded.agent.get_by_role("button", name="End the recording").click()
    row = recorded.ended()
    do(service.end)
    agent = recorded.agent
    agent.goto(f"{agent.url.partition('/remote_support')[0]}{path_of(do, row)}")
    agent.get_by_role("button", name="Watch").click()
    played = agent.locator("video").evaluate(PLAYED)
    views = in_new_desk(lambda desk: desk.session.scalars(select(RecordingView)).all())
    assert (played, [(each.name, each.how) for each in views]) == (
        [True, True, 0],
        [("Anna Agent", "watched")],
    )


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_both_pages_can_be_used_by_everybody_while_it_is_recorded(
    width: int, scheme: str, core: Core, pages: Any
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    both = Recorded(core, pages("agent", **options), pages("customer", **options))
    both.begin()
    both.customer.get_by_text(AT_SEAT).wait_for()
    both.agent.get_by_text(AT_AGENT).wait_for()
    for page in (both.agent, both.customer):
        is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert (page.url, is_wider) == (page.url, False)
        browser.assert_accessible(page)


def path_of(do: Do, row: Recording) -> str:
    """Return where a recording's page stands."""
    reference = do(lambda _desk, session: session.reference)
    return f"/remote_support/sessions/{reference}/recordings/{row.id}"
