# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who changed what, when, from what to what; rows are added and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tresen.db import Base
from tresen.privacy import PersonName


class JournalEntry(Base):
    """One change of one field, or one act (`field` empty), on one subject."""

    __tablename__ = "journal_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    # Stays readable when the person is gone.
    actor_name: Mapped[str] = mapped_column(PersonName(200))
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(60))
    field: Mapped[str] = mapped_column(String(60), default="")
    old: Mapped[Any] = mapped_column(JSON, default=None)
    new: Mapped[Any] = mapped_column(JSON, default=None)

    __table_args__ = (Index("ix_journal_entry_subject", "subject_kind", "subject_id", "id"),)
