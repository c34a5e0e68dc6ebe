# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folds what a mail's HTML quotes, and its signature, by the marks that mail programs leave.

Why: a thread is read for what is new in it. A fold opens without script, and nothing is taken out:
who marks new words as a quote hides them from nobody.
"""

import re
from dataclasses import dataclass

from tresen.web.word_sets import word_set

# Around the quote: Gmail, Yahoo, Proton, Tuta. Apple and Thunderbird write <blockquote type=cite>,
# GMX and web.de <div name=quote>.
_QUOTE_CLASSES = word_set("gmail_quote yahoo_quoted protonmail_quote tutanota_quote")
_QUOTE_IDS = word_set("mail-editor-reference-message-container")
# Above the quote, which goes on to the end of what it stands in: Outlook and its kin.
_ABOVE_CLASSES = word_set("OutlookMessageHeader")
_ABOVE_IDS = word_set("appendonsend divRplyFwdMsg")
_ABOVE_STYLE = re.compile(r"(?:^|;)border:none;border-top:[^;]*solid")
_SIGNATURE_CLASSES = word_set("gmail_signature moz-signature protonmail_signature_block")
_SIGNATURE_IDS = word_set("Signature AppleMailSignature")
CLASSES = _QUOTE_CLASSES | _ABOVE_CLASSES | _SIGNATURE_CLASSES
IDS = _QUOTE_IDS | _ABOVE_IDS | _SIGNATURE_IDS

# The serialiser of the cleaner writes exactly this form.
_PIECE = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>|([^<]+)')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_BLANK = re.compile(r"(?:\s|&nbsp;|[\u200b-\u200f\u2060\ufeff])*")


@dataclass(slots=True)
class _Open:
    """One open element, where its start tag stands, and whether words came in it so far."""

    name: str
    place: int
    has_words: bool = False


@dataclass(frozen=True, slots=True)
class _Fold:
    """An open fold: around the element at `depth` of the stack, or all that follows it, too."""

    depth: int
    goes_on: bool


def fold(html: str, *, quote: str, signature: str) -> str:
    """Return cleaned `html` with quotes and signatures folded below these titles (plain text).

    What has no words outside of its quotes, such as a mail passed on, stays open.
    """
    return _Folder(quote, signature).fold(html)


class _Folder:
    """Goes through the pieces once; a fold inside a fold is not made."""

    def __init__(self, quote: str, signature: str) -> None:
        self._titles = {"quote": quote, "above": quote, "signature": signature}
        self._out: list[str] = []
        self._stack = [_Open("", -1)]
        self._fold: _Fold | None = None

    def fold(self, html: str) -> str:
        if not self._is_read(html):
            return html
        if self._fold:
            self._out.append("</details>")
        return "".join(self._out) if self._stack[0].has_words else html

    def _is_read(self, html: str) -> bool:
        """Go through the HTML; say whether it was of the cleaner's form from end to end."""
        place = 0
        for piece in _PIECE.finditer(html):
            if piece.start() != place:
                return False
            place = piece.end()
            end, name, attributes, text = piece.groups()
            if text:
                self._word(text)
            elif not end:
                self._start(name, attributes)
            elif self._stack[-1].name == name:
                self._end(name)
            else:
                return False
        return place == len(html) and len(self._stack) == 1

    def _word(self, text: str) -> None:
        self._out.append(text)
        if not _BLANK.fullmatch(text):
            self._note_words()

    def _note_words(self) -> None:
        """Note them for each element around, up to the first that has some already."""
        for element in reversed(self._stack if self._fold is None else ()):
            if element.has_words:
                break
            element.has_words = True

    def _start(self, name: str, attributes: str) -> None:
        self._out.append(f"<{name}{attributes}>")
        if name in _VOID:
            if name == "img":
                self._note_words()
            return
        self._stack.append(_Open(name, len(self._out) - 1))
        part = _part_of(name, dict(_ATTRIBUTE.findall(attributes))) if not self._fold else ""
        if part:
            self._open(self._titles[part], goes_on=part == "above")

    def _open(self, title: str, *, goes_on: bool) -> None:
        depth = len(self._stack) - 1
        # Outlook's line stands in a box of its own; what it is a line above of follows the box.
        while goes_on and self._stack[depth - 1].name == "div" and not self._has_words(depth - 1):
            depth -= 1
        place = self._stack[depth].place
        self._out[place] = f"<details><summary>{title}</summary>{self._out[place]}"
        self._fold = _Fold(depth, goes_on)

    def _has_words(self, depth: int) -> bool:
        return self._stack[depth].has_words

    def _end(self, name: str) -> None:
        left = len(self._stack) - 1
        fold = self._fold
        self._stack.pop()
        is_around = fold is not None and fold.goes_on and left < fold.depth
        is_own = fold is not None and not fold.goes_on and left == fold.depth
        self._out.append("</details>" * is_around + f"</{name}>" + "</details>" * is_own)
        if is_around or is_own:
            self._fold = None


def _part_of(name: str, values: dict[str, str]) -> str:
    """Return of which part an element is the mark: quote, above (of one), signature or nothing."""
    if name == "blockquote" and values.get("type") == "cite":
        return "quote"
    if name not in {"div", "blockquote"}:
        return ""
    if values.get("name") == "quote":
        return "quote"
    mark = {values.get("class"), values.get("id")}
    if mark & (_QUOTE_CLASSES | _QUOTE_IDS):
        return "quote"
    is_above = _ABOVE_STYLE.search(values.get("style", "")) is not None
    if is_above or mark & (_ABOVE_CLASSES | _ABOVE_IDS):
        return "above"
    return "signature" if mark & (_SIGNATURE_CLASSES | _SIGNATURE_IDS) else ""
