# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ``Mail`` as bytes between the child process and the desk: a JSON head, then the contents.

No pickle: what comes out of the process that reads hostile bytes is itself not trusted.
"""

import dataclasses
import json
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tresen.mail.records import Address, Bounce, Defect, Header, Mail, MailPart, Split

LENGTH = struct.Struct("!Q")
"""The length in bytes that goes before each frame."""

_ADDRESS_LISTS = ("reply_to", "to", "cc")


def pack_mail(mail: Mail) -> list[bytes]:
    """The frame in pieces, so that large contents are never copied."""
    head = {name: _plain(getattr(mail, name)) for name in _FIELDS}
    head["parts"] = [_part_head(part) for part in mail.parts]
    return _framed(head, [part.content for part in mail.parts])


def pack_failure(reason: str) -> list[bytes]:
    """The frame that says why no mail comes."""
    return _framed({"failed": reason}, [])


def read_mail(read: Callable[[int], bytes], size: int) -> Mail | str:
    """The mail in a frame of `size` bytes after its length, or the reason of a failure.

    ``read`` gives the next so many bytes. Each content is read on its own, so that the frame is
    never whole in memory. Raises ValueError if it is not what ``pack_mail`` and ``pack_failure``
    write; whatever ``read`` raises goes on.
    """
    if size < LENGTH.size:
        raise ValueError("the frame of a mail is shorter than the length of its head")
    head_size = LENGTH.unpack(read(LENGTH.size))[0]
    left = size - LENGTH.size - head_size
    if left < 0:
        raise ValueError("the frame of a mail is shorter than its head")
    try:
        return _read_rest(json.loads(read(head_size)), read, left)
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError("the frame of a mail is not as agreed") from error


_FIELDS = tuple(field.name for field in dataclasses.fields(Mail) if field.name != "parts")


def _framed(head: dict[str, Any], contents: list[bytes]) -> list[bytes]:
    encoded = json.dumps(head, ensure_ascii=False, check_circular=False).encode()
    size = LENGTH.size + len(encoded) + sum(map(len, contents))
    return [LENGTH.pack(size), LENGTH.pack(len(encoded)), encoded, *contents]


def _plain(value: object) -> object:
    """Records as lists in the order of their fields; a date in ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Address | Header | Bounce | Split):
        return [getattr(value, name) for name in value.__slots__]
    return value


def _part_head(part: MailPart) -> list[object]:
    return [part.file_name, part.media_type, part.content_id, part.is_inline, len(part.content)]


def _read_rest(head: dict[str, Any], read: Callable[[int], bytes], left: int) -> Mail | str:
    if "failed" in head:
        return str(head["failed"])
    heads = [_part_fields(*part) for part in head.pop("parts")]
    typed = _typed(head)
    if min((size for *_fields, size in heads), default=0) < 0 or left != sum(
        size for *_fields, size in heads
    ):
        raise ValueError("the frame of a mail is longer or shorter than its parts")
    parts = tuple(
        MailPart(name, media_type, read(size), content_id, is_inline)
        for name, media_type, content_id, is_inline, size in heads
    )
    return Mail(**typed, parts=parts)


def _part_fields(
    name: str, media_type: str, content_id: str, is_inline: bool, size: int
) -> tuple[str, str, str, bool, int]:
    return str(name), str(media_type), str(content_id), bool(is_inline), int(size)


def _typed(head: dict[str, Any]) -> dict[str, Any]:
    lists = {name: tuple(Address(*item) for item in head[name]) for name in _ADDRESS_LISTS}
    return (
        head
        | lists
        | {
            "date": datetime.fromisoformat(head["date"]) if head["date"] else None,
            "sender": Address(*head["sender"]) if head["sender"] else None,
            "in_reply_to": tuple(head["in_reply_to"]),
            "references": tuple(head["references"]),
            "headers": tuple(Header(*item) for item in head["headers"]),
            "split": Split(*head["split"]),
            "bounces": tuple(Bounce(*item) for item in head["bounces"]),
            "defects": tuple(Defect(item) for item in head["defects"]),
        }
    )
