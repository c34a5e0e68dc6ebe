# SPDX-License-Identifier: AGPL-3.0-or-later
"""How content a participant is with the pilot, said as often as they like; the last one counts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person

from tresen_pilot_service.models import Base


class Rating(Base):
    """A score from 1 (not at all content) to 5 (very), with a comment."""

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")
