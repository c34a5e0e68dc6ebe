# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fifty rooms at once: each hears its own, and pages answer meanwhile (safety R06)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen_remote_support.seating import COOKIE

ROOMS = 50


@pytest.fixture
def rooms(begin_room: Callable[[], tuple[str, str]]) -> list[tuple[str, str]]:
    """Return running sessions, each by reference and with the token of its seat."""
    return [begin_room() for _each in range(ROOMS)]


@pytest.mark.timeout(600)
def test_fifty_rooms_signal_while_pages_answer(
    dial: Any, rooms: list[tuple[str, str]], client: FlaskClient
) -> None:
    customers = [
        dial("customer", reference, Cookie=f"{COOKIE}={seat}") for reference, seat in rooms
    ]
    agents = [dial("agent", reference) for reference, _seat in rooms]
    for customer in customers:
        customer.offer()
    offered = [agent.hear("offer") for agent in agents]
    for agent, offer in zip(agents, offered, strict=True):
        agent.say("answer", viewer="agent", no=offer["no"], sdp=offer["sdp"])
    pages = [client.get("/remote_support/join").status_code for _each in range(ROOMS)]
    heard = [customer.hear("answer")["no"] for customer in customers]
    generations = [offer["generation"] for offer in offered]
    assert generations == [customer.room["generation"] for customer in customers]
    assert (heard, set(pages)) == ([1] * ROOMS, {200})
