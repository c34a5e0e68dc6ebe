# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every tool is to Tresen: one way to open it, which leads through the gate.

`create` is final, so that no tool can forget the gate. A tool sees neither the database nor
the session's row but what is `Asked` of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import final

from tresen.sdk import Desk

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import gate
from tresen_remote_support.providers.records import Asked, LogLine, State


@dataclass(frozen=True)
class Links:
    """What a session is opened with; shown once and kept nowhere but for `external_id`.

    `agent` and `customer` are addresses, empty where there is none; `instruction` is what
    the customer does.
    """

    agent: str = ""
    customer: str = ""
    instruction: str = ""
    external_id: str = ""
    valid_until: datetime | None = None


class Provider(ABC):
    """A tool; `scopes` are the kinds of access that it can give at all."""

    key: str
    title: str
    scopes: tuple[str, ...]
    needs_target = False
    runs_in_browser = False
    # Whether it talks to a server, which the database shall not wait for.
    asks_server = False
    # Whether `external_id` is what the tool calls the session; else it is the customer's device.
    names_sessions = False

    @final
    def create(self, desk: Desk, row: RemoteSession, profile: AccessProfile | None) -> Links:
        """Open the tool for a session; raises Refused where it is not running with a consent.

        Commits before a server is asked. What became of the session meanwhile counts.
        """
        gate.demand(desk, row, self)
        asked = gate.asked(desk, row, self, profile)
        if not self.asks_server:
            return self.open(asked)
        desk.commit()
        links = self.open(asked)
        try:
            gate.demand_still(desk, row, self)
        except gate.Closed:
            self.close(asked)
            raise
        return links

    @abstractmethod
    def open(self, asked: Asked) -> Links:
        """Return what it is opened with; raises Refused. Only `create` calls this."""

    def instruction(self) -> str:
        """Return what the customer does, in the language in use."""
        return ""

    def close(self, asked: Asked) -> None:  # noqa: B027 - most tools close themselves
        """Close what is open at the tool; harmless when nothing is."""

    def state(self, asked: Asked) -> State:  # noqa: ARG002 - of the interface
        """Return what the tool says of the session; most of them cannot be asked."""
        return State.UNKNOWN

    def log(self, asked: Asked) -> Sequence[LogLine]:  # noqa: ARG002 - as above
        """Return what the tool noted of the session; nothing where it cannot be asked."""
        return ()

    def recording(self, asked: Asked) -> str:  # noqa: ARG002 - as above
        """Return where the tool keeps its recording of the session; empty where there is none."""
        return ""
