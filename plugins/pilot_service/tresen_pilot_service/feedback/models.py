# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody tells of a product in a pilot, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, Ticket

from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Base, Participation


class Feedback(Base):
    """A defect, usability problem, wish, praise or question (tresen_pilot_service.feedback.states).

    `participation_id` is None where it came from a customer who takes no part. `severity` is empty
    for what is no defect and no usability problem. `area` is the screen or module that it is about.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE")
    )
    participation_id: Mapped[int | None] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    area: Mapped[str] = mapped_column(String(120), default="")
    build_id: Mapped[int | None] = mapped_column(
        ForeignKey("pilot_service_build.id", ondelete="SET NULL"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    # By which way it came (states.CHANNELS).
    channel: Mapped[str] = mapped_column(String(20))
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("ticket.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(20))
    duplicate_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("pilot_service_feedback.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    triaged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    # What was answered last; customers read it.
    answer: Mapped[str] = mapped_column(Text, default="")

    participation: Mapped[Participation | None] = relationship(lazy="raise_on_sql")
    build: Mapped[Build | None] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")
    ticket: Mapped[Ticket | None] = relationship(Ticket, lazy="raise_on_sql")
    duplicate_of: Mapped["Feedback | None"] = relationship(
        lazy="raise_on_sql", remote_side="Feedback.id"
    )

    __table_args__ = (Index("ix_pilot_service_feedback_programme", "programme_id", "state"),)
