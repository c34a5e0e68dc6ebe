# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notes the files that another tool moved, and takes what the customer hands over.

What is handed over rests on a consent in force to moving files, checked in the same transaction.
"""

import hashlib
import mimetypes
from collections.abc import Mapping
from typing import Any

from tresen.sdk import (
    Desk,
    Missing,
    NewMessage,
    Refused,
    Ticket,
    _,
    add_message,
    clean_file_name,
    image_of,
    record,
    store_file,
)

from tresen_remote_support import consents, scopes, service, states
from tresen_remote_support.models import MovedFile, RemoteSession

# As many as a request in the portal may have.
MOST_BYTES = 25_000_000


def note(desk: Desk, row: RemoteSession, values: Mapping[str, Any]) -> MovedFile:
    """Note a file by `is_from_customer`, `name`, `size` and `sha256`; raises Refused."""
    _demand_open_record(desk, row)
    made = MovedFile(
        session_id=row.id,
        is_from_customer=values["is_from_customer"],
        name=clean_file_name(values["name"], _("file")),
        size=values["size"],
        sha256=values["sha256"],
        moved_at=desk.now(),
    )
    return _kept(desk, row, made)


def strike(desk: Desk, row: RemoteSession, file_id: int) -> None:
    """Take back a file that was noted by mistake; raises Refused for one that is kept here."""
    _demand_open_record(desk, row)
    found = desk.session.get(MovedFile, file_id)
    if found is None or found.session_id != row.id:
        raise Missing(_("This file does not exist."))
    if found.file_id is not None:
        raise Refused(_("The customer handed this file over: it stays on record."))
    desk.session.delete(found)
    record(desk, service.SESSION, row.id, "file_struck", {"sha256": (found.sha256, None)})


def hand_over(desk: Desk, row: RemoteSession, name: str, body: bytes) -> MovedFile:
    """Take a file from the customer onto the ticket; raises Refused without a consent to it."""
    service.lock(desk, row)
    if not may_hand_over(desk, row):
        raise Refused(_("Files can be handed over while the session runs and you agreed to that."))
    if not body:
        raise Refused(_("This file is empty."))
    if len(body) > MOST_BYTES:
        raise Refused(_("A file may have at most 25 MB."))
    clean = clean_file_name(name, _("file"))
    image = image_of(body)
    guessed = mimetypes.guess_type(clean)[0] or "application/octet-stream"
    # Together or not at all: a closed ticket takes nothing, and no file is to be left over then.
    with desk.session.begin_nested():
        file = store_file(desk, clean, image.media_type if image else guessed, body)
        ticket = desk.session.get_one(Ticket, row.ticket_id)
        words = _("Handed over in the remote session %(reference)s.") % {"reference": row.reference}
        new = NewMessage(words, "web", format="text", is_inbound=True, files=((file.id, ""),))
        add_message(desk, ticket, new)
    made = MovedFile(
        session_id=row.id,
        is_from_customer=True,
        name=clean,
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        file_id=file.id,
        moved_at=desk.now(),
    )
    return _kept(desk, row, made)


def may_hand_over(desk: Desk, row: RemoteSession) -> bool:
    """Tell whether the session runs, with a consent in force to moving files."""
    return row.state == states.ACTIVE and consents.allows(desk, row, scopes.FILES)


def _demand_open_record(desk: Desk, row: RemoteSession) -> None:
    service.lock(desk, row)
    if row.started_at is None:
        raise Refused(_("Files are noted once the session has begun."))
    if row.reviewed_at is not None:
        raise Refused(_("This session was reviewed already."))


def _kept(desk: Desk, row: RemoteSession, made: MovedFile) -> MovedFile:
    desk.session.add(made)
    desk.session.flush()
    record(desk, service.SESSION, row.id, "file_moved", {"sha256": (None, made.sha256)})
    return made
