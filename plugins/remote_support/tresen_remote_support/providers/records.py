# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes to a tool and what comes back: plain values, without the database behind them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True)
class Asked:
    """A session as a tool gets to know it."""

    reference: str
    ticket: int
    agent: str
    device_id: str
    kinds: frozenset[str]
    moment: datetime


class State(Enum):
    """What a tool says of a session."""

    UNKNOWN = "unknown"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class LogLine:
    """What a tool noted, in its own words."""

    at: datetime
    text: str
