# SPDX-License-Identifier: AGPL-3.0-or-later
"""A session that may be recorded, and films as a browser makes them, byte by byte."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, desk_for
from tresen_remote_support import scopes
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings import queries, service
from tresen_remote_support.recordings.models import Recording

Ask = Callable[..., RemoteSession]
Film = Callable[..., bytes]
Shoot = Callable[..., Recording]
SignIn = Callable[[Person], FlaskClient]

LIVE = b"\x01" + b"\xff" * 7
PICTURE, SOUND = 1, 2


def box(number: str, *parts: bytes, size: bytes | None = None) -> bytes:
    """Return an element: its number in hexadecimal, its size in eight bytes, its data."""
    body = b"".join(parts)
    return bytes.fromhex(number) + (size or (1 << 56 | len(body)).to_bytes(8)) + body


def track(kind: int = PICTURE, codec: bytes = b"V_VP8", number: int = 1) -> bytes:
    """Return the description of a track."""
    return box("ae", box("d7", bytes([number])), box("83", bytes([kind])), box("86", codec))


def head(*tracks: bytes, doc: bytes = b"webm", between: bytes = b"") -> bytes:
    """Return what stands before the first cluster, of a film of unknown length."""
    opening = box("1a45dfa3", box("4282", doc))
    info = box("1549a966", box("2ad7b1", (1_000_000).to_bytes(4)), box("4d80", b"Kamera"))
    return (
        opening
        + box("18538067", size=LIVE)
        + info
        + box("1654ae6b", *(tracks or (track(),)))
        + between
    )


def block(after: int = 0, *, is_whole: bool = True, body: bytes = b"picture") -> bytes:
    """Return a picture that comes so many milliseconds after its cluster begins."""
    flags = b"\x80" if is_whole else b"\0"
    return box("a3", b"\x81", after.to_bytes(2, signed=True), flags, body)


def cluster(moment: int, *blocks: bytes, is_live: bool = True) -> bytes:
    """Return a cluster that begins at a moment in milliseconds."""
    body = box("e7", moment.to_bytes(4)), *(blocks or (block(), block(400, is_whole=False)))
    return box("1f43b675", *body, size=LIVE if is_live else None)


@pytest.fixture
def film() -> Film:
    """Return a function that gives a film of so many seconds, a cluster for each."""

    def go(seconds: int = 3, opening: bytes | None = None, *, is_live: bool = True) -> bytes:
        clusters = (cluster(1000 * each, is_live=is_live) for each in range(seconds))
        return (head() if opening is None else opening) + b"".join(clusters)

    return go


@pytest.fixture
def requested(ask: Ask, agent_desk: Desk) -> RemoteSession:
    """Return a session that asks for seeing the screen and for recording it."""
    made = ask(scope=scopes.line([scopes.VIEW, scopes.RECORD]))
    agent_desk.commit()
    return made


@pytest.fixture
def shoot(agent_desk: Desk, running: RemoteSession, film: Film) -> Shoot:
    """Return a function that begins a recording and sends a film in pieces; it is not ended."""

    def go(pieces: Sequence[bytes] | None = None) -> Recording:
        made = service.begin(agent_desk, running)
        for number, body in enumerate([film()] if pieces is None else pieces):
            service.append(agent_desk, running, made, number, body)
        agent_desk.commit()
        return made

    return go


@pytest.fixture
def kept(agent_desk: Desk, shoot: Shoot) -> Recording:
    """Return a recording that is over."""
    made = shoot()
    service.close(agent_desk, made)
    agent_desk.commit()
    return made


@pytest.fixture
def whole(desk: Desk) -> Callable[[Recording], bytes]:
    """Return a function that gives all bytes of a recording, as another request finds them."""

    def go(row: Recording) -> bytes:
        desk.commit()
        with desk_for(desk.core) as fresh:
            kept = fresh.session.get_one(Recording, row.id)
            return b"".join(
                queries.body(fresh, each.piece_id) if each.piece_id else kept.head
                for each in queries.stretches(fresh, kept)
            )

    return go


@pytest.fixture
def configure(administrator: Person, sign_in: SignIn) -> Any:
    """Return a function that keeps the operator's settings of recordings, as their page does."""
    usual = {"sent": "1", "days": "14", "most_minutes": "60", "most_megabytes": "500"}

    def go(**given: str) -> None:
        page = "/admin/settings/remote_support.recordings"
        assert sign_in(administrator).post(page, data=usual | given).status_code == 302

    return go


@pytest.fixture
def agents(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def customers(customer: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser in which the customer is signed in to the portal."""
    return sign_in(customer)
