# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the signature at the end of a text begins.

The line ``-- `` (RFC 3676 section 4.3), what programs and telephones add, and drawn lines.
"""

import re

from tresen.mail.reading.quote_marks import is_rule
from tresen.mail.reading.reply_words import SENT_FROM
from tresen.web.diffs import in_diffs

_SENT_FROM = re.compile(rf"[<(\[*\s]*(?:{'|'.join(SENT_FROM)})[>)\]*\s]*\Z", re.IGNORECASE)
_MAX_LINE = 120
_MAX_SIGNATURE = 15
"""Lines that a signature has at most below a mark that may also divide text."""


def signature_start(lines: list[str]) -> int:
    """The index of the first line of the signature; the number of lines where there is none."""
    start = len(lines)
    while start and _closes(lines[start - 1]):
        start -= 1
    near = _near(lines)
    for number, (is_code, line) in enumerate(in_diffs(lines[:start])):
        # A diff may take a line `- ` away.
        if is_code:
            continue
        if line == "-- ":
            return number
        if number >= near and (line.rstrip() in {"--", "\u2014"} or _is_drawn(line)):
            return number
    return start


def _near(lines: list[str]) -> int:
    """Where the last lines begin that may be a signature."""
    left = _MAX_SIGNATURE
    for number in range(len(lines) - 1, -1, -1):
        left -= bool(lines[number].strip())
        if left < 0:
            return number + 1
    return 0


def _is_drawn(line: str) -> bool:
    return line.startswith("_____") and is_rule(line)


def _closes(line: str) -> bool:
    if not line.strip() or is_rule(line):
        return True
    return len(line) <= _MAX_LINE and _SENT_FROM.match(line) is not None
