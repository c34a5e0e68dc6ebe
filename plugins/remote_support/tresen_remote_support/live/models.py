# SPDX-License-Identifier: AGPL-3.0-or-later
"""What two browsers need to find each other, the newest picture, and what was written meanwhile.

Signals go through the database, because the two sides may be served by different processes. All but
the chat is thrown away when the session is over.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from tresen.sdk import Person

from tresen_remote_support.models import Base, RemoteSession

SESSION = f"{RemoteSession.__tablename__}.id"


class Room(Base):
    """Where the customer of a running session meets who looks on: one for each session."""

    session_id: Mapped[int] = mapped_column(
        ForeignKey(SESSION, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # Which start of Tresen it was opened by; after another one the customer is asked again.
    boot: Mapped[str] = mapped_column(String(16))
    # Names the customer's yes to send: an offer that names another one is refused.
    generation: Mapped[str] = mapped_column(String(16))
    # For each viewer the number of the last offer, and of the last that was answered.
    agent_offered: Mapped[int] = mapped_column("offered", default=0)
    agent_answered: Mapped[int] = mapped_column("answered", default=0)
    second_offered: Mapped[int] = mapped_column(default=0)
    second_answered: Mapped[int] = mapped_column(default=0)
    # The sockets that count now; a newer one takes the place of the older.
    customer_socket: Mapped[str] = mapped_column(String(16), default="")
    agent_socket: Mapped[str] = mapped_column(String(16), default="")
    second_socket: Mapped[str] = mapped_column(String(16), default="")
    # Grows with every signal and line, so that whoever waits need not look for them.
    news: Mapped[int] = mapped_column(default=0)


class Signal(Base):
    """What one browser tells the other to be connected: descriptions, addresses, coming, going."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(SESSION, ondelete="CASCADE"))
    sender: Mapped[str] = mapped_column(String(10))
    # Whose picture it is about; empty for what the customer tells every viewer.
    viewer: Mapped[str] = mapped_column(String(10), default="")
    kind: Mapped[str] = mapped_column(String(10))
    # As JSON; of the size of a message that is taken at all.
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (Index("ix_remote_support_signal_session", "session_id", "id"),)


class Frame(Base):
    """The newest picture where no direct way exists; each one takes the place of the last."""

    session_id: Mapped[int] = mapped_column(
        ForeignKey(SESSION, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int]
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class ChatLine(Base):
    """What one side wrote to the other while the session ran; it belongs to the record."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(SESSION, ondelete="CASCADE"))
    sender: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{Person.__tablename__}.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_remote_support_chat_line_session", "session_id", "id"),)
