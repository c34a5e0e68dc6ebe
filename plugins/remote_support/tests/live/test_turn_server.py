# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real coturn, as the README sets it up: nobody's network is reached, ports last (R07, R08)."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tresen.sdk import Desk
from tresen_remote_support.live import turn

SECRET = "a shared word"
README = Path(__file__).parents[2] / "README.md"
# Its certificates do not lie here, and its word is the test's.
LEFT_OUT = ("static-auth-secret", "cert", "pkey")
FORBIDDEN_IP, QUOTA_REACHED, UNAUTHORISED = 403, 486, 401

Endpoint = Any
Reach = Callable[[str, str], int]


def documented() -> list[str]:
    """Return the lines of coturn's file as the README has them."""
    block = re.search(r"/etc/turnserver\.conf`:\n\n```\n(.*?)```", README.read_text("utf-8"), re.S)
    assert block is not None
    lines = block[1].splitlines()
    kept = [each for each in lines if each.partition("=")[0] not in LEFT_OUT]
    return [*kept, f"static-auth-secret={SECRET}"]


def quota() -> int:
    """Return how many ports the README grants to a session."""
    [found] = [each for each in documented() if each.startswith("user-quota=")]
    return int(found.partition("=")[2])


def done(work: Coroutine[Any, Any, Any]) -> Any:
    """Do it in a thread of its own: Playwright's may have an event loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture
def aioice() -> Any:
    """Return the library with its client; the test is skipped where it is not installed."""
    found = pytest.importorskip("aioice", reason="aioice is not installed")
    return found if pytest.importorskip("aioice.turn") else None


@pytest.fixture
def present(clock: Any) -> None:
    """Let the test's clock show the time that coturn goes by."""
    clock.moment = datetime.now(UTC)


@pytest.fixture
def port(turn_server: Callable[[list[str]], int]) -> int:
    """Return the port of the server that the README describes."""
    return turn_server(documented())


async def allocated(aioice: Any, port: int, known: dict[str, str]) -> Endpoint | int:
    """Ask for a port of the relay: return the endpoint, or the code with which it is refused."""
    server = ("127.0.0.1", port)

    def make() -> Any:
        return aioice.turn.TurnClientUdpProtocol(
            server,
            username=known["username"],
            password=known["credential"],
            lifetime=600,
            channel_refresh_time=500,
        )

    loop = asyncio.get_running_loop()
    _transport, endpoint = await loop.create_datagram_endpoint(make, remote_addr=server)
    try:
        await endpoint.connect()
    except aioice.stun.TransactionFailed as failed:
        endpoint.transport.close()
        return int(failed.response.error_code)
    return endpoint


async def bound(aioice: Any, port: int, known: dict[str, str], peer: str) -> int:
    """Ask the relay to reach an address: return 0, or the code with which it is refused."""
    endpoint = await allocated(aioice, port, known)
    try:
        await endpoint.channel_bind(0x4000, (peer, 80))
    except aioice.stun.TransactionFailed as failed:
        return int(failed.response.error_code)
    finally:
        await endpoint.delete()
    return 0


async def taken(aioice: Any, port: int, wanted: list[dict[str, str]]) -> list[int]:
    """Take a port with each of the credentials, and keep all: return 0 or the code of each."""
    found = [await allocated(aioice, port, each) for each in wanted]
    for each in found:
        if not isinstance(each, int):
            await each.delete()
    return [each if isinstance(each, int) else 0 for each in found]


@pytest.mark.usefixtures("present")
@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("127.0.0.1", FORBIDDEN_IP),
        ("10.0.0.1", FORBIDDEN_IP),
        ("100.64.0.1", FORBIDDEN_IP),
        ("169.254.169.254", FORBIDDEN_IP),
        ("172.16.0.1", FORBIDDEN_IP),
        ("172.31.255.255", FORBIDDEN_IP),
        ("192.168.1.1", FORBIDDEN_IP),
        ("0.1.2.3", FORBIDDEN_IP),
        ("192.0.2.1", 0),
    ],
)
def test_relay_reaches_nobodys_own_network(
    peer: str, expected: int, aioice: Any, port: int, desk: Desk
) -> None:
    known = turn.credentials(desk, SECRET, "ABCD1234")
    assert done(bound(aioice, port, known, peer)) == expected


@pytest.mark.usefixtures("present")
def test_session_takes_no_more_ports_than_its_quota(
    aioice: Any, port: int, desk: Desk, clock: Any
) -> None:
    first = turn.credentials(desk, SECRET, "ABCD1234")
    clock.go(minutes=1)
    # Who asks for new credentials is the same session, and another one has a quota of its own.
    later, other = (turn.credentials(desk, SECRET, each) for each in ("ABCD1234", "WXYZ5678"))
    codes = done(taken(aioice, port, [first] * quota() + [first, later, other]))
    assert codes == [0] * quota() + [QUOTA_REACHED, QUOTA_REACHED, 0]


@pytest.mark.usefixtures("present")
def test_credentials_hold_for_ten_minutes(aioice: Any, port: int, desk: Desk, clock: Any) -> None:
    clock.go(minutes=-9)
    holds = turn.credentials(desk, SECRET, "ABCD1234")
    clock.go(minutes=-2)
    is_over = turn.credentials(desk, SECRET, "ABCD1234")
    codes = done(taken(aioice, port, [holds, is_over]))
    assert codes == [0, UNAUTHORISED]


@pytest.mark.usefixtures("present")
def test_credentials_under_another_word_are_refused(aioice: Any, port: int, desk: Desk) -> None:
    forged = turn.credentials(desk, "a guessed word", "ABCD1234")
    assert done(taken(aioice, port, [forged])) == [UNAUTHORISED]
