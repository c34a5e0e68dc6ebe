# SPDX-License-Identifier: AGPL-3.0-or-later
"""What makes two mails with one Message-ID the same mail (safety F24).

A mail that comes by two ways bears other traces, and is still one. Programs that number badly give
one Message-ID to different mails, and those are two: better twice on the desk than once lost.
"""

import hashlib
import re
from collections.abc import Iterator

# Without Content-Length, which mail stores write for themselves.
_TOLD = re.compile(rb"(from|date|subject|content-(?!length:)[a-z-]+)[ \t]*:(.*)", re.I | re.DOTALL)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_SPACE = b" \t\r\n"
_PIECE = 1 << 20
_FOLD = re.compile(rb"\n(?=[ \t])")


def fingerprint(raw: bytes) -> str:
    """Return the SHA-256 of what a mail says: its body, From, Date, Subject and Content-* fields.

    How lines end, how fields are folded and in which order they stand makes no difference, nor
    does any other field: servers write them on the way. A body that was encoded anew does.
    """
    found = _HEAD_END.search(raw)
    head_end, start = found.span() if found else (len(raw), len(raw))
    # A stable order: fields of one name stay as they stand, for the first one may mean something.
    fields = filter(None, map(_told, _unfolded(raw[:head_end].replace(b"\r\n", b"\n"))))
    digest = hashlib.sha256()
    for name, value in sorted(fields, key=lambda field: field[0]):
        digest.update(name + b":" + value + b"\n")
    for piece in _body(raw, start):
        digest.update(piece)
    return digest.hexdigest()


def _body(raw: bytes, start: int) -> Iterator[bytes]:
    """Yield the body piece by piece, for a mail may be large; without space at its two ends."""
    end = len(raw)
    while start < end and raw[start] in _SPACE:
        start += 1
    while start < end and raw[end - 1] in _SPACE:
        end -= 1
    yield b"\n"
    kept = b""
    for first in range(start, end, _PIECE):
        piece = kept + raw[first : min(first + _PIECE, end)]
        kept = b"\r" if piece.endswith(b"\r") else b""
        yield piece.removesuffix(b"\r").replace(b"\r\n", b"\n")


def _unfolded(head: bytes) -> list[bytes]:
    return _FOLD.sub(b"", head).split(b"\n")


def _told(field: bytes) -> tuple[bytes, bytes] | None:
    found = _TOLD.fullmatch(field)
    return (found[1].lower(), b" ".join(found[2].split())) if found else None
