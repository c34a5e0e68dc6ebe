# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes to text whatever charset a mail names: the named one, a better one, or the likeliest.

Mails name charsets wrongly, by odd names or not at all; a reader that gives up loses the request.
"""

import codecs
import re
from functools import lru_cache

# Names that mail programs write and the codecs module does not know, and supersets that decode
# what the smaller charset of that name cannot (as the WHATWG Encoding Standard maps its labels).
_ALIASES = {
    "ansi_x3.110-1983": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "cp-850": "cp850",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "hz-gb-2312": "hz",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "ks_c_5601-1987": "cp949",
    "latin1": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "us-ascii": "cp1252",
    "utf8mb4": "utf-8",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-unicode-2-0-utf-7": "utf-7",
}
# Text codecs of Python that are no charsets; idna and punycode take quadratic time.
_REFUSED = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
_MAX_NAME = 60
_WESTERN = frozenset({"cp1252", "cp1254", "iso8859-15"})
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def decode(data: bytes, charset: str) -> tuple[str, bool]:
    """The text in ``data`` and whether it was in the charset named (empty: none was)."""
    codec = _codec(charset)
    text, fits = _decode(data, codec)
    return storable(text), fits and (codec is not None or not charset)


def storable(text: str) -> str:
    """The text with NUL and lone surrogates, which no database stores, made visible."""
    return _UNSTORABLE.sub("\ufffd", text)


def _codec(charset: str) -> str | None:
    return _looked_up(charset[:_MAX_NAME]) if charset else None


@lru_cache(maxsize=256)
def _looked_up(charset: str) -> str | None:
    name = charset.partition("(")[0].strip(" \"'").lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return None if found in _REFUSED else found


def _decode(data: bytes, codec: str | None) -> tuple[str, bool]:
    if data.isascii() and b"\x1b" not in data and codec in {None, "utf-8", *_WESTERN}:
        return data.decode("ascii"), True
    if codec is None or codec in _WESTERN:
        return _guess(data, codec or "cp1252")
    try:
        return data.decode(codec), True
    except (UnicodeError, LookupError):
        return _mend(data, codec), False


def _guess(data: bytes, western: str) -> tuple[str, bool]:
    """UTF-8 if it is that, else Japanese by its escapes, else the western charset."""
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data.decode(codec, "replace"), False
    if b"\x1b$" in data or b"\x1b(J" in data:
        return data.decode("iso2022_jp_ext", "replace"), False
    try:
        return data.decode("utf-8"), data.isascii()
    except UnicodeDecodeError:
        return data.decode(western, "tresen.control"), True


def _as_control(error: UnicodeError) -> tuple[str, int]:
    """As a browser reads it: the bytes that cp1252 leaves undefined are control characters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("tresen.control", _as_control)


def _mend(data: bytes, codec: str) -> str:
    """Text with replacement characters if most of it fits, else whatever fits whole."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, LookupError):
        return _guess(data, "cp1252")[0]
    lost = text.count("\ufffd")
    kept = sum(character > "\x7f" for character in text) - lost
    return text if lost <= kept else _guess(data, "cp1252")[0]
