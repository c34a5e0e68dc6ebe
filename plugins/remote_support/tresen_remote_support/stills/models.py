# SPDX-License-Identifier: AGPL-3.0-or-later
"""A picture of the customer's screen, sent or taken from the moving one, and copies drawn upon.

It points at no person: it is of the person at the screen of its session.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Message, StoredFile

from tresen_remote_support.models import Base


class Still(Base):
    """One picture, as it was: its size in pixels and its SHA-256, also when the file is gone."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_remote_session.id", ondelete="CASCADE")
    )
    # The picture that an agent drew on; None for what the customer sent or an agent took.
    original_id: Mapped[int | None] = mapped_column(
        ForeignKey("remote_support_still.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    # With which it stands on the ticket; its author is who sent it.
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id", ondelete="SET NULL"), index=True
    )
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    taken_at: Mapped[datetime]
    # By one who looked on, from the moving picture.
    is_taken: Mapped[bool] = mapped_column(default=False)
    # When the customer had it removed: its file is gone then.
    removed_at: Mapped[datetime | None]

    file: Mapped[StoredFile | None] = relationship(StoredFile, lazy="raise_on_sql")
    message: Mapped[Message | None] = relationship(Message, lazy="raise_on_sql")

    @property
    def is_drawn(self) -> bool:
        """Whether it is an agent's copy with something drawn on it."""
        return self.original_id is not None

    __table_args__ = (Index("ix_remote_support_still_session", "session_id", "id"),)
