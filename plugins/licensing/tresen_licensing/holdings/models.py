# SPDX-License-Identifier: AGPL-3.0-or-later
"""A licence that a customer holds for a product, and who of them is entitled by it."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Organisation, Person, Product

from tresen_licensing.models import Base


class Licence(Base):
    """The right of an organisation to use a product; without `ends_on` it holds for good.

    `count` is how many of the metric, None for an unlimited one. The key is shown on demand alone
    and stands in no list, no journal and no log.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), index=True
    )
    edition: Mapped[str] = mapped_column(String(80), default="")
    metric: Mapped[str] = mapped_column(String(20))
    count: Mapped[int | None]
    key: Mapped[str] = mapped_column(String(2000), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(index=True)
    # The last day with updates and support.
    maintenance_until: Mapped[date | None] = mapped_column(index=True)
    # So many days before either end it is up for renewal.
    reminder_days: Mapped[int] = mapped_column(default=60)
    # The end that was reminded of last.
    reminded_of: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Text, default="")

    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise_on_sql")
    product: Mapped[Product] = relationship(Product, lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_licensing_licence_organisation_id", "organisation_id", "product_id"),
    )

    def __repr__(self) -> str:
        """Name the row by its id alone, so that no log ever holds a key."""
        return f"<Licence {self.id}>"


class Entitled(Base):
    """Somebody of the holder's who may ask for support by the licence."""

    licence_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_licence.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    person: Mapped[Person] = relationship(Person, lazy="raise_on_sql")
