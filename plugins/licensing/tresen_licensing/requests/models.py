# SPDX-License-Identifier: AGPL-3.0-or-later
"""A request for source or about licences, and its answer; what was written is on its ticket."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, Ticket

from tresen_licensing.models import Base


class SourceRequest(Base):
    """Somebody asked; days are those of the operator's calendar.

    `due_on` is fixed on the day it came in, so that another setting changes no promise.
    """

    __table_args__ = (Index("ix_licensing_source_request_open", "answered_on", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    # Which product in which version, in the words of who asks.
    product: Mapped[str] = mapped_column(String(300))
    wished_medium: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("ticket.id", ondelete="SET NULL"), index=True
    )
    received_on: Mapped[date]
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
    # How it was answered; empty while it is not.
    medium: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

    person: Mapped[Person | None] = relationship(
        Person, foreign_keys=[person_id], lazy="raise_on_sql"
    )
    answered_by: Mapped[Person | None] = relationship(
        Person, foreign_keys=[answered_by_id], lazy="raise_on_sql"
    )
    ticket: Mapped[Ticket | None] = relationship(Ticket, lazy="raise_on_sql")
