# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is supported: products, their versions, and where customers run them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tresen.db import Base
from tresen.i18n import lazy
from tresen.people.models import Organisation


class Product(Base):
    """A service, a third-party product or an own product; `kind` says which.

    `licence` is an SPDX expression, `repository` the address of the public source.
    """

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    licence: Mapped[str] = mapped_column(String(120), default="")
    repository: Mapped[str] = mapped_column(String(300), default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    is_active: Mapped[bool] = mapped_column(default=True)


ENVIRONMENTS = {
    "production": lazy("Production"),
    "test": lazy("Test"),
    "pilot": lazy("Pilot"),
}


class ProductVersion(Base):
    """A released version; support ends with `support_until`, where it is known."""

    __tablename__ = "product_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(60))
    released_on: Mapped[date | None]
    support_until: Mapped[date | None]

    product: Mapped[Product] = relationship(lazy="raise_on_sql")

    __table_args__ = (UniqueConstraint("product_id", "number"),)


class Installation(Base):
    """A product in a version at a customer, in one environment (production, test, pilot)."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), index=True
    )
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_version.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(120), default="")
    environment: Mapped[str] = mapped_column(String(20), default="production")
    note: Mapped[str] = mapped_column(Text, default="")
    installed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    product: Mapped[Product] = relationship(lazy="raise_on_sql")
    version: Mapped[ProductVersion | None] = relationship(lazy="raise_on_sql")

    @property
    def environment_title(self) -> str:
        """The environment as readers see it; one that is no longer known stays as it is."""
        return str(ENVIRONMENTS.get(self.environment, self.environment))
