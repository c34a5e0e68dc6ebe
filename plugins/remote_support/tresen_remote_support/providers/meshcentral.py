# SPDX-License-Identifier: AGPL-3.0-or-later
"""MeshCentral: a guest link to one device, for one session, that asks the customer once more.

It speaks what MeshCentral's own command line speaks: JSON messages over a WebSocket at
`control.ashx`, signed in with a login token in the header `x-meshauth`.
"""

import base64
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from tresen.sdk import Refused, _
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from tresen_remote_support import scopes
from tresen_remote_support.providers import addresses, vault
from tresen_remote_support.providers.interface import Links, Provider
from tresen_remote_support.providers.models import Tool
from tresen_remote_support.providers.records import Asked, LogLine, State

KEY = "meshcentral"
# A session that takes longer asks for another link.
LIFE = timedelta(hours=1)
# Seconds for one question, with all that the server says unasked in between.
PATIENCE = 5
MOST_LINES = 50

# Bits of what is shared, each with those that make the device ask, or only say so.
TERMINAL, DESKTOP, FILES = 1, 2, 4
PROMPT = {TERMINAL: 16, DESKTOP: 8, FILES: 32}
NOTIFY = {TERMINAL: 2, DESKTOP: 1, FILES: 4}
# A bar on the screen with which whoever sits there ends it.
BAR = 64
SHARED = {
    scopes.TERMINAL: TERMINAL,
    scopes.VIEW: DESKTOP,
    scopes.CONTROL: DESKTOP,
    scopes.FILES: FILES,
}

KINDS = (*SHARED, scopes.UNATTENDED)
Message = Mapping[str, Any]


class MeshCentral(Provider):
    """A MeshCentral of the operator's, as `Tool` says where it is."""

    key, title, scopes = KEY, "MeshCentral", KINDS
    needs_target = True
    asks_server = True
    names_sessions = True

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    def open(self, asked: Asked) -> Links:
        """Have a link made, and return it."""
        until = asked.moment + LIFE
        with self._line() as line:
            made = line.ask("createDeviceShareLink", **_wish(asked, until))
        link = str(made.get("url", ""))
        if made.get("result") != "OK" or not self._is_own(link):
            raise Refused(_("MeshCentral made no link: does it know this device?"))
        return Links(
            agent=link,
            instruction=self.instruction(),
            external_id=str(made.get("publicid", "")),
            valid_until=until,
        )

    def instruction(self) -> str:
        """Return what the customer does."""
        return _("Your computer asks whether our agent may connect: allow it there.")

    def close(self, asked: Asked) -> None:
        """Take every link of the session back."""
        with self._line() as line:
            for share in _shares(line, asked):
                device = asked.device_id
                line.ask("removeDeviceShare", nodeid=device, publicid=share["publicid"])

    def state(self, asked: Asked) -> State:
        """Return whether a link of the session holds still."""
        with self._line() as line:
            return State.OPEN if _shares(line, asked) else State.CLOSED

    def log(self, asked: Asked) -> Sequence[LogLine]:
        """Return what the device's own log says since the session was asked for, in its order."""
        with self._line() as line:
            found = line.ask("events", nodeid=asked.device_id, limit=MOST_LINES)
        lines = [
            LogLine(datetime.fromisoformat(str(each["time"])), str(each.get("msg", "")))
            for each in found.get("events", ())
        ]
        return sorted((each for each in lines if each.text), key=lambda each: each.at)

    @contextmanager
    def _line(self) -> Iterator["Line"]:
        """Open a line to the server; whatever goes wrong on it is one refusal."""
        server = addresses.server(self._tool.address)
        signed_in = _sign_in(vault.secret(self._tool.secret_name))
        address = f"ws{server.removeprefix('http')}/control.ashx"
        try:
            with connect(
                address,
                additional_headers={"x-meshauth": signed_in},
                open_timeout=PATIENCE,
                close_timeout=1,
            ) as connection:
                yield Line(connection)
        except (OSError, WebSocketException, ValueError, KeyError) as error:
            raise Refused(_("MeshCentral does not answer as expected. Go on by phone.")) from error

    def _is_own(self, link: str) -> bool:
        """Tell whether a link leads to the server that was asked."""
        own, other = urlsplit(self._tool.address), urlsplit(link)
        return (own.scheme, own.netloc) == (other.scheme, other.netloc)


class Line:
    """A line on which questions are asked; each is answered under its own number."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def ask(self, action: str, **given: Any) -> Message:
        """Return the server's answer; raises Refused where it lets nobody in."""
        number = secrets.token_hex(8)
        # A server that accepts no token may be gone by now; what it said before that is still here.
        with suppress(ConnectionClosed):
            self._connection.send(json.dumps({"action": action, **given, "responseid": number}))
        until = time.monotonic() + PATIENCE
        while True:
            said = json.loads(self._connection.recv(timeout=max(0, until - time.monotonic())))
            if said.get("action") == "close":
                raise Refused(_("MeshCentral does not accept the login token."))
            # Not every answer bears the number, and much is said that nobody asked for.
            if said.get("action") == action and said.get("responseid", number) == number:
                return dict(said)


def _wish(asked: Asked, until: datetime) -> dict[str, Any]:
    """Return what is to be shared: view only unless more was agreed to, and never silently."""
    kinds = 0
    for kind, bit in SHARED.items():
        kinds |= bit if kind in asked.kinds else 0
    asking = NOTIFY if scopes.UNATTENDED in asked.kinds else PROMPT
    return {
        "nodeid": asked.device_id,
        "guestname": _guest(asked),
        "p": kinds,
        "consent": sum(flag for bit, flag in asking.items() if kinds & bit)
        + (BAR if kinds & DESKTOP else 0),
        "start": int(asked.moment.timestamp()),
        "end": int(until.timestamp()),
        "viewOnly": scopes.CONTROL not in asked.kinds,
    }


def _shares(line: Line, asked: Asked) -> list[Message]:
    found = line.ask("deviceShares", nodeid=asked.device_id).get("deviceShares") or []
    return [each for each in found if each.get("guestName") == _guest(asked)]


def _guest(asked: Asked) -> str:
    """Return the name that the customer's screen shows, which tells the session too."""
    return f"{asked.agent} ({asked.reference})"


def _sign_in(secret: str) -> str:
    """Return the header of a login token, which is kept as its name and its password."""
    name, _gap, password = secret.partition(" ")
    return ",".join(base64.b64encode(part.encode()).decode() for part in (name, password))
