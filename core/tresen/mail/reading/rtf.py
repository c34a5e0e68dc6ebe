# SPDX-License-Identifier: AGPL-3.0-or-later
"""The body of a winmail.dat that is nothing but compressed RTF (MS-OXRTFCP), as RTF and as text.

Most winmail.dat hold no other body: without this the customer's words would be an unreadable file.
"""

from collections.abc import Callable

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text

from tresen.mail.reading.charsets import storable

_to_text: Callable[..., object] = rtf_to_text

MAX_COMPRESSED = 128 << 10
"""Bytes that are decompressed; to at most nine times as many, in two seconds."""

MAX_RTF = 1 << 20
"""Bytes of RTF that are read as text."""


def read_rtf(data: bytes) -> tuple[bytes, str]:
    """The RTF and its text; both empty where the data are broken or too large."""
    if not data or len(data) > MAX_COMPRESSED:
        return b"", ""
    try:
        rtf = bytes(decompress(data))
    except Exception:  # noqa: BLE001 - the library raises just that for what it cannot read
        return b"", ""
    return rtf, _text(rtf[:MAX_RTF])


def _text(rtf: bytes) -> str:
    try:
        text = str(_to_text(rtf.decode("latin-1"), errors="replace"))
    except (ValueError, LookupError, OverflowError, RecursionError, AttributeError, IndexError):
        return ""
    return storable(text).replace("\xa0", " ").strip()
