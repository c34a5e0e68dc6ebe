# SPDX-License-Identifier: AGPL-3.0-or-later
"""A waiver: asked for by one person, granted by another, and never for good."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person

from tresen_licensing.models import Base


class Waiver(Base):
    """What frees a development from its clock until a day; in force once two people said so."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_development.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(20))
    explanation: Mapped[str] = mapped_column(Text)
    # Its last day.
    expires_on: Mapped[date]
    asked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    asked_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    granted_at: Mapped[datetime | None]
    # Refused, or taken back before its time.
    ended_at: Mapped[datetime | None]

    asked_by: Mapped[Person | None] = relationship(
        Person, foreign_keys=[asked_by_id], lazy="raise_on_sql"
    )
    granted_by: Mapped[Person | None] = relationship(
        Person, foreign_keys=[granted_by_id], lazy="raise_on_sql"
    )
