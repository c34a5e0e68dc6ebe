# SPDX-License-Identifier: AGPL-3.0-or-later
"""The WebSockets of all who take part: who may open one, and how long it may stay open.

Before the upgrade the same is asked as of any page: from our own pages, by the seat or the
session's agent, while the session runs. It is asked again every second, as if the browser came
anew, so that a socket never outlives what let it in.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socket import SHUT_RDWR
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request
from flask.blueprints import BlueprintSetupState
from flask_sock import Sock
from simple_websocket import ConnectionClosed
from tresen.sdk import (
    Desk,
    Forbidden,
    Missing,
    Refused,
    current_desk,
    desk_for,
    needs,
    open_to_all,
)

from tresen_remote_support import queries as plugin_queries
from tresen_remote_support.live import service, turn
from tresen_remote_support.live.lines import HungUp, Line, switchboard, tell_others
from tresen_remote_support.live.messages import LARGEST
from tresen_remote_support.live.states import CUSTOMER, FORBIDDEN, OVER, viewer_of
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import blueprint
from tresen_remote_support.seating import find_seat

# Seconds between two looks at the database, and between two questions who this is.
TICK, ASK = 0.3, 1.0
# A browser that is silent for twice as long is gone.
PING = 10
# Seconds that a browser may take to close its end.
FAREWELL = 2
OPTIONS = {"max_message_size": LARGEST, "ping_interval": PING}


@dataclass(frozen=True)
class Party:
    """Who stands at the door of a room, and as which side."""

    role: str
    desk: Desk
    row: RemoteSession


def customer_at(reference: str) -> Party | None:
    """Return the customer whose browser has the seat."""
    found = find_seat(reference)
    return Party(CUSTOMER, *found) if found else None


def agent_at(reference: str) -> Party | None:
    """Return the session's agent or second agent; nobody else looks on, whatever they may read."""
    desk = current_desk()
    row = plugin_queries.remote_session(desk, reference)
    role = viewer_of(row, desk.actor.person_id)
    return Party(role, desk, row) if role else None


DOORS: dict[str, Callable[[str], Party | None]] = {
    "remote_support.seat_signal": customer_at,
    "remote_support.signal": agent_at,
}


@blueprint.before_request
def check_handshake() -> Any:
    """Refuse a socket before it is opened, and later to go on (see `is_still_welcome`)."""
    door = DOORS.get(request.endpoint or "")
    if door is None:
        return None
    if not _is_own_origin():
        return "", 403
    party = door((request.view_args or {})["reference"])
    if party is None:
        return "", 410 if door is customer_at else 403
    if not service.may_meet(party.desk, party.row):
        return "", 409
    g.party = party
    return None


@open_to_all("the cookie of the seat proves the customer's browser")
def seat_signal(ws: Any, reference: str) -> None:
    """Connect the customer's browser with those that look on."""
    talk(ws, reference)


@needs("remote_support.work")
def signal(ws: Any, reference: str) -> None:
    """Connect the browser of one who looks on with the customer's."""
    talk(ws, reference)


# Not as decorators: Flask-Sock's return nothing.
_sock = Sock()
_sock.route("/seat/<reference>/signal", bp=blueprint)(seat_signal)
_sock.route("/sessions/<reference>/signal", bp=blueprint)(signal)


@blueprint.record
def limit_messages(state: BlueprintSetupState) -> None:
    """Let no socket take more than a message's most, and notice who is gone."""
    state.app.config.setdefault("SOCK_SERVER_OPTIONS", OPTIONS)


def talk(ws: Any, reference: str) -> None:
    """Keep a socket until its browser leaves or what let it in holds no more."""
    desk: Desk = g.party.desk
    role, row_id = g.party.role, g.party.row.id
    # The request lasts as long as the socket: no transaction may.
    current_desk().rollback()
    # Also one that is gone before anything was said, whose connection is no more.
    with suppress(ConnectionClosed, OSError), _ended(ws):
        try:
            line = _joined(ws, desk, role, row_id, reference)
        except Refused:
            ws.close(OVER)
            return
        try:
            _serve(ws, line)
        except HungUp as hung_up:
            ws.close(hung_up.code)
        finally:
            _left(line)


@contextmanager
def _ended(ws: Any) -> Iterator[None]:
    """Let the browser take its leave, and end the connection before the web server writes to it.

    Some write an answer to the request after all, which the browser takes for a broken frame: it
    would never learn with which code the socket was closed.
    """
    with ws.sock.dup() as connection:
        try:
            yield
        finally:
            ws.thread.join(FAREWELL)
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)


def is_still_welcome() -> bool:
    """Ask the request anew who it is and whether it may, as if it came now."""
    with current_app.app_context(), current_app.request_context(request.environ):
        try:
            return current_app.preprocess_request() is None
        except (Forbidden, Missing):
            return False


def _joined(ws: Any, desk: Desk, role: str, row_id: int, reference: str) -> Line:
    with desk_for(desk.core, desk.actor, write=True) as opened:
        row = opened.session.get_one(RemoteSession, row_id)
        place = service.join(opened, row, role)
        ice = turn.servers(opened, reference)
    line = Line(desk.core, desk.actor, place, lambda text: _send(ws, text))
    switchboard(desk.core).add(line)
    line.send(json.dumps({"kind": "room", **place.told(), "ice": ice}))
    tell_others(line)
    return line


def _serve(ws: Any, line: Line) -> None:
    look_at, ask_at = 0.0, monotonic() + ASK
    while ws.thread.is_alive():
        raw = ws.receive(timeout=TICK)
        if raw is not None:
            line.take(raw, len(ws.input_buffer))
        if monotonic() >= ask_at:
            _ask(line)
            ask_at = monotonic() + ASK
        if monotonic() >= look_at:
            line.look()
            look_at = monotonic() + TICK


def _ask(line: Line) -> None:
    if not is_still_welcome():
        # What is over, or taken over, is told as such.
        line.look()
        raise HungUp(FORBIDDEN)


def _left(line: Line) -> None:
    switchboard(line.core).remove(line)
    with desk_for(line.core, line.actor, write=True) as desk:
        service.leave(desk, line.place)
    tell_others(line)


def _send(ws: Any, text: str) -> None:
    try:
        ws.send(text)
    except (ConnectionClosed, OSError) as error:
        raise HungUp(OVER) from error


def _is_own_origin() -> bool:
    """Tell whether the page that opens the socket is one of ours; browsers always say."""
    origin = request.headers.get("Origin", "")
    base = urlsplit(current_desk().config.base_url)
    return origin in (f"{base.scheme}://{base.netloc}", request.host_url.rstrip("/"))
