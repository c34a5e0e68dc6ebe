# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may say what in a room and when, and with which words a socket is closed.

The customer's browser has the picture, so it offers; the agent's answers. Each offer bears the next
number, and what belongs to it bears the same one: what is sent a second time is told by that.
"""

from enum import Enum

from tresen_remote_support.live.messages import ANSWER, BYE, ICE, OFFER, SEEN, Message
from tresen_remote_support.live.models import Room

CUSTOMER, AGENT = "customer", "agent"
OTHER = {CUSTOMER: AGENT, AGENT: CUSTOMER}
MAY_SEND = {CUSTOMER: (OFFER, ICE, BYE, SEEN), AGENT: (ANSWER, ICE, BYE, SEEN)}
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
    if message.kind == OFFER:
        is_next = message.no == room.offered + 1 and message.generation == room.generation
        return Verdict.HAND_ON if is_next else Verdict.REFUSE
    if message.kind in (BYE, SEEN):
        return Verdict.HAND_ON
    if 0 < message.no < room.offered:
        return Verdict.DROP
    return Verdict.HAND_ON if message.no == _due(room, role, message) else Verdict.REFUSE


def _due(room: Room, role: str, message: Message) -> int | None:
    """Return the number that an answer or an address must bear now, None where none is due."""
    is_open = room.offered > room.answered
    if message.kind == ANSWER:
        return room.offered if is_open else None
    has_described = room.offered > 0 if role == CUSTOMER else not is_open
    return room.offered if has_described and room.offered else None
