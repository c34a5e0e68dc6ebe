# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns plain text of mails into HTML: escaped, linked, its quotes folded, its diffs as code.

Why: most mail is plain text; it must read as well as anything and can do as little.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from tresen.web.diffs import in_diffs, sign_of
from tresen.web.mail_links import safe_link
from tresen.web.quotes import Part, is_quoted, split_quotes, unquoted
from tresen.web.text import visible_text

if TYPE_CHECKING:
    from linkify_it import LinkifyIt

_LINKED_CHARACTERS = 200_000  # of one message; the rest is shown without links
_LINKED_LINE = 10_000
_NESTING = 5
_REMEMBERED = 8_000
_BLOCKS = 500  # of one message; further quotes stay open, with their marks
_LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>')
_FOLD = Markup('<details class="fold"><summary>{}</summary><blockquote>{}</blockquote></details>')
_PARAGRAPH = Markup('<p dir="auto">{}</p>')
_BREAK = Markup("<br>")
_DIFF = Markup('<pre class="diff" dir="ltr">{}</pre>')
_CHANGED = {"+": Markup("<ins>{}</ins>"), "-": Markup("<del>{}</del>"), "": Markup("{}")}


@dataclass(frozen=True, slots=True)
class FoldTitles:
    """The words on folded parts, in the reader's language; an icon may come as Markup."""

    quote: str
    signature: str


def text_to_html(text: str, titles: FoldTitles) -> Markup:
    """Return plain `text` as HTML; nothing of it is left out, whatever its length."""
    return (_remembered if len(text) <= _REMEMBERED else _render)(text, titles)


def mark_diffs(text: str) -> Markup:
    """Return `text` for a ``pre``, with what its diffs add and take away as ``ins`` and ``del``."""
    runs = groupby(in_diffs(visible_text(text).split("\n")), key=lambda told: told[0])
    parts = ((is_diff, [line for _, line in run]) for is_diff, run in runs)
    return Markup("").join(_changes(run) if is_diff else _written(run) for is_diff, run in parts)


def _render(text: str, titles: FoldTitles) -> Markup:
    return _Writer(titles).write(visible_text(text).split("\n"), _NESTING)


# What was received does not change, and a ticket is read many times.
_remembered = lru_cache(maxsize=200)(_render)


@dataclass(slots=True)
class _Writer:
    titles: FoldTitles
    linkable: int = _LINKED_CHARACTERS
    foldable: int = _BLOCKS

    def write(self, lines: list[str], depth: int) -> Markup:
        blocks = split_quotes(lines)
        if len(blocks) > self.foldable:
            return self._paragraphs(lines)
        self.foldable -= len(blocks)
        return Markup("").join(self._block(part, run, depth) for part, run in blocks)

    def _block(self, part: Part, run: list[str], depth: int) -> Markup:
        if part is Part.WORDS:
            return self._paragraphs(run)
        if part is Part.DIFF:
            return _DIFF.format(_changes(run))
        if part is Part.SIGNATURE:
            return _FOLD.format(self.titles.signature, self._paragraphs(run))
        if depth and is_quoted(run[0]):
            return _FOLD.format(self.titles.quote, self.write([*map(unquoted, run)], depth - 1))
        return _FOLD.format(self.titles.quote, self._paragraphs(run))

    def _paragraphs(self, lines: Iterable[str]) -> Markup:
        runs = groupby(lines, key=lambda line: bool(line.strip()))
        texts = (_BREAK.join(map(self._line, run)) for has_words, run in runs if has_words)
        return Markup("").join(map(_PARAGRAPH.format, texts))

    def _line(self, line: str) -> Markup:
        if "@" not in line and "://" not in line:
            return escape(line)
        self.linkable -= len(line)
        if self.linkable < 0 or len(line) > _LINKED_LINE:
            return escape(line)
        return _linked(line)


def _changes(diff: list[str]) -> Markup:
    runs = groupby(diff, sign_of)
    return Markup("").join(_CHANGED[sign].format(_written(run)) for sign, run in runs)


def _written(lines: Iterable[str]) -> Markup:
    return escape("".join(f"{line}\n" for line in lines))


def _linked(line: str) -> Markup:
    pieces, start = [], 0
    for found in _linkifier().match(line) or ():
        if address := safe_link(found.url):
            pieces += [escape(line[start : found.index]), _LINK.format(address, found.text)]
            start = found.last_index
    return Markup("").join([*pieces, escape(line[start:])])


@cache
def _linkifier() -> "LinkifyIt":
    from linkify_it import LinkifyIt  # noqa: PLC0415 - most pages show no mail

    return LinkifyIt()
