# SPDX-License-Identifier: AGPL-3.0-or-later
"""A build that participants try, and the rings to which it was rolled out.

The words are those of deployment management: a build goes to ring 0 first, then to 1, 2 and so on.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import ProductVersion

from tresen_pilot_service.models import Base, Programme


class Build(Base):
    """A state of the product that is tried; `number` is what participants read in it.

    `version_id` names the version as which it is known at installations, where it is one.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE")
    )
    number: Mapped[str] = mapped_column(String(60))
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_version.id", ondelete="SET NULL"), index=True
    )
    notes: Mapped[str] = mapped_column(Text, default="")
    known_issues: Mapped[str] = mapped_column(Text, default="")
    rollback_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(Programme, lazy="raise_on_sql")
    version: Mapped[ProductVersion | None] = relationship(ProductVersion, lazy="raise_on_sql")

    __table_args__ = (
        Index("uq_pilot_service_build_number", "programme_id", "number", unique=True),
    )


class Rollout(Base):
    """That a build is given to a ring, from `rolled_out_on` until before `withdrawn_on`.

    What was withdrawn may be rolled out again; both stay known.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    build_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_build.id", ondelete="CASCADE"), index=True
    )
    ring: Mapped[int]
    rolled_out_on: Mapped[date]
    withdrawn_on: Mapped[date | None]

    build: Mapped[Build] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "uq_pilot_service_rollout_ring",
            "build_id",
            "ring",
            unique=True,
            sqlite_where=text("withdrawn_on IS NULL"),
            postgresql_where=text("withdrawn_on IS NULL"),
        ),
    )
