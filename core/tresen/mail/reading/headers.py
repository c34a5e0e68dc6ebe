# SPDX-License-Identifier: AGPL-3.0-or-later
"""The header block of a mail or part: where it ends, its fields, their values as text.

Only what is asked for is decoded; the block is bounded before it is split.
"""

import re
from dataclasses import dataclass

from tresen.mail.reading.charsets import decode
from tresen.mail.reading.encoded_words import decode_words
from tresen.mail.reading.limits import MAX_FIELDS, MAX_HEADER_BYTES, MAX_KEPT_VALUE, MAX_VALUE_BYTES
from tresen.mail.records import Defect, Header

_BLANK_LINE = re.compile(rb"\n\r*\n")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one block in their order: name in lower case, value as bytes, still folded."""

    items: tuple[tuple[str, bytes], ...] = ()

    def raw(self, name: str) -> bytes | None:
        """The bytes of the first field of this name."""
        return next((value for known, value in self.items if known == name), None)

    def text(self, name: str) -> str:
        """The first field of this name as decoded text; empty where there is none."""
        return decode_words(plain(self.raw(name) or b"")).strip()

    def headers(self) -> tuple[Header, ...]:
        """All fields for people and rules to read, each bounded."""
        return tuple(
            Header(name, decode_words(plain(value[: 2 * MAX_KEPT_VALUE])).strip()[:MAX_KEPT_VALUE])
            for name, value in self.items
        )


def plain(value: bytes, limit: int = MAX_VALUE_BYTES) -> str:
    """A folded value on one line, raw UTF-8 or Latin-1 read, encoded words left as they are."""
    data = value[:limit]
    is_simple = data.isascii() and b"\x1b" not in data and b"\x00" not in data
    text = data.decode("ascii") if is_simple else decode(data, "")[0]
    return _SPACES.sub(" ", text).strip()


def read_fields(data: bytes, start: int, end: int, defects: set[Defect]) -> tuple[Fields, int]:
    """The fields of the block at ``start`` and the offset of the body after it."""
    blank = _BLANK_LINE.search(data, max(start - 1, 0), end)
    stop, body = (blank.start() + 1, blank.end()) if blank else (end, end)
    if stop - start > MAX_HEADER_BYTES:
        defects.add(Defect.HEADERS_CUT)
    block = data[start : min(stop, start + MAX_HEADER_BYTES)] if stop > start else b""
    fields, read = _fields(block, defects)
    return Fields(fields), body if read == len(block) else start + read


def _fields(block: bytes, defects: set[Defect]) -> tuple[tuple[tuple[str, bytes], ...], int]:
    """The fields and how many bytes of the block they take; what follows is body without a gap."""
    found: list[tuple[str, list[bytes]]] = []
    lines = _LINE.findall(block)
    read = 0
    for number, line in enumerate(lines):
        field = _FIELD.match(line if found else line.lstrip())
        if field:
            found.append((field[1].decode("ascii").lower(), [field.string[field.end() :]]))
        elif found and (line[:1] in b" \t" or _is_broken_fold(lines, number)):
            found[-1][1].append(line)
        elif not _is_envelope(line, number):
            defects.add(Defect.BAD_HEADER)
            break
        read += len(line)
    if len(found) > MAX_FIELDS:
        defects.add(Defect.HEADERS_CUT)
    return tuple((name, b"".join(value)) for name, value in found[:MAX_FIELDS]), read


def _is_broken_fold(lines: list[bytes], number: int) -> bool:
    """A line cut off its field by a program that forgot the space: a field follows it."""
    return number + 1 < len(lines) and _FIELD.match(lines[number + 1]) is not None


def _is_envelope(line: bytes, number: int) -> bool:
    """The line that mbox files and some pipes put before a mail."""
    return number == 0 and line.startswith((b"From ", b">From "))
