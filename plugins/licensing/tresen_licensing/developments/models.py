# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development at a customer, and the tickets that it came out of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Organisation, Person, Product, ProductVersion, Ticket

from tresen_licensing.agreements.models import Agreement
from tresen_licensing.models import Base

_DEVELOPMENT = "licensing_development.id"


class Development(Base):
    """Something developed further for a customer; its life: states, its due day: clocks."""

    id: Mapped[int] = mapped_column(primary_key=True)
    # "CD-2026-0007": what stands in trailers of commits and is public for good.
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    agreement_id: Mapped[int | None] = mapped_column(
        ForeignKey("licensing_agreement.id", ondelete="SET NULL"), index=True
    )
    product_id: Mapped[int | None] = mapped_column(
        ForeignKey("product.id", ondelete="SET NULL"), index=True
    )
    base_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_version.id", ondelete="SET NULL"), index=True
    )
    # The distribution or repository that is changed.
    component: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(20))
    # What it does and what for, in words that may become public.
    description: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(20), index=True)
    # Where it shall go: the address of upstream's repository, and its branch.
    upstream_url: Mapped[str] = mapped_column(String(300), default="")
    upstream_branch: Mapped[str] = mapped_column(String(120), default="")
    embargoed_until: Mapped[date | None]
    began_at: Mapped[datetime]
    # When it last took a step, or upstream said something.
    moved_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise_on_sql")
    agreement: Mapped[Agreement | None] = relationship(Agreement, lazy="raise_on_sql")
    product: Mapped[Product | None] = relationship(Product, lazy="raise_on_sql")
    base_version: Mapped[ProductVersion | None] = relationship(ProductVersion, lazy="raise_on_sql")
    owner: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class DevelopmentTicket(Base):
    """A ticket that a development came out of, or that speaks of it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(ForeignKey(_DEVELOPMENT, ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)

    ticket: Mapped[Ticket] = relationship(Ticket, lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint(
            "development_id", "ticket_id", name="uq_licensing_development_ticket_pair"
        ),
    )


class Number(Base):
    """The last number that a year gave to a development, so that none comes twice."""

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
