# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes strangers' plain text safe to show on a line, in a header or in a table cell.

Why: control characters, direction overrides and leading ``=`` do harm without any HTML.
"""

import re
import unicodedata

# C0 and C1 controls but tab and line feed, lone surrogates, direction embeddings, overrides and
# isolates (Trojan Source, CVE-2021-42574), tag characters that spell hidden words, separators.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,20}([.,]\d{1,20})?", re.ASCII)


def visible_text(text: str) -> str:
    """Return `text` with characters that cannot be seen, or that turn its direction, written out.

    Line ends become a line feed. A control character shows as its Unicode control picture, all
    else as its code point, for example ``[U+202E]``.
    """
    return _UNSEEN.sub(_written_out, text.replace("\r\n", "\n").replace("\r", "\n"))


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"[U+{code:04X}]"


def one_line(text: str, limit: int | None = 250) -> str:
    """Return `text` as one line of at most `limit` characters, fit for a mail or HTTP header.

    None is no limit, for values that are read on: a boundary cut short would be another one.
    """
    line = visible_text(_BREAKS.sub(" ", text)).strip()
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def csv_cell(value: object) -> str:
    """Return `value` for a table that a spreadsheet may open, so that it is never a formula.

    A text that a spreadsheet could take for a formula gets a leading apostrophe (OWASP "CSV
    Injection"); plain numbers stay as they are.
    """
    text = "" if value is None else str(value)
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    first = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\ufeff\u200b")[:1])
    return f"'{text}" if first in _FORMULA else text
