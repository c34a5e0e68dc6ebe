# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps bytes and files; the same bytes are stored once, under their SHA-256."""

import hashlib
import secrets

from sqlalchemy import select

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.files import blobs
from tresen.files.models import StoredFile
from tresen.i18n import _
from tresen.web.media import image_of


def store_blob(desk: Desk, body: bytes) -> str:
    """Keep the bytes in this transaction; return their SHA-256 in hexadecimal."""
    digest = hashlib.sha256(body).hexdigest()
    blobs.write_blobs(desk, {digest: body})
    return digest


def read_blob(desk: Desk, sha256: str) -> bytes:
    """Return the bytes; raises Missing."""
    return blobs.read_blob(desk, sha256)


def store_file(desk: Desk, name: str, media_type: str, body: bytes) -> StoredFile:
    """Keep the bytes under a display name that is already clean; return the file."""
    image = image_of(body)
    is_shown = image is not None and image.is_showable
    file = StoredFile(
        public_id=secrets.token_hex(16),
        name=name,
        media_type=media_type,
        size=len(body),
        sha256=store_blob(desk, body),
        width=image.width if image and is_shown else None,
        height=image.height if image and is_shown else None,
        uploader_id=desk.actor.person_id,
        created_at=desk.now(),
    )
    desk.session.add(file)
    desk.session.flush()
    return file


def read_file(desk: Desk, file: StoredFile) -> bytes:
    """Return the bytes of a file; the caller has checked who asks."""
    return blobs.read_blob(desk, file.sha256)


def find_file(desk: Desk, public_id: str) -> StoredFile:
    """Return the file of that public name; raises Missing."""
    file = desk.session.scalar(select(StoredFile).where(StoredFile.public_id == public_id))
    if file is None:
        raise Missing(_("This file does not exist."))
    return file
