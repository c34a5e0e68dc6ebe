# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remote support: both sides' pages of a session, a ticket with the plugin, fifty rooms at once.

The rooms are a load, not a thread each: what fifty of them write and read in a second is done
between two pages, so that the page is measured as it is while they speak.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

from flask.testing import FlaskClient
from tresen import app as application
from tresen.access.views import cookie_name
from tresen.desk import Actor, Desk, desk_for
from tresen.people import queries as people
from tresen.tickets.models import FIRST_NUMBER, Ticket
from tresen_remote_support import answers, offers, scopes, service
from tresen_remote_support.live import messages
from tresen_remote_support.live import service as rooms
from tresen_remote_support.live.lines import Line, Meter
from tresen_remote_support.live.states import CUSTOMER
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.seating import COOKIE

from benchmarks.floors import Floors
from benchmarks.ground import AGENT, Ground
from benchmarks.timing import Result, side_by_side

ROOMS = 50
# Of the ticket that a session is about.
WITH_PLUGINS = 1.2
BYE = json.dumps({"kind": "bye"})
LINE = json.dumps({"kind": "seen"})


def session_page(ground: Ground) -> Result:
    """The agent's page of a running session with the picture, the chat and the stills."""
    reference, _seat = _begun(ground)
    path = f"/remote_support/sessions/{reference}"
    floor = Floors(ground).page("ticket")
    mine, bare = side_by_side(lambda: ground.get(path), floor)
    return Result("session_page", "ms", mine, bare, 15, "Flask, Jinja, raw SQL")


def seat_page(ground: Ground) -> Result:
    """The customer's page of the same session."""
    reference, seat = _begun(ground)
    path = f"/remote_support/seat/{reference}"
    browser = application.create_app(ground.core).test_client()
    browser.set_cookie(COOKIE, seat, path=path, domain="localhost")
    floor = Floors(ground).page("ticket")
    mine, bare = side_by_side(lambda: _shown(browser, path), floor)
    return Result("seat_page", "ms", mine, bare, 12, "Flask, Jinja, raw SQL")


def ticket_with_sessions(ground: Ground) -> Result:
    """The page of a ticket with a box of remote support, beside one without the plugin."""
    _begun(ground)
    path = f"/tickets/{ground.ticket}"
    core = application.create_core(
        replace(ground.core.config, plugins_off=("remote_support",)),
    )
    try:
        browser = application.create_app(core).test_client()
        browser.set_cookie(cookie_name(core.config), ground.cookie, domain="localhost")
        mine, bare = side_by_side(
            lambda: ground.get(path), lambda: _shown(browser, path), seconds=6
        )
    finally:
        core.engine.dispose()
    goal = bare * WITH_PLUGINS
    return Result("ticket_sessions", "ms", mine, bare, goal, "the same without the plugin")


def signal(ground: Ground) -> Result:
    """A message from the customer's browser to the agent's, from socket to socket."""
    customer, agent = _room(ground)

    def ours() -> None:
        customer.take(BYE, 0)
        agent.look()

    mine, bare = side_by_side(ours, Floors(ground).commit())
    return Result("signal", "ms", mine, bare, 10, "one commit")


def list_beside_rooms(ground: Ground) -> Result:
    """The list of open tickets while fifty rooms are looked at and one of them speaks."""
    lines = [each for _room_no in range(ROOMS) for each in _room(ground)]
    speaking = cycle(lines[::2])

    def beside() -> bytes:
        # What a third of a second brings: each socket looks, and a browser says it is there.
        for line in lines:
            line.look()
        next(speaking).take(LINE, 0)
        return ground.get("/tickets/")

    def rooms_alone() -> None:
        for line in lines:
            line.look()
        next(speaking).take(LINE, 0)

    both, alone = side_by_side(beside, rooms_alone, seconds=6)
    quiet, _floor = side_by_side(lambda: ground.get("/tickets/"), Floors(ground).page("list"))
    # What the page itself took beside them; rooms must not make it slower than it is.
    return Result("list_beside_rooms", "ms", both - alone, quiet, quiet * 1.3, "the list alone")


def _begun(ground: Ground) -> tuple[str, str]:
    """Begin a session about the long ticket: its reference, and the token of the seat."""
    with desk_for(ground.core, _agent(ground), write=True) as desk:
        row, seat = _running(desk, ground)
        return row.reference, seat


def _running(desk: Desk, ground: Ground) -> tuple[RemoteSession, str]:
    ticket = desk.session.get_one(Ticket, ground.ticket - FIRST_NUMBER)
    wish = service.Wish("The import stops.", scopes.VIEW, "browser", ticket.requester_id)
    row = service.request(desk, ticket, wish)
    service.offer(desk, row)
    seat = answers.agree(desk, row, offers.LINK, "Kundin 1")
    service.begin(desk, row)
    return row, seat


def _room(ground: Ground) -> tuple[Line, Line]:
    """Open both ends of another room, whose meters never fill."""
    actor = _agent(ground)
    with desk_for(ground.core, actor, write=True) as desk:
        row, _seat = _running(desk, ground)
        places = [rooms.join(desk, row, role) for role in (CUSTOMER, messages.AGENT)]
    seconds = iter(range(10**9))
    meter = Meter(lambda: next(seconds))
    customer, agent = (
        Line(ground.core, actor, place, lambda _text: None, meter) for place in places
    )
    return customer, agent


def _agent(ground: Ground) -> Actor:
    with desk_for(ground.core) as desk:
        found = people.person_by_address(desk, AGENT)
        assert found is not None
        may = frozenset({"remote_support.read", "remote_support.work", "tickets.read"})
        return Actor(found.name, "agent", found.id, permissions=may)


def _shown(browser: FlaskClient, path: str) -> bytes:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status
    return answer.get_data()


MEASURES: dict[str, Callable[[Ground], Result]] = {
    "session_page": session_page,
    "seat_page": seat_page,
    "ticket_sessions": ticket_with_sessions,
    "signal": signal,
    "list_beside_rooms": list_beside_rooms,
}
