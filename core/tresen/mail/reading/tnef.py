# SPDX-License-Identifier: AGPL-3.0-or-later
"""winmail.dat (TNEF): the attributes of a message and its attachments, after MS-OXTNEF section 2.1.

Outlook hides attachments and text in it from everyone else; the only library for it in Python has
had no release since 2021.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tresen.mail.reading.charsets import decode
from tresen.mail.reading.mapi import Properties, read_properties
from tresen.mail.reading.names import file_name
from tresen.mail.reading.rtf import read_rtf
from tresen.mail.records import MailPart

_SIGNATURE = 0x223E9F78
_BODY, _TITLE, _DATA = 0x800C, 0x8010, 0x800F
_NEW_ATTACHMENT, _MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES = 0x9002, 0x9003, 0x9005
_CODEPAGE = 0x9007
_IN_ATTACHMENT = 2
_MAX_ATTRIBUTES = 10_000
_MAX_DEPTH = 3


@dataclass(slots=True)
class Tnef:
    """What was found; not whole when the data end early or are no TNEF."""

    parts: list[MailPart] = field(default_factory=list)
    text: str = ""
    html: str = ""
    is_whole: bool = True


@dataclass(slots=True)
class _Attachment:
    title: bytes = b""
    data: bytes = b""
    properties: Properties = field(default_factory=Properties)


def is_tnef(media_type: str, name: str) -> bool:
    """Whether a part is a winmail.dat by its type, or by its name where the type says nothing."""
    if media_type in {"application/ms-tnef", "application/vnd.ms-tnef"}:
        return True
    return media_type == "application/octet-stream" and name.lower() == "winmail.dat"


def read_tnef(data: bytes, depth: int = 0) -> Tnef:
    """The text, the HTML and the attachments in these bytes."""
    tnef, attachments, charset = Tnef(), [], "cp1252"
    try:
        for level, name, value in _attributes(data):
            if name == _CODEPAGE and len(value) >= 4:
                charset = f"cp{struct.unpack_from('<I', value)[0]}"
            elif level != _IN_ATTACHMENT:
                _take_message(tnef, name, value, charset)
            elif name == _NEW_ATTACHMENT:
                attachments.append(_Attachment())
            elif attachments:
                _take_attachment(attachments[-1], name, value)
    except (struct.error, ValueError):
        tnef.is_whole = False
    for attachment in attachments:
        _add(tnef, attachment, charset, depth)
    return tnef


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, name and value of each attribute; ValueError where they stop being any."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise ValueError("no TNEF signature")
    offset = 6
    for _ in range(_MAX_ATTRIBUTES):
        if offset >= len(data):
            return
        level, name, length = struct.unpack_from("<BII", data, offset)
        value = data[offset + 9 : offset + 9 + length]
        if level not in {1, 2} or len(value) < length:
            raise ValueError("an attribute is cut off")
        yield level, name & 0xFFFF, value
        offset += 9 + length + 2
    raise ValueError("too many attributes")


def _take_message(tnef: Tnef, name: int, value: bytes, charset: str) -> None:
    if name == _BODY:
        tnef.text = decode(value.rstrip(b"\0"), charset)[0]
    elif name == _MESSAGE_PROPERTIES:
        properties = read_properties(value)
        tnef.text = properties.text("body", charset) or tnef.text
        tnef.html = properties.text("html", charset)
        if not (tnef.text or tnef.html):
            _take_rtf(tnef, properties.data("rtf"))


def _take_rtf(tnef: Tnef, data: bytes) -> None:
    """The only body there is: its text, and the RTF as a file for what the text leaves out."""
    rtf, tnef.text = read_rtf(data)
    if rtf:
        tnef.parts.append(MailPart("message.rtf", "application/rtf", rtf))
    elif data:
        tnef.parts.append(MailPart("message.lzfu", "application/octet-stream", data))


def _take_attachment(attachment: _Attachment, name: int, value: bytes) -> None:
    if name == _TITLE:
        attachment.title = value
    elif name == _DATA:
        attachment.data = value
    elif name == _ATTACHMENT_PROPERTIES:
        attachment.properties = read_properties(value)


def _add(tnef: Tnef, attachment: _Attachment, charset: str, depth: int) -> None:
    properties = attachment.properties
    data = attachment.data or properties.content("attachment")
    if depth < _MAX_DEPTH and data[:4] == struct.pack("<I", _SIGNATURE):
        _add_embedded(tnef, read_tnef(data, depth + 1))
        return
    title = decode(attachment.title.partition(b"\0")[0], charset)[0]
    given = properties.text("long_name", charset) or properties.text("name", charset) or title
    media_type = properties.text("media_type", "ascii").lower() or "application/octet-stream"
    name = file_name(given, media_type, len(tnef.parts) + 1)
    content_id = properties.text("content_id", "ascii").strip("<> ")
    tnef.parts.append(MailPart(name, media_type, data, content_id))


def _add_embedded(tnef: Tnef, inner: Tnef) -> None:
    """A message in the message: its text as a file, then its files."""
    text = inner.html or inner.text
    if text:
        media_type = "text/html" if inner.html else "text/plain"
        name = file_name("", media_type, len(tnef.parts) + 1)
        tnef.parts.append(MailPart(name, media_type, text.encode()))
    tnef.parts.extend(inner.parts)
    tnef.is_whole &= inner.is_whole
