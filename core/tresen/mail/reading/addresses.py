# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of addresses (RFC 5322 section 3.4) as people and programs really write them.

Reads what the grammar forbids but mails contain, in one pass over the value.
"""

import re

from tresen.mail.reading.encoded_words import decode_words
from tresen.mail.reading.headers import plain
from tresen.mail.reading.limits import MAX_ADDRESSES, MAX_HEADER_BYTES
from tresen.mail.records import Address
from tresen.web.text import one_line

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^",;:()<]+|\)')
_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED_PAIR = re.compile(r"\\(.)")


def read_addresses(raw: bytes | None) -> tuple[tuple[Address, ...], int]:
    """The first addresses of a field and the count of all of them."""
    segments = _segments(plain(raw or b"", MAX_HEADER_BYTES))
    return tuple(_address(segment) for segment in segments[:MAX_ADDRESSES]), len(segments)


def _segments(text: str) -> list[list[str]]:
    """The tokens of each address; a piece without any address belongs to the name after it."""
    segments: list[list[str]] = []
    current: list[str] = []
    is_address = False
    for piece in _TOKEN.findall(text):
        ends_here = piece in ",;" and (is_address or (piece == ";" and current and not segments))
        if ends_here:
            segments.append(current)
        if ends_here or (piece == ":" and not is_address):
            current, is_address = [], False
        elif piece.strip("<> ;") and (piece != "," or current):
            current.append(piece)
            is_address = is_address or _is_address(piece)
    last = [piece for piece in current if piece != ","]
    return [*segments, current] if last else segments


def _is_address(piece: str) -> bool:
    return piece[0] == "<" or ("@" in piece and piece[0] not in '"(')


def _address(tokens: list[str]) -> Address:
    angles = [token for token in tokens if token[0] == "<"]
    if angles:
        names = [_word(token) for token in tokens if token[0] not in "<("]
        return Address(_name(names), _email(angles[-1].strip("<>")))
    bare = " ".join(token for token in tokens if token[0] not in '("').strip()
    if "@" not in bare and " " in bare:
        return Address(_name([_word(token) for token in tokens if token[0] != "("]), "")
    quoted = "".join(token for token in tokens if token[0] == '"')
    comments = [token.strip("()") for token in tokens if token[0] == "("]
    return Address(_name(comments), _email(quoted + bare if bare.startswith("@") else bare))


def _word(token: str) -> str:
    if token[0] != '"':
        return token
    return _QUOTED_PAIR.sub(r"\1", token[1:].removesuffix('"'))


def _name(words: list[str]) -> str:
    """Words with one space between; quoted encoded words are decoded too, as all programs do."""
    joined = " ".join(word.strip() for word in words).replace(" ,", ",")
    return one_line(decode_words(joined), None).strip("'\" ")


def _email(text: str) -> str:
    """The address without comments and spaces; its domain in lower case, for it alone may be."""
    plain_text = _COMMENT.sub("", one_line(decode_words(text), None))
    spaced = [plain_text] if '"' in plain_text else plain_text.split()
    email = next((word for word in spaced if "@" in word.strip("@")), "".join(spaced))
    local, at, domain = email.strip().removeprefix("mailto:").strip("'<>,;").rpartition("@")
    return f"{local}{at}{domain.lower()}" if at else domain
