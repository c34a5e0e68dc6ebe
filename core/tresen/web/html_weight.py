# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weighs foreign HTML before a parser sees it.

Why: an HTML5 parser takes time and room that grow with the square of open elements (60,000 nested
``<div>`` take seconds, 1,500 open ``<font>`` swell a thousandfold), and nothing can stop it midway.

The tokens follow the HTML Standard, section 13.2.5 "Tokenization". Where this one pass cannot know
what a tree builder would do, it counts too much rather than too little.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from tresen.web.word_sets import word_set

_SPACE = r"\t\n\f\r "
_ATTRIBUTE = (
    rf"[^{_SPACE}/>][^{_SPACE}/>=]*+"
    rf"(?:[{_SPACE}]*+=[{_SPACE}]*+"
    rf"(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^{_SPACE}>\"'][^{_SPACE}>]*+)?+)?+"
)
_EACH_ATTRIBUTE = re.compile(_ATTRIBUTE)
TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][^{_SPACE}/>]*+)(?:[{_SPACE}/]++|{_ATTRIBUTE})*+>?"
    r"|<[!?/][^>]*>?",
    re.DOTALL,
)

# Elements that hold no content, or that the tree builder closes by itself when the next one opens.
_SELF_CLOSING = word_set(
    "area base br col colgroup embed hr img image input link meta param source track wbr "
    "p li dd dt td th tr tbody thead tfoot caption option optgroup html head body"
)
# The "active formatting elements", which every later block opens again.
_FORMATTING = word_set("a b big code em font i nobr s small strike strong tt u")
# Inside these an end tag is plain text, so it must not be taken for one.
RAW_TEXT = word_set("script style xmp iframe noembed noframes noscript textarea title plaintext")
_FOREIGN = frozenset({"svg", "math"})

MAX_CHARACTERS = 2_000_000
MAX_TAGS = 40_000
MAX_DEPTH = 500  # Chromium itself flattens what lies deeper than 512
MAX_REOPENED = 400_000
MAX_REFERENCES = 100_000  # character references; a million take eight seconds
MAX_ATTRIBUTES = 2_000  # of one tag; each is compared with all before it
_LONG_TAG = 2 * MAX_ATTRIBUTES


@dataclass(slots=True)
class _Scales:
    opened: Counter[str] = field(default_factory=Counter)
    depth: int = 0
    formatting: int = 0
    reopened: int = 0
    raw: str = ""
    foreign: bool = False

    def start(self, name: str) -> None:
        self.reopened += self.formatting
        if name in RAW_TEXT:
            self.raw = self.raw or name
        elif name not in _SELF_CLOSING:
            self._count(name, 1)
        self.foreign = self.foreign or name in _FOREIGN

    def end(self, name: str) -> None:
        if self.raw:
            self.raw = "" if name == self.raw else self.raw
        elif not self.foreign and self.opened[name]:
            self._count(name, -1)
        self.reopened += self.formatting

    def _count(self, name: str, step: int) -> None:
        self.opened[name] += step
        self.depth += step
        if name in _FORMATTING:
            self.formatting += step


def is_too_heavy(html: str) -> bool:
    """Say whether parsing `html` could take more than about a second or 100 MB."""
    if len(html) > MAX_CHARACTERS or html.count("<") > MAX_TAGS:
        return True
    if html.count("&") > MAX_REFERENCES:
        return True
    scales = _Scales()
    return any(_tips(scales, token) for token in TOKEN.finditer(html) if token["name"])


def _tips(scales: _Scales, token: re.Match[str]) -> bool:
    (scales.end if token["end"] else scales.start)(token["name"].lower())
    if scales.depth > MAX_DEPTH or scales.reopened > MAX_REOPENED:
        return True
    tag = token.group()
    return len(tag) > _LONG_TAG and len(_EACH_ATTRIBUTE.findall(tag)) > MAX_ATTRIBUTES
