# SPDX-License-Identifier: AGPL-3.0-or-later
"""A change set and its patches: what was changed, on which base, by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import get_history
from tresen.sdk import Person, StoredFile

from tresen_licensing.models import Base


class ChangeSet(Base):
    """One version of a development's patches; it is superseded by the next one, never edited."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_development.id", ondelete="CASCADE")
    )
    # v1, v2 …
    version: Mapped[int]
    # The commit that the patches stand on, by git's id in 40 hexadecimal digits.
    base: Mapped[str] = mapped_column(String(40))
    # The patches as one mailbox, byte for byte, and the SHA-512 of these bytes.
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    sha512: Mapped[str] = mapped_column(String(128))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

    file: Mapped[StoredFile | None] = relationship(StoredFile, lazy="raise_on_sql")
    made_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("development_id", "version", name="uq_licensing_change_set_version"),
    )


class Patch(Base):
    """One patch of a change set, with what is read from it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_change_set.id", ondelete="CASCADE")
    )
    # From 1, in the order in which they are applied.
    position: Mapped[int]
    subject: Mapped[str] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(String(200))
    author_address: Mapped[str] = mapped_column(String(320))
    authored_at: Mapped[datetime | None]
    # Addresses of `Signed-off-by`, one in a line.
    signed_off: Mapped[str] = mapped_column(Text, default="")
    # As `git patch-id --stable` computes it, by which it is found again after a rebase.
    patch_id: Mapped[str] = mapped_column(String(40), index=True)
    added: Mapped[int]
    removed: Mapped[int]
    # Paths, one in a line.
    paths: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("change_set_id", "position", name="uq_licensing_patch_position"),
    )


# What may still be written: the core forgets files and people by emptying these.
_LOOSE = {"file_id", "made_by_id", "file", "made_by"}


@event.listens_for(ChangeSet, "before_update")
@event.listens_for(Patch, "before_update")
def _refuse_change(mapper: Any, _connection: Any, row: Any) -> None:
    """Raise RuntimeError when a change set would be edited: a fault of ours."""
    names = {attribute.key for attribute in mapper.attrs} - _LOOSE
    if any(get_history(row, name).has_changes() for name in names):
        raise RuntimeError("a change set is superseded by another one, and never edited")
