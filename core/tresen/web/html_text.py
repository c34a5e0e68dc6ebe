# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes the words out of HTML in one pass, however broken or huge it is.

Why: what is too heavy to be parsed must still be readable; nothing is silently dropped.
"""

import html as entities
import re

from tresen.web.html_weight import RAW_TEXT, TOKEN
from tresen.web.word_sets import word_set

_BREAKS = word_set(
    "address article blockquote br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr li main nav ol p pre section table tr ul"
)
_SILENT = RAW_TEXT - {"textarea", "noscript"}
MAX_TEXT = 200_000


def html_to_text(html: str) -> str:
    """Return the text of `html`, a line per block, at most `MAX_TEXT` characters."""
    pieces: list[str] = []
    start, length, silent = 0, 0, ""
    for token in TOKEN.finditer(html):
        text = "" if silent else html[start : token.start()]
        start = token.end()
        name = (token["name"] or "").lower()
        pieces.append(text.replace("\n", " ") + ("\n" if name in _BREAKS else ""))
        silent = _silence(silent, name, bool(token["end"]))
        length += len(text)
        if length > MAX_TEXT:
            break
    else:
        pieces.append("" if silent else html[start:])
    return _tidy(entities.unescape("".join(pieces)))[:MAX_TEXT]


def _silence(silent: str, name: str, is_end: bool) -> str:
    if silent:
        return "" if is_end and name == silent else silent
    return name if name in _SILENT and not is_end else ""


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
