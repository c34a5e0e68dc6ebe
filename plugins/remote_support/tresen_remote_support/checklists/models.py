# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator's answers: what Tresen cannot know, somebody says with name and day."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person

from tresen_remote_support.models import Base


class ChecklistAnswer(Base):
    """The latest answer to a requirement; earlier ones stand in the journal."""

    id: Mapped[int] = mapped_column(primary_key=True)
    # As in requirements.REQUIREMENTS: "A7".
    requirement: Mapped[str] = mapped_column(String(4), unique=True)
    verdict: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")
