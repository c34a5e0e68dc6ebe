# SPDX-License-Identifier: AGPL-3.0-or-later
"""What hangs on the core's products, one row for each: offering, release, setup; and vendors."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, Product, StoredFile

from tresen_licensing.models import Base


class Vendor(Base):
    """Who makes a product of others'."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    website: Mapped[str] = mapped_column(String(300), default="")
    # Whom to call there, as it stands in the contract or on their page.
    support_contact: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")


class VendorContract(Base):
    """What a vendor owes us for the products that it covers.

    Without `ends_on` it has no end. With `renew_months` it goes on by that many each time, unless
    notice is given `notice_months` before.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_vendor.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    notice_months: Mapped[int] = mapped_column(default=0)
    renew_months: Mapped[int] = mapped_column(default=0)
    support_contact: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")

    vendor: Mapped[Vendor] = relationship(Vendor, lazy="raise_on_sql")


class Covered(Base):
    """A product that a vendor contract is about."""

    contract_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_vendor_contract.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Offering(Base):
    """How a product is offered; one that has no row is active as long as the core says so."""

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), unique=True
    )
    lifecycle: Mapped[str] = mapped_column(String(20), default="active")
    # Who answers for it, and is told when support is about to end.
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    vendor_id: Mapped[int | None] = mapped_column(
        ForeignKey("licensing_vendor.id", ondelete="SET NULL"), index=True
    )
    # Where it comes from, such as the project that an own product is made of.
    upstream: Mapped[str] = mapped_column(String(300), default="")
    support_from: Mapped[date | None]
    support_until: Mapped[date | None] = mapped_column(index=True)

    product: Mapped[Product] = relationship(Product, lazy="raise_on_sql")
    owner: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")
    vendor: Mapped[Vendor | None] = relationship(Vendor, lazy="raise_on_sql")


class Release(Base):
    """How a version was given out: its channel and notes, its source and what it is made of."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("product_version.id", ondelete="CASCADE"), unique=True
    )
    channel: Mapped[str] = mapped_column(String(20), default="stable")
    notes_de: Mapped[str] = mapped_column(Text, default="")
    notes_en: Mapped[str] = mapped_column(Text, default="")
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    # Of the source archive, in hexadecimal.
    source_sha512: Mapped[str] = mapped_column(String(128), default="")
    # Its SHA-256 is that under which the bytes are stored.
    sbom_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )

    source: Mapped[StoredFile | None] = relationship(
        StoredFile, foreign_keys=[source_id], lazy="raise_on_sql"
    )
    sbom: Mapped[StoredFile | None] = relationship(
        StoredFile, foreign_keys=[sbom_id], lazy="raise_on_sql"
    )


class Setup(Base):
    """What is particular about an installation."""

    id: Mapped[int] = mapped_column(primary_key=True)
    installation_id: Mapped[int] = mapped_column(
        ForeignKey("installation.id", ondelete="CASCADE"), unique=True
    )
    criticality: Mapped[str] = mapped_column(String(20), default="normal")
    # One a line each.
    modules: Mapped[str] = mapped_column(Text, default="")
    customer_changes: Mapped[str] = mapped_column(Text, default="")


class EndNotice(Base):
    """That somebody was told how many months before the end of support; told once for each end."""

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), index=True
    )
    # None where the product's own support ends.
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_version.id", ondelete="CASCADE"), index=True
    )
    until: Mapped[date] = mapped_column(index=True)
    months: Mapped[int]
    told_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("product_id", "version_id", "until", "months"),)
