# SPDX-License-Identifier: AGPL-3.0-or-later
"""Content-Transfer-Encoding (RFC 2045 section 6) undone, with all bytes that can still be had.

Decoders of the standard library stop at the first padding or raise; files sent in pieces suffer.
"""

import binascii
import re
import string

_ALPHABET = (string.ascii_letters + string.digits + "+/=").encode()
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_AFTER_PADDING = re.compile(rb"=[ \t]+[^\s=][^\r\n]*")
_CHUNK = 1 << 20
_LOOSE_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})
_UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """The content and whether it was encoded as it says."""
    if encoding in _IDENTITY:
        return data, True
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return _quoted_printable(data), True
    if encoding in _UUENCODE:
        return decode_uu(data.splitlines()), True
    return data, False


def _quoted_printable(data: bytes) -> bytes:
    """Some lines at a time, because mending a million soft breaks at once takes much memory."""
    content, start = bytearray(), 0
    while start < len(data):
        end = data.find(b"\n", start + _CHUNK) + 1 or len(data)
        content += binascii.a2b_qp(_LOOSE_BREAK.sub(b"=", data[start:end]))
        start = end
    return bytes(content)


def _base64(data: bytes) -> tuple[bytes, bool]:
    """Each run up to its padding on its own: some programs encode a file piece by piece."""
    content, pending, fits = bytearray(), b"", True
    for start in range(0, len(data), _CHUNK):
        chunk = _AFTER_PADDING.sub(b"=", data[start : start + _CHUNK])
        first, *others = chunk.translate(None, _NOT_BASE64).split(b"=")
        pending += first
        for run in others:
            fits &= _flush(content, pending)
            pending = run
        whole = len(pending) - len(pending) % 4
        content += binascii.a2b_base64(pending[:whole])
        pending = pending[whole:]
    fits &= _flush(content, pending)
    return bytes(content), fits


def _flush(content: bytearray, run: bytes) -> bool:
    """Append what a run without padding holds; a single letter over holds no byte."""
    over = len(run) % 4
    padded = run[:-1] if over == 1 else run + b"=" * (-over % 4)
    content += binascii.a2b_base64(padded)
    return over != 1


def decode_uu(lines: list[bytes]) -> bytes:
    """The bytes of uuencoded lines; lines around and broken ones among them are passed over."""
    content = bytearray()
    for line in lines:
        if line.startswith(b"begin ") or line in {b"end", b"`", b""}:
            continue
        content += _uu_line(line)
    return bytes(content)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:wanted])
        except binascii.Error:
            return b""
