# SPDX-License-Identifier: AGPL-3.0-or-later
"""How duties of a release are met, and which licence of several was chosen."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, StoredFile

from tresen_licensing.models import Base


class Obligation(Base):
    """How one duty of one licence is met for a version, by which evidence, by whom and when.

    For two licences that do not fit together, `licence` names both. `bom_id` is the bill that was
    looked at: once a newer one counts, somebody has to look again.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("product_version.id", ondelete="CASCADE"))
    duty: Mapped[str] = mapped_column(String(20))
    licence: Mapped[str] = mapped_column(String(600))
    bom_id: Mapped[int | None] = mapped_column(
        ForeignKey("licensing_bom.id", ondelete="SET NULL"), index=True
    )
    how: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    met_at: Mapped[datetime]
    met_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

    file: Mapped[StoredFile | None] = relationship(StoredFile, lazy="raise_on_sql")
    met_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("version_id", "duty", "licence", name="uq_licensing_obligation_duty"),
    )


class Choice(Base):
    """Which way was chosen where there is a choice, such as `MIT` of `GPL-2.0-only OR MIT`."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("product_version.id", ondelete="CASCADE"))
    expression: Mapped[str] = mapped_column(String(600))
    chosen: Mapped[str] = mapped_column(String(600))
    note: Mapped[str] = mapped_column(Text, default="")
    chosen_at: Mapped[datetime]
    chosen_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

    chosen_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("version_id", "expression", name="uq_licensing_choice_expression"),
    )
