# SPDX-License-Identifier: AGPL-3.0-or-later
"""One open socket's end in a room: takes what its browser says, tells it what the others said.

Nothing here holds a transaction while it waits. Who writes tells the sockets of the same process at
once; those of others look several times a second.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from tresen.sdk import Actor, Core, Desk, desk_for

from tresen_remote_support import states as life
from tresen_remote_support.live import queries, service
from tresen_remote_support.live.messages import Malformed, parse
from tresen_remote_support.live.models import ChatLine
from tresen_remote_support.live.states import (
    FLOODED,
    FORBIDDEN,
    MALFORMED,
    OVER,
    TAKEN_OVER,
    Verdict,
)

# Messages of one socket in a second, and those that wait; a browser that begins sends some thirty.
MOST_MESSAGES = 60
SHELF = "remote_support.lines"


class HungUp(Exception):  # noqa: N818 - it reads as a sentence where raised
    """The socket is to be closed, with a code (states)."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Meter:
    """Counts messages by the second."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.second, self.count = 0, 0

    def is_full(self) -> bool:
        """Count one more, and tell whether it is too many."""
        now = int(self.clock())
        self.count = self.count + 1 if now == self.second else 1
        self.second = now
        return self.count > MOST_MESSAGES


@dataclass(eq=False)
class Line:
    """A socket's end; `send` gives its browser a text."""

    core: Core
    actor: Actor
    place: service.Place
    send: Callable[[str], None]
    meter: Meter = field(default_factory=Meter)
    # What its browser knows by now.
    news: int = -1
    state: str = ""
    # Its own thread tells it things, and those of others that wrote.
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.signal_id, self.line_id = self.place.signal_id, self.place.line_id
        self.state = self.place.state

    def take(self, raw: str | bytes, waiting: int) -> None:
        """Take what its browser said, while so many more wait; raises HungUp."""
        if self.meter.is_full() or waiting > MOST_MESSAGES:
            raise HungUp(FLOODED)
        try:
            message = parse(raw)
        except Malformed as error:
            raise HungUp(MALFORMED) from error
        with desk_for(self.core, self.actor, write=True) as desk:
            found = service.hand_on(desk, self.place, message)
        if found is Verdict.REFUSE:
            # Over and taken over are told as such.
            self.look()
            raise HungUp(FORBIDDEN)
        tell_others(self)

    def look(self) -> None:
        """Tell its browser what is new; raises HungUp when its place is gone."""
        with self.lock:
            for text in self._new():
                self.send(text)

    def _new(self) -> list[str]:
        with desk_for(self.core, self.actor) as desk:
            pulse = queries.pulse(desk, self.place.session_id)
            if pulse is None or pulse.state not in life.RUNNING:
                raise HungUp(OVER)
            if getattr(pulse, f"{self.place.role}_socket") != self.place.socket:
                raise HungUp(TAKEN_OVER)
            told = self._news(desk) if pulse.news != self.news else []
        if pulse.state != self.state:
            told.append(json.dumps({"kind": "state", "state": pulse.state}))
        self.news, self.state = pulse.news, pulse.state
        return told

    def _news(self, desk: Desk) -> list[str]:
        session_id = self.place.session_id
        signals = queries.signals(desk, session_id, self.place.role, self.signal_id)
        lines = queries.lines(desk, session_id, self.line_id)
        self.signal_id = signals[-1].id if signals else self.signal_id
        self.line_id = lines[-1].id if lines else self.line_id
        return [each.body for each in signals] + [json.dumps(as_line(each)) for each in lines]


class Switchboard:
    """The open lines of this process, by session."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.lines: dict[int, set[Line]] = defaultdict(set)

    def add(self, line: Line) -> None:
        """Take a line in."""
        with self.lock:
            self.lines[line.place.session_id].add(line)

    def remove(self, line: Line) -> None:
        """Let a line go."""
        with self.lock:
            found = self.lines[line.place.session_id]
            found.discard(line)
            if not found:
                del self.lines[line.place.session_id]

    def of(self, session_id: int) -> list[Line]:
        """Return the lines of a session."""
        with self.lock:
            return list(self.lines.get(session_id, ()))


def switchboard(core: Core) -> Switchboard:
    """Return the switchboard of this process."""
    found: Switchboard = core.shelf.setdefault(SHELF, Switchboard())
    return found


def tell_others(line: Line) -> None:
    """Let the others' sockets, where they are in this process, look at once."""
    wake(line.core, line.place.session_id, line)


def wake(core: Core, session_id: int, but: Line | None = None) -> None:
    """Let the sockets of a session in this process look at once."""
    for each in switchboard(core).of(session_id):
        if each is not but:
            # Where it has to be closed, its own thread comes to the same.
            with suppress(HungUp):
                each.look()


def as_line(row: ChatLine) -> dict[str, Any]:
    """Return a line of the chat as pages show it."""
    told = {"id": row.id, "sender": row.sender, "name": row.name, "text": row.text}
    return {"kind": "chat", **told, "at": row.at.isoformat()}
