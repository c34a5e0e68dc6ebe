# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rewrites the ``style`` attribute of foreign HTML into a small canonical subset of CSS.

Why: nothing of the sender's own spelling reaches the page. Each declaration is read by the reader
of its property and written anew, so no escape, comment, ``url()`` or unknown function survives, and
no value can move, cover or hide anything.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from tresen.web.colours import colour_of
from tresen.web.word_sets import word_set

_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "cm": 37.8, "mm": 3.78, "in": 96.0}
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d{0,6})?|\.\d{1,6})(px|pt|em|rem|cm|mm|in|%)?", re.ASCII)
_FAMILY = re.compile(r"[a-z][a-z0-9 _-]{0,60}", re.ASCII)
_LINES = word_set("none solid dashed dotted double groove ridge inset outset hidden")
_MAX_STYLE = 4_000

Reader = Callable[[str], str | None]


def _pixels(word: str, low: float, high: float) -> str | None:
    match = _LENGTH.fullmatch(word)
    if match is None or match[2] == "%" or (match[2] is None and float(match[1])):
        return None
    size = round(float(match[1]) * _PIXELS.get(match[2] or "px", 1.0), 1)
    return f"{size:g}px" if low <= size <= high else None


def _percent(word: str, low: float, high: float) -> str | None:
    match = _LENGTH.fullmatch(word)
    if match is None or match[2] != "%" or not low <= float(match[1]) <= high:
        return None
    return f"{round(float(match[1]), 1):g}%"


def _word(*allowed: str) -> Reader:
    return lambda value: value if value in allowed else None


def _colour(value: str) -> str | None:
    colour = colour_of(value)
    return None if colour is None else str(colour)


def _family(value: str) -> str | None:
    names = [name.strip(" \t\n\"'") for name in value.split(",")]
    kept = [name for name in names if _FAMILY.fullmatch(name)]
    return ",".join(kept[:6]) or None


def _font_size(value: str) -> str | None:
    """Sizes relative to the parent are made absolute: nested, they would shrink text to nothing."""
    if value in {"x-small", "small", "medium", "large", "x-large", "xx-large"}:
        return value
    if percent := _percent(value, 60, 400):
        return _pixels(f"{float(percent[:-1]) / 100:g}em", 9, 64)
    return _pixels(value, 9, 64)


def _line_height(value: str) -> str | None:
    if value == "normal" or re.fullmatch(r"[12](\.\d{1,2})?", value, re.ASCII):
        return value
    return _percent(value, 100, 250) or _pixels(value, 14, 80)


def _extent(value: str) -> str | None:
    return _percent(value, 1, 100) or _pixels(value, 1, 1600)


def _sides(high: float, *words: str) -> Reader:
    def read(value: str) -> str | None:
        sides = [w if w in words else _pixels(w, 0, high) for w in value.split()]
        known = [side for side in sides if side is not None]
        return " ".join(known) if len(known) == len(sides) and 1 <= len(sides) <= 4 else None

    return read


def _joined(value: str) -> str:
    """Take the blanks out around commas, so that a colour is one word."""
    return " ".join(value.split()).replace(" ,", ",").replace(", ", ",")


def _border_part(word: str) -> str | None:
    if word in {"thin", "medium", "thick"} or word in _LINES:
        return word
    return _pixels(word, 0, 20) or _colour(word)


def _border(value: str) -> str | None:
    parts = [_border_part(word) for word in _joined(value).split()]
    known = [part for part in parts if part is not None]
    return " ".join(known) if 1 <= len(known) <= 3 else None


_ALIGN = _word("left", "right", "center", "justify")
_BULLETS = _word(
    *word_set("none disc circle square decimal lower-alpha upper-alpha lower-roman upper-roman")
)
_READERS: dict[str, Reader] = {
    "color": _colour,
    "background-color": _colour,
    "font-family": _family,
    "font-size": _font_size,
    "font-style": _word("normal", "italic"),
    "font-weight": _word("normal", "bold", *(f"{n}00" for n in range(3, 10))),
    "line-height": _line_height,
    "text-align": _ALIGN,
    "text-decoration": _word("none", "underline", "line-through"),
    "vertical-align": _word("top", "middle", "bottom", "baseline", "sub", "super"),
    "white-space": _word("normal", "nowrap", "pre-wrap"),
    "direction": _word("ltr", "rtl"),
    "width": _extent,
    "max-width": _extent,
    "padding": _sides(200),
    "margin": _sides(200, "auto"),
    "border-collapse": _word("collapse", "separate"),
    "list-style-type": _BULLETS,
    "border": _border,
    "border-color": _colour,
} | {
    f"{name}-{side}": reader
    for side in ("top", "right", "bottom", "left")
    for name, reader in (
        ("padding", _sides(200)),
        ("margin", _sides(200, "auto")),
        ("border", _border),
    )
}
# Shorthands of which only the one part is kept that this list knows.
_SAME_AS = {"background": "background-color", "list-style": "list-style-type"}


@lru_cache(maxsize=4096)
def clean_style(style: str) -> str:
    """Return the declarations of `style` that are allowed, in canonical spelling; may be empty."""
    kept: dict[str, str] = {}
    for declaration in style[:_MAX_STYLE].lower().split(";"):
        name, _, value = declaration.partition(":")
        name = _SAME_AS.get(name.strip(), name.strip())
        clean = _READERS.get(name, _nothing)(value.replace("!important", "").strip())
        if clean is not None:
            kept.pop(name, None)
            kept[name] = clean
    return ";".join(f"{name}:{value}" for name, value in kept.items())


def _nothing(_value: str) -> None:
    return None
