# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens in a room: coming, going, handing on, pictures and words.

Each verb asks anew whether the customer's consent holds, in the transaction in which it writes:
what was allowed a second ago may be stopped by now (safety R02).
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from tresen.sdk import Desk, Refused, _

from tresen_remote_support import consents, scopes, service, states
from tresen_remote_support.live import queries
from tresen_remote_support.live.messages import ANSWER, OFFER, SEEN, Message
from tresen_remote_support.live.models import ChatLine, Frame, Room, Signal
from tresen_remote_support.live.states import (
    CUSTOMER,
    GONE,
    HERE,
    Verdict,
    offered_to,
    partners,
    verdict,
)
from tresen_remote_support.models import RemoteSession

# One for each start: web processes that are forked from one another share it, a later start does
# not, and then the customer is asked anew before anything is sent.
BOOT = secrets.token_hex(8)

# Bytes of a picture, and characters of a line.
LARGEST_FRAME = 1_000_000
LONGEST_LINE = 2000
JPEG_BEGINS, JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"


@dataclass(frozen=True)
class Place:
    """A socket's place in a room, and from which signal and line on it is told.

    `ways` are those by which a picture can go: for each viewer the number of the last offer, and
    whether the other end is here.
    """

    session_id: int
    role: str
    socket: str
    signal_id: int
    line_id: int
    state: str
    generation: str
    ways: Mapping[str, Mapping[str, Any]]

    def told(self) -> dict[str, Any]:
        """Return what its browser learns of the room as it comes in."""
        return {"state": self.state, "generation": self.generation, "ways": self.ways}


def may_meet(desk: Desk, row: RemoteSession) -> bool:
    """Tell whether the two sides may be in touch: it runs or pauses, and the consent holds."""
    return row.state in states.RUNNING and _covers_view(desk, row)


def may_see(desk: Desk, row: RemoteSession) -> bool:
    """Tell whether anything of the screen may be shown now."""
    return row.state == states.ACTIVE and _covers_view(desk, row)


def join(desk: Desk, row: RemoteSession, role: str) -> Place:
    """Let a socket into the room; one of the same side that was there before has to go.

    Raises Refused where the session does not run.
    """
    service.lock(desk, row)
    if not may_meet(desk, row):
        raise Refused(_("This session does not run."))
    room = _opened(desk, row)
    socket = secrets.token_hex(8)
    setattr(room, f"{role}_socket", socket)
    _say(desk, room, role, HERE)
    known = queries.lines(desk, row.id)
    return Place(
        session_id=row.id,
        role=role,
        socket=socket,
        signal_id=queries.last_signal(desk, row.id),
        line_id=known[-1].id if known else 0,
        state=row.state,
        generation=room.generation,
        ways={viewer: _way(room, role, viewer) for viewer in partners(role)},
    )


def leave(desk: Desk, place: Place) -> None:
    """Note that a socket is gone; once the session is over nothing of the room is left."""
    row = desk.session.get(RemoteSession, place.session_id)
    if row is None:
        return
    service.lock(desk, row)
    if row.state not in states.RUNNING:
        wipe(desk, [row.id])
        return
    room = queries.room(desk, row.id)
    if room is not None and getattr(room, f"{place.role}_socket") == place.socket:
        setattr(room, f"{place.role}_socket", "")
        _say(desk, room, place.role, GONE)


def hand_on(desk: Desk, place: Place, message: Message) -> Verdict:
    """Take what one side sent, and keep it for the other if it may be said now."""
    row = desk.session.get(RemoteSession, place.session_id)
    if row is None:
        return Verdict.REFUSE
    service.lock(desk, row)
    room = queries.room(desk, row.id)
    if room is None or getattr(room, f"{place.role}_socket") != place.socket:
        return Verdict.REFUSE
    if not may_meet(desk, row):
        return Verdict.REFUSE
    found = verdict(room, place.role, message)
    # In a pause both sides may still speak of what was under way when it began.
    if found is Verdict.HAND_ON and not may_see(desk, row):
        return Verdict.DROP
    if found is Verdict.HAND_ON:
        service.see(desk, row)
        _pass_on(desk, room, place.role, message)
    return found


