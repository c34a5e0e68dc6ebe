# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads rooms: what happened since one last looked, in as few questions as can be."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from tresen.sdk import Desk

from tresen_remote_support.live.models import ChatLine, Frame, Room, Signal
from tresen_remote_support.live.states import CUSTOMER
from tresen_remote_support.models import RemoteSession

SETTINGS = "remote_support.live"


class Pulse(NamedTuple):
    """What a socket that waits has to know, several times a second."""

    state: str
    customer_socket: str
    agent_socket: str
    second_socket: str
    news: int


# Columns of the bare tables, in a statement that is made once: it is asked all the time.
_PULSE = select(
    RemoteSession.__table__.c.state,
    Room.__table__.c.customer_socket,
    Room.__table__.c.agent_socket,
    Room.__table__.c.second_socket,
    Room.__table__.c.news,
).join_from(RemoteSession.__table__, Room.__table__)


def pulse(desk: Desk, session_id: int) -> Pulse | None:
    """Return how a room stands, None where there is none any more."""
    of_session = RemoteSession.__table__.c.id == session_id
    found = desk.session.execute(_PULSE.where(of_session)).first()
    return None if found is None else Pulse(*found)


def room(desk: Desk, session_id: int) -> Room | None:
    """Return the room of a session."""
    return desk.session.get(Room, session_id)


def last_signal(desk: Desk, session_id: int) -> int:
    """Return the id of the newest signal, 0 where there is none."""
    of_session = Signal.session_id == session_id
    return desk.session.scalar(select(func.max(Signal.id)).where(of_session)) or 0


def signals(desk: Desk, session_id: int, role: str, after: int) -> Sequence[Signal]:
    """Return what a side was told since, in its order; a viewer hears of the own picture alone."""
    statement = select(Signal).where(Signal.session_id == session_id, Signal.id > after)
    if role == CUSTOMER:
        statement = statement.where(Signal.sender != CUSTOMER)
    else:
        statement = statement.where(Signal.sender == CUSTOMER, Signal.viewer.in_(("", role)))
    return desk.session.scalars(statement.order_by(Signal.id)).all()


def lines(desk: Desk, session_id: int, after: int = 0) -> Sequence[ChatLine]:
    """Return what was written since, in its order."""
    statement = select(ChatLine).where(ChatLine.session_id == session_id, ChatLine.id > after)
    return desk.session.scalars(statement.order_by(ChatLine.id)).all()


def frame(desk: Desk, session_id: int, after: int) -> Frame | None:
    """Return the newest picture unless it is the one that is known already."""
    statement = select(Frame).where(Frame.session_id == session_id, Frame.number != after)
    return desk.session.scalar(statement)
