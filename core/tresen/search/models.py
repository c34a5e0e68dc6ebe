# SPDX-License-Identifier: AGPL-3.0-or-later
"""What search looks through: one row for each found text, with its stems.

Stems are made in Python for both databases, so that both find the same (design, section 5 of
the library facts). SQLite holds two FTS5 tables beside this one, for tickets and for the others;
PostgreSQL has two tsvector columns. Migrations make them, and the databases fill them.
"""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tresen.db import Base


class SearchEntry(Base):
    """A searchable text of a subject: of a ticket, `part_id` is the message (0: its head)."""

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    part_id: Mapped[int] = mapped_column(default=0)
    # Whether the subject's customers may find it: internal notes are not public.
    is_public: Mapped[bool] = mapped_column(default=False)
    title_stems: Mapped[str] = mapped_column(Text, default="")
    body_stems: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]

    __table_args__ = (Index("uq_search_entry_part", "kind", "subject_id", "part_id", unique=True),)
