# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both sides of a running session on the real server: their sockets, and what they hear."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from simple_websocket import Client, ConnectionClosed
from tresen.sdk import Core, Desk, Person, desk_for
from tresen.testing import browser
from tresen_remote_support.live import states
from tresen_remote_support.live.messages import Message
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.seating import COOKIE

SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
# Seconds in which a message that is due comes on a machine that is busy.
PATIENCE = 20

Dial = Callable[..., "Caller"]
SignIn = Callable[[Person], FlaskClient]


def address(role: str, reference: str) -> str:
    """Return where a side's socket is opened."""
    folder = {states.CUSTOMER: "seat", states.AGENT: "sessions"}[role]
    return f"/remote_support/{folder}/{reference}/signal"


class Caller:
    """One side's browser, as far as its socket goes."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.ws = Client(url, headers=headers)
        self.room: dict[str, Any] = {}

    def say(self, kind: str, **fields: Any) -> None:
        """Send a message."""
        self.ws.send(json.dumps({"kind": kind, **fields}))

    def hear(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind, and pass over those of others."""
        while (raw := self.ws.receive(timeout=PATIENCE)) is not None:
            said: dict[str, Any] = json.loads(raw)
            if said["kind"] == kind:
                return said
        raise AssertionError(f"no {kind} came")

    def offer(self, no: int = 1) -> None:
        """Offer the picture."""
        self.say("offer", no=no, generation=self.room["generation"], sdp=SDP)

    def closed_with(self) -> int:
        """Return the code with which the server closes the socket."""
        try:
            while self.ws.receive(timeout=PATIENCE) is not None:
                pass
        except ConnectionClosed as closed:
            return int(closed.reason)
        raise AssertionError("nobody closed it")


@pytest.fixture
def origin(core: Core) -> str:
    """Return where the pages come from."""
    return core.config.base_url


@pytest.fixture
def agents_browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser in which the agent is signed in."""
    return sign_in(agent)


@pytest.fixture
def cookies(
    running: RemoteSession, seat: str, agent: Person, agents_browser: FlaskClient
) -> dict[str, str]:
    """Return what each side's browser proves itself with."""
    kept: Any = getattr(agents_browser, "_cookies", {})
    signed_in = "; ".join(f"{each.key}={each.value}" for each in kept.values())
    assert running.agent_id == agent.id
    return {states.CUSTOMER: f"{COOKIE}={seat}", states.AGENT: signed_in}


@pytest.fixture
def dial(
    live_address: str, origin: str, running: RemoteSession, cookies: dict[str, str]
) -> Iterator[Dial]:
    """Return a function that opens a side's socket; all are closed when the test ends."""
    open_ones: list[Caller] = []

    def go(role: str, reference: str = "", **headers: str) -> Caller:
        path = address(role, reference or running.reference)
        sent = {"Cookie": cookies[role], "Origin": origin} | headers
        caller = Caller(live_address.replace("http", "ws", 1) + path, sent)
        open_ones.append(caller)
        caller.room = caller.hear("room")
        return caller

    yield go
    for each in open_ones:
        with suppress(ConnectionClosed, OSError):
            each.ws.close()
        each.ws.thread.join()


@pytest.fixture
def handshake(
    live_address: str, origin: str, running: RemoteSession, cookies: dict[str, str]
) -> Callable[..., int]:
    """Return a function that asks for a socket as a browser does, and gives the status."""

    def go(role: str, reference: str = "", **headers: str) -> int:
        asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        sent = asked | key | {"Cookie": cookies[role], "Origin": origin} | headers
        connection = HTTPConnection(urlsplit(live_address).netloc)
        with closing(connection):
            connection.request("GET", address(role, reference or running.reference), headers=sent)
            return connection.getresponse().status

    return go


@pytest.fixture
def in_new_desk(core: Core) -> Callable[[Callable[[Desk], Any]], Any]:
    """Return a function that does something on a desk of its own, as another request would."""

    def go(act: Callable[[Desk], Any]) -> Any:
        with desk_for(core, write=True) as desk:
            return act(desk)

    return go


@pytest.fixture
def an_offer() -> Message:
    """Return the first offer of a room whose generation is "g"."""
    return Message("offer", no=1, generation="g", sdp=SDP)


# What is shared is a moving picture that Chromium makes up; nobody has to choose it.
SHARING = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
# Otherwise addresses are names that only a browser can look up.
PLAIN_ADDRESSES = ["--disable-features=WebRtcHideLocalIpsWithMdns"]


@pytest.fixture(scope="module")
def sharing_chromium() -> Iterator[Any]:
    """Return a Chromium that shares a made-up screen; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = browser.find_chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    playwright.expect.set_options(timeout=browser.PATIENCE)
    options = [*browser.ARGUMENTS, *SHARING, *PLAIN_ADDRESSES]
    with playwright.sync_playwright() as running_one:
        started = running_one.chromium.launch(executable_path=program, args=options)
        yield started
        started.close()


@pytest.fixture
def pages(
    sharing_chromium: Any, live_address: str, running: RemoteSession, cookies: dict[str, str]
) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a side's page of the running session."""
    folders = {states.CUSTOMER: "seat", states.AGENT: "sessions"}
    with ExitStack() as stack:

        def go(role: str, **options: Any) -> Any:
            page = stack.enter_context(
                browser.guarded_page(sharing_chromium, live_address, **options)
            )
            pairs = [each.split("=", 1) for each in cookies[role].split("; ")]
            page.context.add_cookies(
                [{"name": name, "value": value, "url": live_address} for name, value in pairs]
            )
            page.goto(f"/remote_support/{folders[role]}/{running.reference}")
            return page

        yield go


@pytest.fixture
def configure(administrator: Person, sign_in: SignIn) -> Callable[..., None]:
    """Return a function that keeps the operator's settings of the picture, as their page does."""

    def go(**given: str) -> None:
        answer = sign_in(administrator).post(
            "/admin/settings/remote_support.live", data={"sent": "1", **given}
        )
        assert answer.status_code == 302

    return go
