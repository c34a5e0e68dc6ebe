# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bill of materials of a version, its components, and the texts of their licences."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, StoredFile

from tresen_licensing.models import Base


class Bom(Base):
    """A bill of materials as it was imported; a newer one of the version supersedes it.

    The file stays as evidence, its components go with the next import.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("product_version.id", ondelete="CASCADE"))
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(20))
    spec_version: Mapped[str] = mapped_column(String(10))
    serial: Mapped[str] = mapped_column(String(500), default="")
    # Refs that the whole depends on.
    direct: Mapped[list[str]] = mapped_column(JSON, default=list)
    # What is odd about the file, as sentences.
    remarks: Mapped[list[str]] = mapped_column(JSON, default=list)
    count: Mapped[int]
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    superseded_at: Mapped[datetime | None]

    file: Mapped[StoredFile | None] = relationship(StoredFile, lazy="raise_on_sql")
    imported_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (Index("ix_licensing_bom_version", "version_id", "superseded_at"),)


class Component(Base):
    """One component of a bill, in the order of names.

    `declared` and `concluded` stand as in the file. `expression` is the SPDX expression that
    counts: what the file says, or what somebody of us concluded; empty until it is clear.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    bom_id: Mapped[int] = mapped_column(ForeignKey("licensing_bom.id", ondelete="CASCADE"))
    position: Mapped[int]
    ref: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40))
    group: Mapped[str] = mapped_column("namespace", Text, default="")
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text, default="")
    purl: Mapped[str] = mapped_column(Text, default="")
    supplier: Mapped[str] = mapped_column(Text, default="")
    declared: Mapped[str] = mapped_column(Text, default="")
    concluded: Mapped[str] = mapped_column(Text, default="")
    # Lines.
    copyright: Mapped[str] = mapped_column(Text, default="")
    hashes: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    depends_on: Mapped[list[str]] = mapped_column(JSON, default=list)
    # Licence and the SHA-256 of its text.
    texts: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    expression: Mapped[str] = mapped_column(String(600), default="")

    clearing: Mapped["Clearing | None"] = relationship("Clearing", lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("bom_id", "position", name="uq_licensing_component_position"),
        Index("ix_licensing_component_expression", "bom_id", "expression"),
    )

    @property
    def title(self) -> str:
        """Group and name, as people name it."""
        return f"{self.group}/{self.name}" if self.group else self.name

    @property
    def said(self) -> str:
        """What the file says of the licence, as it says it."""
        return self.concluded or self.declared


class Clearing(Base):
    """That somebody of us concluded the licence of a component, and why."""

    component_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_component.id", ondelete="CASCADE"), primary_key=True
    )
    note: Mapped[str] = mapped_column(Text, default="")
    cleared_at: Mapped[datetime]
    cleared_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

    cleared_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class LicenceText(Base):
    """The text of a licence as a bill brought it, once for all components that bear it."""

    bom_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_bom.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
