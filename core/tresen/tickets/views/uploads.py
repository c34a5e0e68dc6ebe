# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that an agent attaches: kept under clean names, their kind read from their bytes."""

import mimetypes
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.files import service as files
from tresen.files.models import StoredFile
from tresen.i18n import _
from tresen.web.file_names import clean_file_name
from tresen.web.media import image_of

MOST_FILES = 20
MOST_BYTES = 25_000_000


def stored(desk: Desk, uploads: Iterable[FileStorage]) -> tuple[tuple[int, str], ...]:
    """Keep the uploads; return (stored file id, empty content id) for each.

    Raises Refused for more than 20 files or 25 MB, which no mail server takes.
    """
    found: list[tuple[int, str]] = []
    total = 0
    for upload in uploads:
        upload.seek(0)
        body = upload.read()
        total += len(body)
        if len(found) >= MOST_FILES or total > MOST_BYTES:
            raise Refused(_("At most 20 files with 25 MB together can be attached."))
        name = clean_file_name(upload.filename or "", _("file"))
        found.append((files.store_file(desk, name, _kind(name, body), body).id, ""))
    return tuple(found)


def waiting(desk: Desk, public_ids: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Return as `stored` does the files that wait with the actor's draft.

    Raises Refused for one that is not there, or not the actor's own (safety A06).
    """
    if not public_ids:
        return ()
    found = desk.session.scalars(
        select(StoredFile.id).where(
            StoredFile.public_id.in_(public_ids), StoredFile.uploader_id == desk.actor.person_id
        )
    ).all()
    if len(found) != len(set(public_ids)):
        raise Refused(_("A file of the draft is no longer here. Attach it again."))
    return tuple((file_id, "") for file_id in sorted(found))


def chosen(files: Any) -> list[FileStorage]:
    """Return the files of a field that were really chosen; an empty field sends a nameless one."""
    return [file for file in files or () if file and file.filename]


def _kind(name: str, body: bytes) -> str:
    image = image_of(body)
    if image is not None:
        return image.media_type
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
