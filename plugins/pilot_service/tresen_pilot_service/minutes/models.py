# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remote support that was given to a participant, in minutes."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, Ticket

from tresen_pilot_service.models import Base, Participation


class Booking(Base):
    """Minutes of one day: those that the quota held, and those beyond it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE")
    )
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("ticket.id", ondelete="SET NULL"), index=True
    )
    # Who gave the support.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    worked_on: Mapped[date]
    within: Mapped[int]
    beyond: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    # Of the remote session that took them: what is corrected there is corrected here, once.
    remote_reference: Mapped[str | None] = mapped_column(String(20), unique=True, index=True)
    created_at: Mapped[datetime]

    participation: Mapped[Participation] = relationship(lazy="raise_on_sql")
    ticket: Mapped[Ticket | None] = relationship(Ticket, lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_pilot_service_booking_participation", "participation_id", "worked_on"),
    )

    @property
    def minutes(self) -> int:
        """All of them."""
        return self.within + self.beyond
