# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upstream's history as packs of git, and what comes out when a change set stands on its base."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import StoredFile

from tresen_licensing.models import Base

_MIRROR = "licensing_mirror.id"
_CHANGE_SET = "licensing_change_set.id"
_FILE = "stored_file.id"


class Mirror(Base):
    """What is known here of the repository at one address; developments share it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(300), unique=True)
    # When something came in last, and why the last attempt to fetch failed; empty where it did not.
    taken_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text, default="")


class MirrorPack(Base):
    """One pack of a mirror with its index, byte for byte as git keeps them."""

    id: Mapped[int] = mapped_column(primary_key=True)
    mirror_id: Mapped[int] = mapped_column(ForeignKey(_MIRROR, ondelete="CASCADE"), index=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey(_FILE, ondelete="CASCADE"), index=True)
    index_id: Mapped[int] = mapped_column(ForeignKey(_FILE, ondelete="CASCADE"), index=True)

    pack: Mapped[StoredFile] = relationship(StoredFile, foreign_keys=[pack_id], lazy="raise_on_sql")
    index: Mapped[StoredFile] = relationship(
        StoredFile, foreign_keys=[index_id], lazy="raise_on_sql"
    )


class MirrorHead(Base):
    """Where a branch of a mirror stood when it was last seen; `HEAD` is upstream's own."""

    id: Mapped[int] = mapped_column(primary_key=True)
    mirror_id: Mapped[int] = mapped_column(ForeignKey(_MIRROR, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(250))
    commit: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("mirror_id", "name", name="uq_licensing_mirror_head_name"),)


class Attempt(Base):
    """How it went when a change set was last put on its base (outcomes.TITLES)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int] = mapped_column(
        ForeignKey(_CHANGE_SET, ondelete="CASCADE"), unique=True
    )
    outcome: Mapped[str] = mapped_column(String(20))
    # The patch, from 1, and the file at which it failed.
    position: Mapped[int | None]
    path: Mapped[str] = mapped_column(Text, default="")
    tried_at: Mapped[datetime]


class SourceTree(Base):
    """The source that a change set gives: the same patches on the same base give the same ids."""

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int] = mapped_column(
        ForeignKey(_CHANGE_SET, ondelete="CASCADE"), unique=True
    )
    # The commit of the last patch and its tree, by git's ids in 40 hexadecimal digits.
    head: Mapped[str] = mapped_column(String(40))
    tree: Mapped[str] = mapped_column(String(40), index=True)
    # SHA-512 of the tree as an uncompressed tar, as `git archive --format=tar` writes it.
    archive_sha512: Mapped[str] = mapped_column(String(128))
    # The same tar, compressed by gzip; none where the tree was written down without its bytes.
    archive_id: Mapped[int | None] = mapped_column(
        ForeignKey(_FILE, ondelete="SET NULL"), index=True
    )
    # Other repositories that the tree names, whose content neither tree nor tar holds: a JSON list
    # of path and commit.
    submodules: Mapped[str] = mapped_column(Text, default="[]")
    made_at: Mapped[datetime]

    archive: Mapped[StoredFile | None] = relationship(StoredFile, lazy="raise_on_sql")
