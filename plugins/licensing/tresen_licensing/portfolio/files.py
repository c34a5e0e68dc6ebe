# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the files of a release: the archive of its source, and the list of what it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha512
from typing import Any

from tresen.sdk import (
    Desk,
    Missing,
    Refused,
    StoredFile,
    _,
    clean_file_name,
    remove_files,
    store_file,
)

from tresen_licensing.portfolio.models import Release

SOURCE, SBOM = "source", "sbom"
# Media types by the end of the name; everything else is bytes.
MEDIA_TYPES = {".json": "application/json", ".zip": "application/zip", ".gz": "application/gzip"}


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    body: bytes


def check(uploads: Iterable[Upload]) -> None:
    """Raise Refused for a file without a byte."""
    for upload in uploads:
        if not upload.body:
            raise Refused(_("“%(name)s” is empty: choose another file.") % {"name": upload.name})


def attach(desk: Desk, release: Release, kind: str, upload: Upload) -> dict[str, Any]:
    """Keep the file in the place of the one before; return its name and hash for the journal."""
    before = getattr(release, f"{kind}_id")
    stored = stored_as_sent(desk, upload)
    name = stored.name
    setattr(release, f"{kind}_id", stored.id)
    setattr(release, kind, stored)
    told = stored.sha256
    if kind == SOURCE:
        told = release.source_sha512 = sha512(upload.body).hexdigest()
    desk.session.flush()
    if before is not None:
        remove_files(desk, [before])
    return {kind: (None, name), f"{kind}_hash": (None, told)}


def stored_as_sent(desk: Desk, upload: Upload) -> StoredFile:
    """Keep the bytes under the name that they came with."""
    name = clean_file_name(upload.name)
    media_type = MEDIA_TYPES.get(f".{name.rpartition('.')[2].lower()}", "application/octet-stream")
    return store_file(desk, name, media_type, upload.body)


def of_kind(release: Release | None, kind: str) -> StoredFile:
    """Return a file of a release; raises Missing."""
    found = getattr(release, kind) if release is not None else None
    if not isinstance(found, StoredFile):
        raise Missing(_("This file does not exist."))
    return found
