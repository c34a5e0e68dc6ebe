# SPDX-License-Identifier: AGPL-3.0-or-later
"""That another plugin said of something that it runs at a customer."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tresen_licensing.models import Base


class Announcement(Base):
    """What runs outside by another plugin's word; `key` is how that plugin calls it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_development.id", ondelete="CASCADE")
    )
    origin: Mapped[str] = mapped_column(String(40))
    key: Mapped[int]
    running_since: Mapped[date]

    __table_args__ = (
        UniqueConstraint("origin", "key", name="uq_licensing_announcement_origin"),
        UniqueConstraint(
            "development_id", "origin", "key", name="uq_licensing_announcement_development"
        ),
    )
