# SPDX-License-Identifier: AGPL-3.0-or-later
"""A viewer that is no browser (aiortc) takes the agent's part, through the real socket."""

import asyncio
import json
from threading import Thread
from typing import Any

import pytest

FRAMES = 20


@pytest.fixture
def aiortc() -> Any:
    """Return the library; the test is skipped where it is not installed."""
    return pytest.importorskip("aiortc", reason="aiortc is not installed")


async def view(aiortc: Any, caller: Any) -> list[tuple[int, int]]:
    """Answer what is offered, and return the sizes of the first frames."""
    link, tracks = aiortc.RTCPeerConnection(), asyncio.Queue[Any]()
    link.on("track", tracks.put_nowait)
    try:
        await _answer(aiortc, link, caller)
        hearing = asyncio.create_task(_add_candidates(aiortc, link, caller))
        track = await tracks.get()
        frames = [await track.recv() for _each in range(FRAMES)]
        hearing.cancel()
        return [(frame.width, frame.height) for frame in frames]
    finally:
        await link.close()


async def _answer(aiortc: Any, link: Any, caller: Any) -> None:
    offer = await asyncio.to_thread(caller.hear, "offer")
    await link.setRemoteDescription(aiortc.RTCSessionDescription(offer["sdp"], "offer"))
    await link.setLocalDescription(await link.createAnswer())
    caller.say("answer", viewer="agent", no=offer["no"], sdp=link.localDescription.sdp)


async def _add_candidates(aiortc: Any, link: Any, caller: Any) -> None:
    while True:
        raw = await asyncio.to_thread(caller.ws.receive, 0.2)
        said = json.loads(raw) if raw else {}
        if said.get("kind") == "ice":
            line = said["candidate"].removeprefix("candidate:")
            candidate = aiortc.sdp.candidate_from_sdp(line)
            candidate.sdpMid, candidate.sdpMLineIndex = said["mid"], said["line"]
            await link.addIceCandidate(candidate)


def test_viewer_in_python_sees_twenty_frames(aiortc: Any, dial: Any, pages: Any) -> None:
    caller, customer = dial("agent"), pages("customer")
    seen: list[tuple[int, int]] = []
    # In a thread of its own: Playwright's has an event loop already.
    viewing = Thread(target=lambda: seen.extend(asyncio.run(view(aiortc, caller))))
    viewing.start()
    customer.get_by_role("button", name="Share your screen").click()
    customer.locator("[data-mode=live]").wait_for()
    viewing.join()
    assert len([size for size in seen if min(size) > 0]) == FRAMES
