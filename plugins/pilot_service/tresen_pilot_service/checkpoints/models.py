# SPDX-License-Identifier: AGPL-3.0-or-later
"""The meetings of a programme, whom each is for, and what was decided there."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person

from tresen_pilot_service.models import Base, Programme


class Checkpoint(Base):
    """A meeting with customers of a programme (tresen_pilot_service.checkpoints.states).

    It lasts `duration` minutes. Where it is not for all participants, `Asked` names who is asked.
    `minutes` is what was said there; participants read it once it is published.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE")
    )
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    duration: Mapped[int]
    # A room, a phone number or the address of a video conference.
    place: Mapped[str] = mapped_column(String(300), default="")
    agenda: Mapped[str] = mapped_column(Text, default="")
    is_for_all: Mapped[bool] = mapped_column(default=True, server_default=true())
    state: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[str] = mapped_column(Text, default="")
    is_published: Mapped[bool] = mapped_column(default=False, server_default=false())
    # What calendars know it by, and how often it was moved, as RFC 5545 has it.
    uid: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")

    __table_args__ = (Index("ix_pilot_service_checkpoint_programme", "programme_id", "starts_at"),)


class Asked(Base):
    """That a participant is asked to a checkpoint which is not for all."""

    checkpoint_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_checkpoint.id", ondelete="CASCADE"), primary_key=True
    )
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )


class CheckpointDecision(Base):
    """What a checkpoint decided: who does it (an agent, or a name) and until which day."""

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_checkpoint.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]

    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")
