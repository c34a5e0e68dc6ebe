# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both sides of a running session on the real server: their sockets, and what they hear."""

import json
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from simple_websocket import Client, ConnectionClosed
from tresen.sdk import Core, Desk, Person, desk_for
from tresen.testing import browser
from tresen_remote_support import answers, offers, service
from tresen_remote_support.live import messages, states
from tresen_remote_support.live.messages import Message
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.seating import COOKIE

SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
# Seconds in which a message that is due comes on a machine that is busy.
PATIENCE = 20
# So often a server that was started is asked whether it is up.
TRIES = 300

Dial = Callable[..., "Caller"]
SignIn = Callable[[Person], FlaskClient]


def address(role: str, reference: str) -> str:
    """Return where a side's socket is opened."""
    folder = "seat" if role == states.CUSTOMER else "sessions"
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

    def offer(self, no: int = 1, viewer: str = messages.AGENT) -> None:
        """Offer the picture to a viewer."""
        generation = self.room["generation"]
        self.say("offer", viewer=viewer, no=no, generation=generation, sdp=SDP)

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


def cookies_of(signed_in: FlaskClient) -> str:
    """Return what a signed-in browser sends along."""
    kept: Any = getattr(signed_in, "_cookies", {})
    return "; ".join(f"{each.key}={each.value}" for each in kept.values())


@pytest.fixture
def cookies(
    running: RemoteSession, seat: str, agent: Person, agents_browser: FlaskClient
) -> dict[str, str]:
    """Return what each side's browser proves itself with."""
    assert running.agent_id == agent.id
    return {states.CUSTOMER: f"{COOKIE}={seat}", messages.AGENT: cookies_of(agents_browser)}


@pytest.fixture
def four_eyes(
    desk: Desk, running: RemoteSession, colleague: Person, sign_in: SignIn, cookies: dict[str, str]
) -> Person:
    """Return the colleague, who looks on in the session as the second agent."""
    running.second_agent_id = colleague.id
    desk.commit()
    cookies[messages.SECOND] = cookies_of(sign_in(colleague))
    return colleague


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
def begin_room(agent_desk: Desk, ask: Callable[[], RemoteSession]) -> Callable[[], tuple[str, str]]:
    """Return a function that begins another session: its reference, and the token of its seat."""

    def go() -> tuple[str, str]:
        row = ask()
        service.offer(agent_desk, row)
        seat = answers.agree(agent_desk, row, offers.LINK, "Karla Kundin")
        service.begin(agent_desk, row)
        agent_desk.commit()
        return row.reference, seat

    return go


@pytest.fixture
def turn_server(tmp_path: Path) -> Iterator[Callable[[list[str]], int]]:
    """Return a function that runs coturn with lines of its file, and gives the port.

    The test is skipped where there is none.
    """
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("coturn is not installed")
    with ExitStack() as stack:

        def go(lines: list[str]) -> int:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
                free.bind(("127.0.0.1", 0))
                port = int(free.getsockname()[1])
            own = ["listening-ip=127.0.0.1", "relay-ip=127.0.0.1", f"listening-port={port}"]
            files = [f"pidfile={tmp_path / 'pid'}", f"userdb={tmp_path / 'users'}"]
            more = ["no-tls", "no-dtls", "no-cli", "log-file=stdout"]
            given = tmp_path / "turnserver.conf"
            given.write_text("\n".join([*lines, *own, *files, *more]), encoding="utf-8")
            command = [program, "-c", str(given)]
            server = stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
            stack.callback(server.terminate)
            assert is_up(port)
            return port

        yield go


def is_up(port: int) -> bool:
    """Tell whether the server answers a STUN binding request (RFC 8489), once it is up."""
    request = struct.pack("!HHI12s", 1, 0, 0x2112A442, b"is it there?")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        for _each in range(TRIES):
            asking.sendto(request, ("127.0.0.1", port))
            # Nobody listens there yet.
            with suppress(TimeoutError):
                return bool(asking.recv(1500))
    return False


@pytest.fixture
def an_offer() -> Message:
    """Return the first offer of a room whose generation is "g"."""
    return Message("offer", viewer=messages.AGENT, no=1, generation="g", sdp=SDP)


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
    with ExitStack() as stack:

        def go(role: str, **options: Any) -> Any:
            page = stack.enter_context(
                browser.guarded_page(sharing_chromium, live_address, **options)
            )
            pairs = [each.split("=", 1) for each in cookies[role].split("; ")]
            page.context.add_cookies(
                [{"name": name, "value": value, "url": live_address} for name, value in pairs]
            )
            page.goto(address(role, running.reference).removesuffix("/signal"))
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
