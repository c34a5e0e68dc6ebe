# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings to light what a message hides: text in the colour of its ground, and counting pixels.

Why: words that only a machine or only the quoted copy shows let a stranger put sentences into an
agent's answer. Hiding by ``display``, size or position never passes ``mail_style``; colour depends
on the elements around, so it needs this walk over the cleaned HTML.
"""

import re
from dataclasses import dataclass

from tresen.web.colours import BLACK, WHITE, Colour, colour_of, contrast, readable_on

# The serialiser of the cleaner writes exactly this form.
_PIECE = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>|([^<]+)')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_LINK_COLOUR = Colour(0x0B, 0x57, 0xD0)  # as in the sheet of mail_frame
_LEAST_CONTRAST = 1.3
_BLANK = re.compile(r"(?:\s|&nbsp;|[\u200b-\u200f\u2060\ufeff\u00ad\u034f])*")


@dataclass(slots=True, frozen=True)
class _Open:
    """One open element: its name, its colours and where its start tag stands in the output."""

    name: str
    ink: Colour
    ground: Colour
    place: int


def reveal(html: str) -> tuple[str, int]:
    """Return cleaned `html` with hidden text made readable, and how many pieces were hidden."""
    out: list[str] = []
    stack = [_Open("", BLACK, WHITE, -1)]
    revealed = 0
    for end, name, attributes, text in _PIECE.findall(html):
        if text:
            revealed += _show(text, stack, out)
            out.append(text)
        elif end:
            out.append(f"</{name}>")
            _close(name, stack)
        else:
            out.append(_start(name, attributes, stack, len(out)))
    return "".join(out), revealed


def _start(name: str, attributes: str, stack: list[_Open], place: int) -> str:
    values = dict(_ATTRIBUTE.findall(attributes))
    if name == "img" and {values.get("width"), values.get("height")} & {"0", "1", "2"}:
        attributes = re.sub(r' src="[^"]*"', "", attributes)
    if name not in _VOID:
        style = dict(part.partition(":")[::2] for part in values.get("style", "").split(";"))
        parent = stack[-1]
        ink = colour_of(style.get("color") or values.get("color") or "")
        ground = colour_of(style.get("background-color") or values.get("bgcolor") or "")
        own_ink = _LINK_COLOUR if name == "a" else parent.ink
        stack.append(_Open(name, ink or own_ink, ground or parent.ground, place))
    return f"<{name}{attributes}>"


def _close(name: str, stack: list[_Open]) -> None:
    if len(stack) > 1 and stack[-1].name == name:
        stack.pop()


def _show(text: str, stack: list[_Open], out: list[str]) -> int:
    """Give the innermost element a readable colour when `text` would not stand out from it."""
    top = stack[-1]
    if contrast(top.ink, top.ground) >= _LEAST_CONTRAST or _BLANK.fullmatch(text):
        return 0
    ink = readable_on(top.ground)
    out[top.place] = _with_colour(out[top.place], ink)
    stack[-1] = _Open(top.name, ink, top.ground, top.place)
    return 1


def _with_colour(tag: str, ink: Colour) -> str:
    tag = re.sub(r'([ ;"])color:#[0-9a-f]{6};?', r"\1", tag)
    if ' style="' in tag:
        return re.sub(r' style="([^"]*?);?"', rf' style="\1;color:{ink}"', tag).replace('";', '"')
    return f'{tag[:-1]} style="color:{ink}">'
