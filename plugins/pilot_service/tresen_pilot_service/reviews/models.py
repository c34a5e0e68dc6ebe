# SPDX-License-Identifier: AGPL-3.0-or-later
"""The exit review of a programme, what it found of each criterion, and who signed it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, ProductVersion

from tresen_pilot_service.models import Base, Participation, Programme


class Review(Base):
    """A decision at the end of a programme (tresen_pilot_service.reviews.states).

    Until `decided_at` it is written, and the criteria are those of the hour.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE"), index=True
    )
    held_on: Mapped[date]
    decision: Mapped[str] = mapped_column(String(20))
    conditions: Mapped[str] = mapped_column(Text, default="")
    # The last day of a programme that is prolonged.
    new_end: Mapped[date | None]
    # What participants run from now on, in the channel for everybody.
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_version.id", ondelete="SET NULL"), index=True
    )
    lessons: Mapped[str] = mapped_column(Text, default="")
    # Whether participants read the lessons, too.
    is_published: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
    version: Mapped[ProductVersion | None] = relationship(ProductVersion, lazy="raise_on_sql")


class Finding(Base):
    """What a review found of an exit criterion when it was decided."""

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_review.id", ondelete="CASCADE"), index=True
    )
    demand: Mapped[str] = mapped_column(String(400))
    value: Mapped[str] = mapped_column(String(60))
    light: Mapped[str] = mapped_column(String(10))
    evidence: Mapped[str] = mapped_column(Text, default="")


class ReviewSignature(Base):
    """Who signed a review: one of ours, or a participant's person, or a participant's mere name."""

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_review.id", ondelete="CASCADE"), index=True
    )
    # Empty for our side.
    participation_id: Mapped[int | None] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    signed_on: Mapped[date]

    participation: Mapped[Participation | None] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")
