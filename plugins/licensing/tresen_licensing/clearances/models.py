# SPDX-License-Identifier: AGPL-3.0-or-later
"""A clearance: one look through all checks at one change set, what it found, and who approved."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, StoredFile

from tresen_licensing.models import Base

_CLEARANCE = "licensing_clearance.id"
_PERSON = "person.id"


class Clearance(Base):
    """What the checks found at one change set; another look makes another row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_development.id", ondelete="CASCADE"), index=True
    )
    change_set_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_change_set.id", ondelete="CASCADE"), index=True
    )
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(_PERSON, ondelete="SET NULL"), index=True
    )
    # How each check ended (states.OUTCOMES), a JSON object by the check's id.
    outcomes: Mapped[str] = mapped_column(Text)
    # What was agreed when it was looked at, so that other terms call for another look.
    terms: Mapped[str] = mapped_column(String(300))

    made_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class Finding(Base):
    """One thing that a check found, and what was answered to it. It repeats nothing secret."""

    id: Mapped[int] = mapped_column(primary_key=True)
    clearance_id: Mapped[int] = mapped_column(
        ForeignKey(_CLEARANCE, ondelete="CASCADE"), index=True
    )
    # "C07", what it found there, and how grave it is (states.SEVERITIES).
    check: Mapped[str] = mapped_column(String(4))
    code: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str] = mapped_column(String(20))
    # What fills its text, a JSON object.
    facts: Mapped[str] = mapped_column(Text)
    # Patch and line from 1; without a path, in the words of the patch.
    patch: Mapped[int | None]
    path: Mapped[str] = mapped_column(Text, default="")
    line: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(_PERSON, ondelete="SET NULL"), index=True
    )

    answered_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class Approval(Base):
    """The word of one side, on what ground (states.GROUNDS); two sides are two people."""

    id: Mapped[int] = mapped_column(primary_key=True)
    clearance_id: Mapped[int] = mapped_column(ForeignKey(_CLEARANCE, ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(String(20))
    ground: Mapped[str] = mapped_column(String(20))
    approved_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey(_PERSON, ondelete="SET NULL"), index=True
    )
    # Who agreed at the customer where an agent wrote it down, in words.
    note: Mapped[str] = mapped_column(Text, default="")
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    document_sha512: Mapped[str] = mapped_column(String(128), default="")

    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")
    document: Mapped[StoredFile | None] = relationship(StoredFile, lazy="raise_on_sql")

    __table_args__ = (UniqueConstraint("clearance_id", "side", name="uq_licensing_approval_side"),)
