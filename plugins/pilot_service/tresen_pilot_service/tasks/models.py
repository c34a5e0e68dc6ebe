# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants are asked to try in their daily work, and how it went at each of them."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person

from tresen_pilot_service.models import Base


class Task(Base):
    """Something that each participant tries once; `position` orders them."""

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    instructions: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int]


class TaskResult(Base):
    """How a task went at a participant (tresen_pilot_service.tasks.states), and who said so."""

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("pilot_service_task.id", ondelete="CASCADE"))
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    outcome: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date]

    task: Mapped[Task] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        Index("uq_pilot_service_task_result_once", "task_id", "participation_id", unique=True),
    )
