# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quota of a customer who has another one than the settings say."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tresen_remote_support.models import Base


class Quota(Base):
    """The minutes of remote support that a customer has each month."""

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    # 0 is without limit, as in the settings.
    minutes: Mapped[int]
