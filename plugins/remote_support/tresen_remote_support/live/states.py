# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may say what in a room and when, and with which words a socket is closed.

The customer's browser has the picture, so it offers it to each viewer, whose browser answers. Each
offer to a viewer bears the next number, and what belongs to it bears the same one: what is sent a
second time is told by that.
"""

from enum import Enum

from tresen_remote_support.live.messages import (
    AGENT,
    ANSWER,
    BYE,
    ICE,
    OFFER,
    SECOND,
    SEEN,
    VIEWERS,
    Message,
)
from tresen_remote_support.live.models import Room
from tresen_remote_support.models import RemoteSession

CUSTOMER = "customer"
_AS_VIEWER = (ANSWER, ICE, BYE, SEEN)
MAY_SEND = {CUSTOMER: (OFFER, ICE, BYE, SEEN), AGENT: _AS_VIEWER, SECOND: _AS_VIEWER}
# What Tresen itself says in the name of one side: it came, it went.
HERE, GONE = "here", "gone"

# Codes with which a socket is closed (4000 to 4999 are free for applications, RFC 6455).
MALFORMED, FORBIDDEN, TAKEN_OVER, OVER, FLOODED = 4400, 4403, 4409, 4410, 4429


class Verdict(Enum):
    """What becomes of a message."""

    HAND_ON = "hand on"
    # Of an earlier offer: it was under way when the next one was made.
    DROP = "drop"
    REFUSE = "refuse"


def verdict(room: Room, role: str, message: Message) -> Verdict:
    """Tell what becomes of a message that a side sends into the room as it stands."""
    if message.kind not in MAY_SEND[role]:
        return Verdict.REFUSE
    if message.kind in (BYE, SEEN):
        return Verdict.HAND_ON
    if role not in (CUSTOMER, message.viewer):
        return Verdict.REFUSE
    offered = offered_to(room, message.viewer)
    if message.kind == OFFER:
        is_next = message.no == offered + 1 and message.generation == room.generation
        return Verdict.HAND_ON if is_next else Verdict.REFUSE
    if 0 < message.no < offered:
        return Verdict.DROP
    return Verdict.HAND_ON if message.no == _due(room, role, message) else Verdict.REFUSE


def viewer_of(row: RemoteSession, person_id: int | None) -> str | None:
    """Return as which viewer a person may look on, None where they may not."""
    if person_id is None:
        return None
    return {row.second_agent_id: SECOND, row.agent_id: AGENT}.get(person_id)


def offered_to(room: Room, viewer: str) -> int:
    """Return the number of the last offer to a viewer, 0 where none was made."""
    found: int = getattr(room, f"{viewer}_offered")
    return found


def partners(role: str) -> tuple[str, ...]:
    """Return the viewers with whom a side exchanges a picture: the customer with each."""
    return VIEWERS if role == CUSTOMER else (role,)


def _due(room: Room, role: str, message: Message) -> int | None:
    """Return the number that an answer or an address must bear now, None where none is due."""
    offered = offered_to(room, message.viewer)
    is_open = offered > getattr(room, f"{message.viewer}_answered")
    if message.kind == ANSWER:
        return offered if is_open else None
    has_described = offered > 0 if role == CUSTOMER else not is_open
    return offered if has_described and offered else None