def keep_frame(desk: Desk, row: RemoteSession, jpeg: bytes) -> int:
    """Put a picture in the place of the last; return its number. Raises Refused."""
    service.lock(desk, row)
    if not may_see(desk, row):
        raise Refused(_("Nothing of the screen may be shown now."))
    is_jpeg = jpeg.startswith(JPEG_BEGINS) and jpeg.endswith(JPEG_ENDS)
    if not is_jpeg or len(jpeg) > LARGEST_FRAME:
        raise Refused(_("This is no picture that can be shown."))
    kept = desk.session.get(Frame, row.id)
    if kept is None:
        kept = Frame(session_id=row.id, number=0)
        desk.session.add(kept)
    kept.number, kept.jpeg, kept.at = kept.number + 1, jpeg, desk.now()
    desk.session.flush()
    return kept.number


def say(desk: Desk, row: RemoteSession, sender: str, text: str) -> ChatLine:
    """Keep a line of the chat; raises Refused where the session does not run or nothing is said."""
    service.lock(desk, row)
    if not may_meet(desk, row):
        raise Refused(_("This session does not run."))
    if not text.strip() or len(text) > LONGEST_LINE:
        raise Refused(_("A line has between 1 and %(most)s characters.") % {"most": LONGEST_LINE})
    made = ChatLine(
        session_id=row.id,
        sender=sender,
        person_id=desk.actor.person_id,
        name=desk.actor.name,
        text=text.strip(),
        at=desk.now(),
    )
    desk.session.add(made)
    service.see(desk, row)
    if (room := queries.room(desk, row.id)) is not None:
        room.news += 1
    desk.session.flush()
    return made


def wipe(desk: Desk, session_ids: Sequence[int]) -> None:
    """Throw away all but the chat: rooms, signals, pictures."""
    for model in (Signal, Frame, Room):
        desk.session.execute(delete(model).where(model.session_id.in_(session_ids)))


def _covers_view(desk: Desk, row: RemoteSession) -> bool:
    return consents.allows(desk, row, scopes.VIEW)


def _opened(desk: Desk, row: RemoteSession) -> Room:
    """Return the room as this start of Tresen knows it; after another start it is a new one."""
    room = queries.room(desk, row.id)
    if room is None:
        room = Room(session_id=row.id, news=0)
        desk.session.add(room)
    elif room.boot == BOOT:
        return room
    room.boot, room.generation = BOOT, secrets.token_hex(8)
    room.agent_offered = room.agent_answered = room.second_offered = room.second_answered = 0
    room.customer_socket = room.agent_socket = room.second_socket = ""
    desk.session.flush()
    return room


def _way(room: Room, role: str, viewer: str) -> dict[str, Any]:
    other = viewer if role == CUSTOMER else CUSTOMER
    return {
        "offered": offered_to(room, viewer),
        "is_here": bool(getattr(room, f"{other}_socket")),
    }


def _pass_on(desk: Desk, room: Room, role: str, message: Message) -> None:
    if message.kind == SEEN:
        return
    if message.kind == OFFER:
        setattr(room, f"{message.viewer}_offered", message.no)
    if message.kind == ANSWER:
        setattr(room, f"{message.viewer}_answered", message.no)
    made = Signal(sender=role, viewer=message.viewer, kind=message.kind, body=message.body())
    _tell(desk, room, made)


def _say(desk: Desk, room: Room, role: str, kind: str) -> None:
    """Say in the name of a side that it came or went; the customer hears which viewer it is."""
    viewer = "" if role == CUSTOMER else role
    body = {"kind": kind, "viewer": viewer} if viewer else {"kind": kind}
    _tell(desk, room, Signal(sender=role, viewer=viewer, kind=kind, body=json.dumps(body)))


def _tell(desk: Desk, room: Room, made: Signal) -> None:
    made.session_id, made.at = room.session_id, desk.now()
    desk.session.add(made)
    room.news += 1
    desk.session.flush()
