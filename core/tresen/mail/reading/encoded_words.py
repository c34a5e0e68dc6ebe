# SPDX-License-Identifier: AGPL-3.0-or-later
"""Encoded words (RFC 2047) of header fields to text, in time that grows with their length.

The reader of the standard library takes minutes for 20,000 of them and raises on some.
"""

import binascii
import re

from tresen.mail.reading.charsets import decode

_WORD = re.compile(r"=\?([^?\s*]{0,40})(?:\*[^?]{0,40})?\?([bBqQ])\?([^?]*)\?=")


def decode_words(value: str) -> str:
    """The value with its encoded words decoded; white space between two of them is dropped.

    Bytes of neighbours in one charset are joined before decoding, because many programs break
    lines within a character.
    """
    if "=?" not in value:
        return value
    done: list[str] = []
    run: list[bytes] = []
    charset, end = "", 0
    for word in _WORD.finditer(value):
        gap = value[end : word.start()]
        if gap.strip() or not end or word[1].lower() != charset:
            done += _flush(run, charset)
            done += [gap] if gap.strip() or not end else []
        charset, end = word[1].lower(), word.end()
        run.append(_payload(word[2], word[3]))
    return "".join([*done, *_flush(run, charset), value[end:]])


def _flush(run: list[bytes], charset: str) -> list[str]:
    text = decode(b"".join(run), charset)[0] if run else ""
    run.clear()
    return [text]


def _payload(encoding: str, text: str) -> bytes:
    """The bytes of one word; characters that do not belong are dropped, as RFC 2045 6.8 says."""
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
