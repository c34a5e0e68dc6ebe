# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recording of what a customer shared, in the pieces in which it came, and who looked at it.

The pieces are rows of their own and no stored file: each is committed as it comes, so that a crash
loses at most one, and one piece alone is read for a moment somebody jumps to. Decision 0025.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person

from tresen_remote_support.models import Base, RemoteSession

SESSION = f"{RemoteSession.__tablename__}.id"
PERSON = f"{Person.__tablename__}.id"


class Recording(Base):
    """One recording; what it was stays on record when its bytes are gone."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(SESSION, ondelete="CASCADE"))
    # Who recorded.
    agent_id: Mapped[int | None] = mapped_column(
        ForeignKey(PERSON, ondelete="SET NULL"), index=True
    )
    started_at: Mapped[datetime]
    # When the last piece came.
    heard_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # The operator's calendar day on which its bytes go, as the consent says.
    delete_on: Mapped[date]
    deleted_at: Mapped[datetime | None]
    # How many pieces came: the number of the next.
    pieces: Mapped[int] = mapped_column(default=0)
    # In bytes: of what came after the head while it runs, then of the whole.
    size: Mapped[int] = mapped_column(default=0)
    milliseconds: Mapped[int] = mapped_column(default=0)
    # Of the whole, once it is over.
    sha256: Mapped[str] = mapped_column(String(64), default="")
    # What stands before the first cluster; once it is over, with the index.
    head: Mapped[bytes] = mapped_column(LargeBinary, default=b"", deferred=True)
    # How far it was looked through (webm.Walk); None before the head is complete.
    walked: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)

    session: Mapped[RemoteSession] = relationship(RemoteSession, lazy="raise_on_sql")
    agent: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_remote_support_recording_session", "session_id", "id"),
        Index("ix_remote_support_recording_due", "deleted_at", "delete_on"),
        Index("ix_remote_support_recording_open", "ended_at", "heard_at"),
    )


class RecordingPiece(Base):
    """What the agent's browser sent at once, without what belongs to the head."""

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_recording.id", ondelete="CASCADE")
    )
    # Counts from 0 in each recording.
    number: Mapped[int]
    # Where it stands behind the head, in bytes.
    begins: Mapped[int]
    size: Mapped[int]
    # Of what was sent, by which it is known when it comes a second time.
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (
        UniqueConstraint("recording_id", "number", name="uq_remote_support_recording_piece_number"),
        Index("ix_remote_support_recording_piece_begins", "recording_id", "begins"),
    )


class RecordingView(Base):
    """Somebody watched a recording or took it away; nobody gets a byte without such a row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_recording.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey(PERSON, ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    is_customer: Mapped[bool]
    # One of states.HOW.
    how: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
