# SPDX-License-Identifier: AGPL-3.0-or-later
"""Content-Type and Content-Disposition: a value and its parameters, RFC 2231 included.

File names come as encoded words, as raw bytes, in pieces and percent-encoded; each must survive.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from tresen.mail.reading.charsets import decode
from tresen.mail.reading.encoded_words import decode_words
from tresen.mail.reading.headers import plain
from tresen.mail.reading.limits import MAX_PARAMETERS
from tresen.web.text import one_line

_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)')
_PIECE = re.compile(r"([^*]+)\*(\d{1,3})(\*?)\Z")
_QUOTED_PAIR = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in lower case and its parameters, their names in lower case, decoded."""

    name: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def read_value(raw: bytes | None) -> Value:
    """The value of a field such as ``text/plain; charset=utf-8``."""
    text = plain(raw or b"")
    name = " ".join(text.partition(";")[0].lower().split()[:1])
    found = list(_PARAMETER.finditer(text))[:MAX_PARAMETERS]
    return Value(name, _decoded([(match[1].lower(), _unquoted(match[2])) for match in found]))


def _unquoted(value: str) -> str:
    value = value.strip()
    if not value.startswith('"'):
        return value
    return _QUOTED_PAIR.sub(_keep_backslash, value[1:].removesuffix('"'))


def _keep_backslash(pair: re.Match[str]) -> str:
    """Only quotes and backslashes are quoted in practice: a Windows path keeps its own."""
    return pair[1] if pair[1] in '"\\' else pair[0]


def _decoded(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Names once each: a plain value yields to an extended one (RFC 2231, as RFC 6266 4.3)."""
    simple: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in pairs:
        piece = _PIECE.match(name)
        if piece:
            pieces.setdefault(piece[1], {})[int(piece[2])] = (value, bool(piece[3]))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {})[0] = (value, True)
        else:
            simple.setdefault(name, one_line(decode_words(value), None))
    return simple | {name: one_line(_joined(found), None) for name, found in pieces.items()}


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    first, is_extended = pieces.get(0, ("", False))
    charset = ""
    if is_extended and first.count("'") >= 2:
        charset, _, rest = first.split("'", 2)
        pieces = pieces | {0: (rest, True)}
    values = (pieces[number] for number in sorted(pieces))
    data = b"".join(
        unquote_to_bytes(value) if extended else value.encode("utf-8", "replace")
        for value, extended in values
    )
    return decode_words(decode(data, charset)[0])
