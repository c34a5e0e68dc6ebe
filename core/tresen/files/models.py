# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes and the files that carry them; in the database, so that one commit and one backup hold.

The bytes of raw mails live here too (promise P1: stored and hashed before anything is parsed).
"""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tresen.db import Base


class Blob(Base):
    """Bytes by their SHA-256 (64 hexadecimal digits); the same bytes are stored once."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class StoredFile(Base):
    """A named file. Its public name is random, so that a number leads to nobody else's."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    # 128 random bits as 32 hexadecimal digits; stands in addresses instead of the id.
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    # Decided by content, never by what the sender declared.
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    # In pixels, of a raster image that a browser may be asked to decode; None for all else (A08).
    width: Mapped[int | None]
    height: Mapped[int | None]
    # Who uploaded it; until it hangs on a message, only this person may use it.
    uploader_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
