# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers kept by idempotency key, so that a repeated call does nothing twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tresen.db import Base


class IdempotentAnswer(Base):
    """What a call with this key was answered; kept for a day."""

    __tablename__ = "idempotent_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(255))
    # SHA-256 of method, path and body: another body under the same key is refused.
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    # Where what was made is found, as the first answer said.
    location: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("token_id", "key"),)
