# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds quoted text, signatures and code in plain text, and quotes a message for a reply.

Why: a thread is read for what is new in it; what is repeated is folded away, never dropped.
"""

import enum
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from tresen.web.diffs import diff_length


class Part(enum.Enum):
    """What a run of lines in a message is."""

    WORDS = "words"
    QUOTE = "quote"
    SIGNATURE = "signature"
    DIFF = "diff"


class Block(NamedTuple):
    """A run of lines of one kind."""

    part: Part
    lines: list[str]


MAX_QUOTED_LINES = 200
_LONGEST_RULE = 120
_QUOTED = re.compile(r" ?>")
_SIGNATURE = re.compile(r"--\s?")  # RFC 3676, 4.3; many programs drop the blank
# Outlook repeats the whole message below such a line, without any mark on its lines.
_ORIGINAL = re.compile(
    r"[-_ ]{2,}\s*(?:original message|ursprüngliche nachricht|weitergeleitete nachricht|"
    r"forwarded message|original-nachricht)\s*[-_ ]{2,}",
    re.IGNORECASE,
)


def split_quotes(lines: Iterable[str]) -> list[Block]:
    """Part the lines of a message into words, quotes, signatures and diffs, in order."""
    runs = groupby(_marked([*lines]), key=lambda marked: marked[0])
    return [Block(part, [line for _, line in run]) for part, run in runs]


def _marked(lines: list[str]) -> Iterator[tuple[Part, str]]:
    """Mark each line; a signature ends at the next quote, an original message never.

    Nothing in a diff is a mark, whatever its lines look like.
    """
    below, code = Part.WORDS, 0
    for at, line in enumerate(lines):
        if below is Part.WORDS and not code:
            code = diff_length(lines, at)
        if code:
            code -= 1
            yield Part.DIFF, line
            continue
        if below is not Part.QUOTE and is_quoted(line):
            below = Part.WORDS
            yield Part.QUOTE, line
            continue
        if below is Part.WORDS and _SIGNATURE.fullmatch(line):
            below = Part.SIGNATURE
        elif len(line) <= _LONGEST_RULE and _ORIGINAL.fullmatch(line.strip()):
            below = Part.QUOTE
        yield below, line


def is_quoted(line: str) -> bool:
    """Say whether `line` bears a quote mark."""
    return _QUOTED.match(line) is not None


def unquoted(line: str) -> str:
    """Return `line` without its outermost quote mark."""
    return _QUOTED.sub("", line, count=1).removeprefix(" ")


def quote_for_reply(text: str, attribution: str) -> str:
    """Return `text` quoted below `attribution`, such as "Anna Beispiel wrote on 3 May 2026:".

    Signature and older quotes are left out, as good manners in mail have it (RFC 1855); the
    original stays on the ticket. A long text is cut at `MAX_QUOTED_LINES` with a visible mark.
    """
    blocks = split_quotes(text.strip().splitlines())
    said = {Part.WORDS, Part.DIFF}
    lines = [line for block in blocks if block.part in said for line in block.lines]
    kept = "\n".join(lines[:MAX_QUOTED_LINES]).strip().splitlines()
    if len(lines) > MAX_QUOTED_LINES:
        kept.append("[…]")
    return "\n".join([attribution, *(f"> {line}".rstrip() for line in kept)])
