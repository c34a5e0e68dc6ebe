# SPDX-License-Identifier: AGPL-3.0-or-later
"""Advisories as they came in, what they name, and what was found of them in our releases."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, Product, ProductVersion, Ticket

from tresen_licensing.models import Base


class Advisory(Base):
    """An advisory, as the newest record of it says; `record` is that record as OSV.

    `score` is that of its vector, 0.0 to 10.0. A withdrawn one counts no more.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    osv_id: Mapped[str] = mapped_column(String(200), unique=True)
    modified_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    summary: Mapped[str] = mapped_column(Text, default="")
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    score: Mapped[float | None]
    vector: Mapped[str] = mapped_column(String(300), default="")
    rating: Mapped[str] = mapped_column(String(20), default="")
    record: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True, deferred_raiseload=True)
    taken_in_at: Mapped[datetime]
    taken_in_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

    taken_in_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class NamedPackage(Base):
    """A package that an advisory names, by the key of `packages`."""

    advisory_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_advisory.id", ondelete="CASCADE"), primary_key=True
    )
    package: Mapped[str] = mapped_column(String(500), primary_key=True, index=True)


class AdvisoryFinding(Base):
    """That an advisory names a component of a release, or may name it, and what we say of that.

    `verdict` says whether its version is named or cannot be compared. The component is known by
    its package and version, since each import of a bill makes its rows anew. `ended_at`: it is
    found no more. `revision` grows with each change, for the number of the VEX document.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    advisory_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_advisory.id", ondelete="CASCADE")
    )
    version_id: Mapped[int] = mapped_column(
        ForeignKey("product_version.id", ondelete="CASCADE"), index=True
    )
    package: Mapped[str] = mapped_column(String(500))
    component_version: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(Text)
    purl: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(10))
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(30))
    justification: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    assessed_at: Mapped[datetime | None]
    assessed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    revision: Mapped[int] = mapped_column(default=1)

    advisory: Mapped[Advisory] = relationship(Advisory, lazy="raise_on_sql")
    version: Mapped[ProductVersion] = relationship(ProductVersion, lazy="raise_on_sql")
    assessed_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint(
            *("advisory_id", "version_id", "package", "component_version"),
            name="uq_licensing_advisory_finding_component",
        ),
        Index("ix_licensing_advisory_finding_open", "ended_at", "status"),
    )

    @property
    def component(self) -> str:
        """The component with its version, as people name it."""
        return f"{self.title} {self.component_version}".strip()


class AdvisoryTicket(Base):
    """The ticket by which whoever answers for a product was asked to see to an advisory."""

    advisory_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_advisory.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)

    product: Mapped[Product] = relationship(Product, lazy="raise_on_sql")
    ticket: Mapped[Ticket] = relationship(Ticket, lazy="raise_on_sql")


class UnreadAdvisory(Base):
    """An answer of another plugin that is no advisory, as the last look found it, and why."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sentence: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime]
