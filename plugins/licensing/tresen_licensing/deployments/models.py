# SPDX-License-Identifier: AGPL-3.0-or-later
"""A deployment: a change set of a development in use at one place."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Installation, Organisation

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.models import Base


class Deployment(Base):
    """Where a change set runs; without one, and so without a base, there is no deployment."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_development.id", ondelete="CASCADE")
    )
    change_set_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_change_set.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    installation_id: Mapped[int | None] = mapped_column(
        ForeignKey("installation.id", ondelete="SET NULL"), index=True
    )
    # Whether somebody outside our own house has it or uses it over the network.
    is_outside: Mapped[bool] = mapped_column(default=True)
    first_seen_on: Mapped[date]
    ended_on: Mapped[date | None]
    # The tree of git (40 hexadecimal digits) that was found there last; empty while nobody looked.
    tree: Mapped[str] = mapped_column(String(40), default="")
    method: Mapped[str] = mapped_column(String(20))
    verified_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise_on_sql")
    installation: Mapped[Installation | None] = relationship(Installation, lazy="raise_on_sql")
    change_set: Mapped[ChangeSet] = relationship(ChangeSet, lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_licensing_deployment_seen", "development_id", "is_outside", "first_seen_on"),
    )
