# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records of a mail that was read: plain values that travel from the child process to the desk.

They are frozen and hold no behaviour, so a hook or plugin that gets one cannot change what arrived.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Defect(StrEnum):
    """What was wrong with a mail and how it was read nevertheless."""

    NO_MESSAGE_ID = "no-message-id"
    """Message-ID missing or empty; one is made up from the hash of the bytes."""
    NO_SENDER = "no-sender"
    """Neither From nor Sender names anybody."""
    NO_DATE = "no-date"
    """Date missing or impossible; the time of arrival counts."""
    BAD_HEADER = "bad-header"
    """A line in the header block that is no field; joined to the field before or taken as body."""
    HEADERS_CUT = "headers-cut"
    """More or longer header fields than are read."""
    ADDRESSES_CUT = "addresses-cut"
    """More addresses than are kept; ``Mail.recipient_count`` counts all."""
    TOO_DEEP = "too-deep"
    """Multiparts nested deeper than are taken apart; kept as one attachment."""
    TOO_MANY_PARTS = "too-many-parts"
    """More parts than are taken apart; the rest is kept as one attachment."""
    NO_BOUNDARY = "no-boundary"
    """A multipart whose boundary is missing or never occurs; read as text."""
    NOT_CLOSED = "not-closed"
    """A multipart without its closing boundary: the mail may be cut off."""
    BAD_ENCODING = "bad-encoding"
    """Broken base64 or an unknown transfer encoding; what could be decoded is kept."""
    BAD_CHARSET = "bad-charset"
    """An unknown charset, or text that is not in the charset it names; the likeliest was taken."""
    TEXT_CUT = "text-cut"
    """A body longer than is shown; kept whole as an attachment."""
    BAD_TNEF = "bad-tnef"
    """A winmail.dat that could not be read whole; it is kept beside what was found in it."""
    UNREADABLE = "unreadable"
    """Reading failed in an unforeseen way; the whole mail is kept as one attachment."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: the display name and the address as written, neither of them to be trusted."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Header:
    """One header field: its name in lower case, its value unfolded and decoded."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MailPart:
    """A part of a mail that is not its text: a file, an inline image, a mail inside the mail."""

    file_name: str
    media_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Bounce:
    """One failed, delayed or relayed delivery that a bounce reports (RFC 3464 section 2.3).

    ``status`` is an enhanced status code such as ``5.1.1`` (RFC 3463) or empty; ``action`` one of
    failed, delayed, delivered, relayed, expanded or empty; ``message_id`` that of the mail which
    was not delivered, or empty. ``original`` is the address that the mail was sent to, where it was
    forwarded on the way to ``recipient`` and the report says so.
    """

    recipient: str
    action: str
    status: str
    diagnostic: str
    message_id: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """The text of a mail in three: what is new, the signature below it, what it quotes."""

    new: str = ""
    signature: str = ""
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as read. Strings hold no NUL and no lone surrogate, so any database takes them.

    ``message_id`` has its angle brackets and is made up when the mail has none. ``return_path``
    is None without such a field and empty for ``<>``. ``references`` run from oldest to newest.
    ``recipient_count`` counts To and Cc also where fewer addresses are kept. ``html`` is raw and
    hostile; ``text`` is made from it where the mail brings no plain text. ``split`` divides
    ``text``; ``html_new`` and ``html_quoted`` divide ``html`` and are as hostile.
    """

    message_id: str
    subject: str = ""
    date: datetime | None = None
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    recipient_count: int = 0
    return_path: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    text: str = ""
    html: str = ""
    html_new: str = ""
    html_quoted: str = ""
    split: Split = Split()
    parts: tuple[MailPart, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    defects: tuple[Defect, ...] = ()

    def header(self, name: str) -> str:
        """The value of the first field of this name, or an empty string."""
        lowered = name.lower()
        return next((field.value for field in self.headers if field.name == lowered), "")

    def has_header(self, name: str) -> bool:
        """Whether the mail has such a field, be it empty."""
        lowered = name.lower()
        return any(field.name == lowered for field in self.headers)
