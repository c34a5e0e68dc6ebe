# SPDX-License-Identifier: AGPL-3.0-or-later
"""An appointment of a participant with an agent (tresen_pilot_service.appointments.states)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person

from tresen_pilot_service.minutes.models import Booking
from tresen_pilot_service.models import Base, Participation

PHONE = "phone"


class Appointment(Base):
    """A time at which both sides speak, by phone.

    Times that were offered together bear the same `offer`: once one is confirmed, the others fall.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE")
    )
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    # Of the customer: who asked for it or confirmed it.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20), default=PHONE)
    state: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # The number that is called.
    number: Mapped[str] = mapped_column(String(60), default="")
    wish: Mapped[str] = mapped_column(Text, default="")
    offer: Mapped[str] = mapped_column(String(32), index=True)
    # As calendars know it (RFC 5545): who is told of a higher number forgets the lower one.
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    # What was given while it was held.
    booking_id: Mapped[int | None] = mapped_column(
        ForeignKey("pilot_service_booking.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    participation: Mapped[Participation] = relationship(lazy="raise_on_sql")
    agent: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[agent_id]
    )
    person: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[person_id]
    )
    booking: Mapped[Booking | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_pilot_service_appointment_participation", "participation_id", "starts_at"),
        Index("ix_pilot_service_appointment_agent", "agent_id", "starts_at"),
        Index("ix_pilot_service_appointment_state", "state", "starts_at"),
    )
