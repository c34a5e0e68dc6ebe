# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the quoted rest of a mail begins: attribution lines, heads, separators.

Each pattern sees a few lines of bounded length, so that no text makes it slow.
"""

import re
from dataclasses import dataclass

from tresen.mail.reading.reply_words import (
    DATE_OPENERS,
    ORIGINAL_MESSAGE,
    QUOTED_HEAD_DATE,
    QUOTED_HEAD_FIRST,
    QUOTED_HEAD_NEXT,
    WROTE,
    WROTE_OPENERS,
)

_MAX_LINE = 250
_MAX_JOINED = 500
_MAX_WRAPPED = 7
_HEAD_LINES = 8


def _any(words: tuple[str, ...]) -> str:
    return "|".join(words)


_VERB = re.compile(rf"(?<!\w)(?:{_any(WROTE)})(?!\w)", re.IGNORECASE)
_OPENER = re.compile(rf"(?:{_any(WROTE_OPENERS)})(?![^\W\d_])|{_any(DATE_OPENERS)}", re.IGNORECASE)
_EVIDENCE = re.compile(r"@|\b(?:19|20)\d\d\b|\d{4}年")
_ADDRESS = re.compile(r"[^\s@]@[\w-]+\.")
_QUOTE = re.compile(r"\s*(?:[>|]|[A-Z]{1,3}>)")
_DATED = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2} .*(?:GMT[+-]|<[^<>@]+@[^<>]+>:?$)"
    r"|(?:\d{1,2}\. \w+|\w{3,9} \d{1,2},) \d{4}, \d{1,2}:\d\d (?:von|by) \S+@\S+:$"
)
_ORIGINAL = re.compile(rf"[*\s]*[-_]{{2,}}[*\s]*(?:{_any(ORIGINAL_MESSAGE)})\b", re.IGNORECASE)
_HEAD_FIRST = re.compile(rf"[*_\s]*(?:{_any(QUOTED_HEAD_FIRST)})[*_ ]*[:\uff1a]", re.IGNORECASE)
_HEAD_DATE = re.compile(rf"[*_\s]*(?:{_any(QUOTED_HEAD_DATE)})[*_ ]*:", re.IGNORECASE)
_HEAD_NEXT = re.compile(rf"[*_\s]*({_any(QUOTED_HEAD_NEXT)})[*_ ]*[:\uff1a]", re.IGNORECASE)
_RULE = re.compile(r"[-_*#~=+\s\u2014\u1427]+\Z")


@dataclass(frozen=True, slots=True)
class Cut:
    """Lines from start to before end that say: here begins a quote."""

    start: int
    end: int
    is_attribution: bool


def is_quote(line: str) -> bool:
    """Whether a line is marked as quoted, by a sign or by initials before it."""
    return _QUOTE.match(line) is not None


def is_rule(line: str) -> bool:
    """Whether a line only draws a line."""
    return bool(line.strip()) and _RULE.match(line[:_MAX_LINE]) is not None


def find_cut(lines: list[str]) -> Cut | None:
    """The first mark in these lines, with the drawn lines above it."""
    for number, line in enumerate(lines):
        if not line.strip() or is_quote(line):
            continue
        size = _attribution_size(lines, number)
        if size:
            return Cut(number, number + size, is_attribution=True)
        if _ORIGINAL.match(line[:_MAX_LINE]) or _is_head(lines, number):
            return Cut(_with_rules(lines, number), _head_end(lines, number), is_attribution=False)
    return None


def _attribution_size(lines: list[str], number: int) -> int:
    """How many lines an attribution takes here; 0 where there is none."""
    first = lines[number].strip()[:_MAX_LINE]
    is_opened = _OPENER.match(first) is not None and any(map(str.isdigit, first))
    if not is_opened and not _VERB.search(first) and not _ADDRESS.search(first):
        return 0
    joined = ""
    for size in range(1, min(_MAX_WRAPPED, len(lines) - number) + 1):
        line = lines[number + size - 1].strip()[:_MAX_LINE]
        if (not line and not is_opened) or len(joined) > _MAX_JOINED:
            return 0
        joined = f"{joined} {line}".strip()
        if _is_attribution(joined, lines[number + size : number + size + 3]):
            return size
    return 0


def _is_attribution(joined: str, after: list[str]) -> bool:
    bare = joined.strip("- ")
    is_closed = bare.endswith((":", "\uff1a")) or (bare != joined and joined.endswith("--"))
    if is_closed and _VERB.search(bare):
        return bool(_EVIDENCE.search(bare)) or any(is_quote(line) for line in after[:2])
    return _DATED.match(joined) is not None


def _is_head(lines: list[str], number: int) -> bool:
    first, *following = (line[:_MAX_LINE] for line in lines[number : number + _HEAD_LINES])
    is_dated = _HEAD_DATE.match(first) and following and _HEAD_FIRST.match(following[0])
    if not is_dated and not _HEAD_FIRST.match(first):
        return False
    found = {match[1].lower() for match in map(_HEAD_NEXT.match, following) if match}
    return len(found) >= 2


def _head_end(lines: list[str], number: int) -> int:
    """The line after the head: the first empty one, or just the separator where no head is."""
    end = number + 1
    if not _is_head(lines, number):
        while end < len(lines) and not lines[end].strip():
            end += 1
        if end >= len(lines) or not _is_head(lines, end):
            return number + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    return end


def _with_rules(lines: list[str], number: int) -> int:
    """Up to the drawn and empty lines right above."""
    start = number
    while start and (not lines[start - 1].strip() or is_rule(lines[start - 1])):
        start -= 1
    return start
