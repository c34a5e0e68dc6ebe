# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which protocol went to the customer when: a session may have a corrected one."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tresen_remote_support.models import Base


class Protocol(Base):
    """A protocol that was sent: the message, and the SHA-256 of the PDF beside it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_remote_session.id", ondelete="CASCADE")
    )
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id", ondelete="SET NULL"), index=True
    )
    # The PDF, until somebody whom it names is erased.
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    # Counts from 1 in each session.
    version: Mapped[int]
    sent_at: Mapped[datetime]
    # Empty where it went without a PDF.
    sha256: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        UniqueConstraint("session_id", "version", name="uq_remote_support_protocol_version"),
    )
