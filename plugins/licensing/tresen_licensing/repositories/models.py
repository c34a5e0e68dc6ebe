# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes out when a change set stands on its base."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tresen_licensing.models import Base


class SourceTree(Base):
    """The source that a change set gives: the same patches on the same base give the same ids."""

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_change_set.id", ondelete="CASCADE"), unique=True
    )
    # The commit of the last patch and its tree, by git's ids in 40 hexadecimal digits.
    head: Mapped[str] = mapped_column(String(40))
    tree: Mapped[str] = mapped_column(String(40), index=True)
    # SHA-512 of the tree as an uncompressed tar, as `git archive --format=tar` writes it.
    archive_sha512: Mapped[str] = mapped_column(String(128))
    made_at: Mapped[datetime]
