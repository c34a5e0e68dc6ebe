# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bounces: which mail did not reach whom and why, from delivery reports and from plain text.

Reports follow RFC 3464; mail systems that write none still name the address and the reason.
"""

import re

from tresen.mail.reading.headers import Fields, read_fields
from tresen.mail.reading.machine_words import BOUNCE_SENDERS, BOUNCE_SUBJECTS
from tresen.mail.records import Bounce, Mail, MailPart
from tresen.web.text import one_line

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ORIGINALS = frozenset(
    {
        *("message/rfc822", "message/global", "message/rfc822-headers"),
        *("text/rfc822-headers", "message/global-headers", "text/rfc822"),
    }
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MESSAGE_ID = re.compile(
    r"^>?[ \t]{0,20}Message-ID:[ \t]{0,20}(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE
)
_BLOCKS = re.compile(rb"\n(?:[ \t]*\r?\n)+")
_MAX_RECIPIENTS = 100
_MAX_REPORT = 256 << 10
_MAX_DIAGNOSTIC = 2_000
_MAX_PLAIN = 20_000


def read_bounces(parts: tuple[MailPart, ...], text: str, mail: Mail) -> tuple[Bounce, ...]:
    """What the mail reports; nothing if it is no bounce."""
    reports = [part.content for part in parts if part.media_type in _REPORTS]
    is_plain = is_plain_bounce(mail)
    if not reports and not is_plain:
        return ()
    message_id = _original_id(parts, text[:_MAX_PLAIN])
    found = [
        bounce for report in reports for bounce in _recipients(report[:_MAX_REPORT], message_id)
    ][:_MAX_RECIPIENTS]
    if found or not is_plain:
        return tuple(found)
    return _plain_bounces(text[:_MAX_PLAIN], message_id, mail)


def is_plain_bounce(mail: Mail) -> bool:
    """Whether a mail system says so without a report: by its sender and its subject."""
    sender = (mail.sender.email if mail.sender else "").lower()
    is_system = sender.partition("@")[0] in BOUNCE_SENDERS or mail.return_path == ""
    subject = mail.subject.lower()
    return is_system and any(words in subject for words in BOUNCE_SUBJECTS)


def _recipients(report: bytes, message_id: str) -> list[Bounce]:
    """One bounce for each block that names a recipient; the first block is about the mail."""
    blocks = [block for block in _BLOCKS.split(report.strip() + b"\n") if block.strip()]
    fields = [read_fields(block, 0, len(block), set())[0] for block in blocks]
    return [_bounce(block, message_id) for block in fields if _recipient(block)]


def _bounce(block: Fields, message_id: str) -> Bounce:
    status = _STATUS.search(block.text("status"))
    original = _address(block.text("original-recipient"))
    return Bounce(
        recipient=_recipient(block),
        action=block.text("action").lower().partition(" ")[0] or "failed",
        status=status[1] if status else "",
        diagnostic=_after_type(block.text("diagnostic-code"))[:_MAX_DIAGNOSTIC],
        message_id=message_id,
        original=original if original.lower() != _recipient(block).lower() else "",
    )


def _recipient(block: Fields) -> str:
    return _address(block.text("final-recipient") or block.text("original-recipient"))


def _address(value: str) -> str:
    return _after_type(value).strip("<> ")


def _after_type(value: str) -> str:
    """``rfc822; somebody@example.org`` without its type."""
    kind, mark, rest = value.partition(";")
    return rest.strip() if mark and " " not in kind.strip() else value


def _original_id(parts: tuple[MailPart, ...], text: str) -> str:
    """The Message-ID of the mail that came back, from its copy or from the text."""
    for part in parts:
        if part.media_type in _ORIGINALS:
            fields = read_fields(part.content, 0, min(len(part.content), _MAX_REPORT), set())[0]
            found = fields.text("message-id")
            if found:
                return found[:502]
    quoted = _MESSAGE_ID.search(text)
    return quoted[1] if quoted else ""


def _plain_bounces(text: str, message_id: str, mail: Mail) -> tuple[Bounce, ...]:
    """One bounce for each address that Exim names in its header, else for the first in the text."""
    own = (mail.sender.email if mail.sender else "").lower()
    named = _ADDRESS.findall(mail.header("x-failed-recipients"))[:_MAX_RECIPIENTS]
    others = (found for found in _ADDRESS.findall(text) if found.lower() != own)
    status = _STATUS.search(text)
    code = status[1] if status else ""
    receivers = named or [next(others, "")]
    return tuple(
        Bounce(each, "failed", code, _reason(text, code), message_id) for each in receivers
    )


def _reason(text: str, code: str) -> str:
    """The line with the status code, else the first paragraph."""
    lines = [line for line in text.split("\n") if code and code in line]
    return one_line(lines[0] if lines else text.strip().partition("\n\n")[0], _MAX_DIAGNOSTIC)
