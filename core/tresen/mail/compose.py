# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes a queued mail as bytes for the server: the same row gives the same mail each time.

Headers are set as values, never glued as text, so that nothing in them can become another header
(safety M14); a Bcc receiver appears nowhere (M20).
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any

from sqlalchemy import select

from tresen.config import Config
from tresen.desk import Desk
from tresen.files.models import Blob, StoredFile
from tresen.mail import keys
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.tickets.models import MessageFile
from tresen.web.file_names import clean_file_name

# Purposes whose mail answers one that came in (RFC 3834 section 5).
_ANSWERS = ("receipt",)
_ID_FIELDS = ("message-id", "in-reply-to", "references")
_ADDRESS_FIELDS = ("from", "to", "cc", "reply-to")


class _Whole(EmailPolicy):
    """Folds between Message-IDs and between addresses, never inside one.

    The standard library encodes long ids, and after a name that it encodes the comma before the
    next address too: readers then see one receiver where two are.
    """

    def fold(self, name: str, value: Any) -> str:
        """Return the field; each of several addresses or ids on a line of its own."""
        if name.lower() in _ID_FIELDS:
            return self._joined(name, str(value).split(), " ")
        if name.lower() in _ADDRESS_FIELDS:
            return self._joined(name, map(self._written, value.addresses), ", ")
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the field as bytes; what is not folded here may hold other letters."""
        if name.lower() not in (*_ID_FIELDS, *_ADDRESS_FIELDS):
            return super().fold_binary(name, value)
        return self.fold(name, value).encode("ascii")

    def _joined(self, name: str, pieces: Iterable[str], mark: str) -> str:
        return f"{name}: " + f"{mark.rstrip()}{self.linesep} ".join(pieces) + self.linesep

    def _written(self, address: Address) -> str:
        name = address.display_name
        if name.isascii() and "=?" not in name:
            return str(address)
        words = Header(name, "utf-8").encode(splitchars="", linesep=self.linesep)
        return f"{words}{self.linesep} <{address.addr_spec}>"


# Seven bits: a server that does not know 8BITMIME (RFC 6152) would refuse or maim anything else.
_POLICY = _Whole(linesep=SMTP.linesep, cte_type="7bit")
# Type and subtype of RFC 6838 section 4.2.
_TYPE = re.compile(r"([A-Za-z0-9][\w!#$&^.+-]{0,126})/([A-Za-z0-9][\w!#$&^.+-]{0,126})", re.ASCII)

File = tuple[str, str, bytes]


def compose(
    config: Config, row: OutboundMail, receivers: Sequence[OutboundRecipient], files: Sequence[File]
) -> EmailMessage:
    """Return the mail; `files` are (name, media type, bytes)."""
    mail = EmailMessage(policy=_POLICY)
    name, _, address = row.sender.rpartition(" <")
    mail["From"] = Address(name, addr_spec=address.rstrip(">"))
    for field in ("to", "cc"):
        listed = [Address(r.name, addr_spec=r.address) for r in receivers if r.field == field]
        if listed:
            mail[field.title()] = listed
    if row.reply_to:
        mail["Reply-To"] = Address(name, addr_spec=row.reply_to)
    mail["Subject"] = row.subject
    mail["Date"] = format_datetime(row.created_at)
    mail["Message-ID"] = f"<{row.internet_message_id}>"
    if row.in_reply_to:
        mail["In-Reply-To"] = f"<{row.in_reply_to}>"
        mail["References"] = " ".join(f"<{found}>" for found in row.references.split())
    if row.is_automatic:
        _mark_automatic(mail, config, row)
    mail.set_content(row.text)
    if row.html:
        mail.add_alternative(row.html, subtype="html")
    for file_name, media_type, body in files:
        _attach(mail, file_name, media_type, body)
    _fix_boundaries(mail, row.internet_message_id)
    return mail


def files_of(desk: Desk, row: OutboundMail) -> list[File]:
    """Return the files of the message that a reply carries."""
    if row.purpose != "reply" or row.message_id is None:
        return []
    found = desk.session.execute(
        select(StoredFile.name, StoredFile.media_type, Blob.body)
        .join(MessageFile, MessageFile.file_id == StoredFile.id)
        .join(Blob, Blob.sha256 == StoredFile.sha256)
        .where(MessageFile.message_id == row.message_id)
        .order_by(StoredFile.id)
    )
    return [(name, media_type, body) for name, media_type, body in found]


def _mark_automatic(mail: EmailMessage, config: Config, row: OutboundMail) -> None:
    mail["Auto-Submitted"] = "auto-replied" if row.purpose in _ANSWERS else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Tresen-Loop"] = keys.loop_mark(config)


def _attach(mail: EmailMessage, name: str, media_type: str, body: bytes) -> None:
    found = _TYPE.fullmatch(media_type.partition(";")[0].strip())
    main, sub = found.groups() if found else ("application", "octet-stream")
    if main.lower() in ("message", "multipart"):
        main, sub = "application", "octet-stream"
    mail.add_attachment(body, maintype=main, subtype=sub, filename=clean_file_name(name))


def _fix_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Boundaries from the Message-ID: nobody can write them into a text, and a second try is the
    first one to the byte, which is how servers recognise what they already have."""
    seed = hashlib.sha256(message_id.encode()).hexdigest()[:32]
    containers = [part for part in mail.walk() if part.is_multipart()]
    for number, part in enumerate(containers):
        part.set_boundary(f"={seed}={number}")
