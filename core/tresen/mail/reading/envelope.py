# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who wrote, to whom, when, about what, in answer to what: the head of a mail.

Each is read on its own, so that a broken field costs that field only.
"""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tresen.mail.reading.addresses import read_addresses
from tresen.mail.reading.headers import Fields
from tresen.mail.reading.limits import MAX_IDS, MAX_SUBJECT
from tresen.mail.records import Address, Defect, Mail
from tresen.web.text import one_line

_ID = re.compile(r"<([^<>\s]{1,500})>")
_BARE_ID = re.compile(r"[^<>\s]{1,500}")


def made_up_id(raw: bytes) -> str:
    """A Message-ID for a mail without one: the same bytes always get the same."""
    return f"<{hashlib.sha256(raw).hexdigest()}@no-message-id.invalid>"


def read_envelope(fields: Fields, raw: bytes, defects: set[Defect]) -> Mail:
    """The mail without its body."""
    to, to_count = read_addresses(fields.raw("to"))
    cc, cc_count = read_addresses(fields.raw("cc"))
    if to_count + cc_count > len(to) + len(cc):
        defects.add(Defect.ADDRESSES_CUT)
    return Mail(
        message_id=_message_id(fields, raw, defects),
        subject=one_line(fields.text("subject"), MAX_SUBJECT),
        date=_date(fields, defects),
        sender=_sender(fields, defects),
        reply_to=read_addresses(fields.raw("reply-to"))[0],
        to=to,
        cc=cc,
        recipient_count=to_count + cc_count,
        return_path=_return_path(fields),
        in_reply_to=read_ids(fields, "in-reply-to"),
        references=read_ids(fields, "references"),
        headers=fields.headers(),
    )


def read_ids(fields: Fields, name: str) -> tuple[str, ...]:
    """The Message-IDs in a field, each once; of too many the first and the newest."""
    found = tuple(dict.fromkeys(_ID.findall(fields.text(name))))
    kept = found if len(found) <= MAX_IDS else (found[0], *found[1 - MAX_IDS :])
    return tuple(f"<{identifier}>" for identifier in kept)


def _message_id(fields: Fields, raw: bytes, defects: set[Defect]) -> str:
    text = fields.text("message-id")
    found = _ID.search(text)
    bare = _BARE_ID.fullmatch(text.strip("<> "))
    if found or bare:
        return f"<{found[1] if found else text.strip('<> ')}>"
    defects.add(Defect.NO_MESSAGE_ID)
    return made_up_id(raw)


def _sender(fields: Fields, defects: set[Defect]) -> Address | None:
    """Who says to have written it; one without an address is named but counts as missing."""
    written = (*read_addresses(fields.raw("from"))[0], *read_addresses(fields.raw("sender"))[0])
    reachable = [address for address in written if "@" in address.email]
    if not reachable:
        defects.add(Defect.NO_SENDER)
    return next(iter((*reachable, *written)), None)


def _return_path(fields: Fields) -> str | None:
    """The envelope sender; empty for ``<>``: no answer is wanted (RFC 5321 section 4.5.5)."""
    raw = fields.raw("return-path")
    if raw is None:
        return None
    found = read_addresses(raw)[0]
    return found[0].email if found else ""


def _date(fields: Fields, defects: set[Defect]) -> datetime | None:
    """The Date in UTC; a zone of ``-0000`` means that none is known (RFC 5322 section 3.3)."""
    try:
        date = parsedate_to_datetime(fields.text("date")[:100])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        defects.add(Defect.NO_DATE)
        return None
