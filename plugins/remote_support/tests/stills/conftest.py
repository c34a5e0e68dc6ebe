# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures, and how both sides send them."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen_remote_support import answers, offers, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.stills import service as stills
from tresen_remote_support.stills.models import Still

Png = Callable[..., bytes]
Keep = Callable[..., Still]
Begun = Callable[..., RemoteSession]


@pytest.fixture
def png() -> Png:
    """Return a function that gives a whole PNG of one colour."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    def go(width: int = 4, height: int = 3, colour: bytes = b"\xff\xff\xff") -> bytes:
        lines = b"".join(b"\0" + colour * width for _line in range(height))
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
        return b"\x89PNG\r\n\x1a\n" + chunks

    return go


@pytest.fixture
def begun(agent_desk: Desk, ask: Callable[..., RemoteSession]) -> Begun:
    """Return a function that gives a session that runs, asked for in another way than usual."""

    def go(**given: Any) -> RemoteSession:
        row = ask(**given)
        service.offer(agent_desk, row)
        answers.agree(answers.acting(agent_desk, row), row, offers.LINK, "Karla Kundin")
        service.begin(agent_desk, row)
        agent_desk.commit()
        return row

    return go


@pytest.fixture
def seat_path(running: RemoteSession) -> str:
    """Return where the customer's page stands."""
    return f"/remote_support/seat/{running.reference}"


@pytest.fixture
def agent_path(running: RemoteSession) -> str:
    """Return where the agent's page stands."""
    return f"/remote_support/sessions/{running.reference}"


@pytest.fixture
def agent_browser(agent: Person, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def keep(desk: Desk, running: RemoteSession, png: Png) -> Keep:
    """Return a function that sends a picture from the seat."""

    def go(body: bytes = b"", words: str = "Picture") -> Still:
        theirs = answers.acting(desk, running)
        made = stills.keep(theirs, running, stills.picture_of(body or png()), words)
        desk.commit()
        return made

    return go


@pytest.fixture
def draw(agent_desk: Desk, running: RemoteSession, png: Png) -> Keep:
    """Return a function that draws on a picture as the agent."""

    def go(original: Still, body: bytes = b"", words: str = "Here") -> Still:
        picture = stills.picture_of(body or png(colour=b"\xd5\x5e\x00"))
        made = stills.draw(agent_desk, running, original, picture, words)
        agent_desk.commit()
        return made

    return go


@pytest.fixture
def take(agent_desk: Desk, running: RemoteSession, png: Png) -> Keep:
    """Return a function that takes a picture of the moving one as the agent."""

    def go(body: bytes = b"", words: str = "Taken") -> Still:
        picture = stills.picture_of(body or png(colour=b"\x00\x72\xb2"))
        made = stills.take(agent_desk, running, picture, words)
        agent_desk.commit()
        return made

    return go


@pytest.fixture
def upload() -> Callable[..., Any]:
    """Return a function that sends a file as the plain form or as the script does."""

    def go(browser: FlaskClient, path: str, body: bytes, *, as_script: bool = True) -> Any:
        data = {"picture": (BytesIO(body), "screen.png")}
        headers = {"Accept": "application/json" if as_script else "text/html"}
        return browser.post(path, data=data, headers=headers)

    return go
