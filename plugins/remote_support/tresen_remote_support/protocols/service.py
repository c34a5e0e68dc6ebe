# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes down what was done and sends the customer the protocol: no note goes without one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from tresen.sdk import (
    Actor,
    Desk,
    Message,
    NewMessage,
    NewTicket,
    StoredFile,
    _,
    add_message,
    open_ticket,
    primary_address,
    record,
    speaking_to,
    store_file,
)

from tresen_remote_support import service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols import documents, letters, queries, sheets
from tresen_remote_support.protocols.models import Protocol
from tresen_remote_support.recordings import service as recordings

PROTOCOL = "remote_support.protocol"
# Nothing is written on such a ticket any more.
CLOSED = "closed"


def document(
    desk: Desk, row: RemoteSession, values: Mapping[str, Any], *, is_sent_again: bool = False
) -> Protocol | None:
    """Write down `actions`, `result` and `minutes`; raises Refused.

    The first time the protocol goes to the customer; a correction of the note goes only where that
    is asked for.
    """
    service.document(desk, row, values)
    # What it lists is to have its size and hash.
    recordings.close_all(desk, row)
    if queries.protocols(desk, row) and not is_sent_again:
        return None
    return send(desk, queries.whole(desk, row))


def send(desk: Desk, row: RemoteSession) -> Protocol | None:
    """Send the protocol of a session that is loaded whole; None where its person is gone."""
    if row.person is None:
        return None
    version = len(queries.protocols(desk, row)) + 1
    sheet = sheets.sheet(desk, row, version)
    # Tresen writes it: an agent's draft on the ticket stays, and no signature stands below.
    own = replace(desk, actor=Actor("Tresen", "system"))
    file = _file(own, row, sheet)
    with speaking_to(desk, sheets.language_of(desk, row)):
        has_pdf, is_corrected = file is not None, version > 1
        text = letters.body(sheet, row.person.name, has_pdf=has_pdf, is_corrected=is_corrected)
        message_id = _post(own, row, text, file)
    made = Protocol(
        session_id=row.id,
        message_id=message_id,
        file_id=file.id if file else None,
        version=version,
        sent_at=desk.now(),
        sha256=file.sha256 if file else "",
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, PROTOCOL, made.id, "sent", {"version": (None, version)})
    return made


def pdf(desk: Desk, row: RemoteSession) -> bytes | None:
    """Return the PDF of a session that is loaded whole; None where it cannot be made."""
    version = len(queries.protocols(desk, row)) or 1
    return documents.pdf(sheets.sheet(desk, row, version), _written_at(row))


def file_name(row: RemoteSession) -> str:
    """Return what the PDF is called."""
    return f"{row.reference}.pdf"


def _written_at(row: RemoteSession) -> datetime:
    return row.documented_at or row.changed_at


def _file(desk: Desk, row: RemoteSession, sheet: sheets.Sheet) -> StoredFile | None:
    body = documents.pdf(sheet, _written_at(row))
    return None if body is None else store_file(desk, file_name(row), "application/pdf", body)


def _post(desk: Desk, row: RemoteSession, text: str, file: StoredFile | None) -> int | None:
    """Write it on the ticket; where that is closed, on one of its own."""
    files = ((file.id, ""),) if file else ()
    new = NewMessage(text, "web", format="text", files=files, recipients=_receivers(desk, row))
    if row.ticket.state != CLOSED:
        return add_message(desk, row.ticket, new).id
    ticket = NewTicket(
        f"{_('Protocol of a remote session')} #{row.ticket.number}",
        "web",
        requester_id=row.person_id,
        organisation_id=row.organisation_id,
        owner_id=row.agent_id,
    )
    first = select(Message.id).where(Message.ticket_id == open_ticket(desk, ticket, new).id)
    return desk.session.scalar(first.limit(1))


def _receivers(desk: Desk, row: RemoteSession) -> dict[str, list[str]]:
    """Return to whom it goes where the person at the screen is not who asked."""
    if row.person_id is None or row.person_id == row.ticket.requester_id:
        return {}
    address = primary_address(desk, row.person_id)
    return {"to": [address]} if address else {}
