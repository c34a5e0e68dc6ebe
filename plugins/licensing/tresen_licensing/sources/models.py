# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the last look found running, and the archives in which its source is handed out."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import StoredFile

from tresen_licensing.models import Base


class SourceArchive(Base):
    """The source of one distribution as it once ran; another content is another archive.

    `fingerprint` tells contents apart before anything is packed, `sha512` proves the packed bytes;
    both are 128 hexadecimal digits.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(100))
    fingerprint: Mapped[str] = mapped_column(String(128), unique=True)
    sha512: Mapped[str] = mapped_column(String(128), unique=True)
    file_id: Mapped[int] = mapped_column(
        ForeignKey("stored_file.id", ondelete="CASCADE"), index=True
    )
    packed_at: Mapped[datetime]
    # When this content was last found running; from then on its offer runs out.
    last_seen_at: Mapped[datetime] = mapped_column(index=True)

    file: Mapped[StoredFile] = relationship(StoredFile, lazy="raise_on_sql")


class RunningDistribution(Base):
    """A distribution that runs here, as the last look found it.

    `differing` are the paths that are not as they were published, `left_out` those that look like
    secrets and are therefore in no archive.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    version: Mapped[str] = mapped_column(String(100))
    licence: Mapped[str] = mapped_column(String(500), default="")
    source_url: Mapped[str] = mapped_column(String(1000), default="")
    commit: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(20))
    # Tresen itself and its plugins; everything else is what they stand on.
    is_own: Mapped[bool]
    differing: Mapped[list[str]] = mapped_column(JSON, default=list)
    left_out: Mapped[list[str]] = mapped_column(JSON, default=list)
    archive_id: Mapped[int | None] = mapped_column(
        ForeignKey("licensing_source_archive.id", ondelete="SET NULL"), index=True
    )
    seen_at: Mapped[datetime]

    archive: Mapped[SourceArchive | None] = relationship(SourceArchive, lazy="raise_on_sql")
