# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the colours that mail writers use and says how well one stands out from another.

Why: text in the colour of its ground is the oldest way to hide words from a reader.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from tresen.web.word_sets import word_set


class Colour(NamedTuple):
    """Red, green and blue, each 0..255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)

# CSS Color 4 knows 148 names; these are the ones mail programs write. Others are left out of the
# page, so that no text can hide behind a colour that is not understood here.
_NAMED = {
    name: Colour(*bytes.fromhex(digits))
    for name, digits in (
        pair.split(":")
        for pair in word_set(
            "aqua:00ffff black:000000 blue:0000ff brown:a52a2a crimson:dc143c cyan:00ffff "
            "darkblue:00008b darkgray:a9a9a9 darkgreen:006400 darkgrey:a9a9a9 darkorange:ff8c00 "
            "darkred:8b0000 dimgray:696969 dimgrey:696969 fuchsia:ff00ff gold:ffd700 gray:808080 "
            "green:008000 grey:808080 indigo:4b0082 lightblue:add8e6 lightgray:d3d3d3 "
            "lightgreen:90ee90 lightgrey:d3d3d3 lightyellow:ffffe0 lime:00ff00 magenta:ff00ff "
            "maroon:800000 midnightblue:191970 navy:000080 olive:808000 orange:ffa500 "
            "orangered:ff4500 pink:ffc0cb purple:800080 red:ff0000 royalblue:4169e1 "
            "silver:c0c0c0 slategray:708090 steelblue:4682b4 teal:008080 tomato:ff6347 "
            "turquoise:40e0d0 violet:ee82ee white:ffffff whitesmoke:f5f5f5 yellow:ffff00"
        )
    )
}
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.ASCII)
_RGB = re.compile(
    r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,(0?\.\d{1,6}|[01](?:\.0{1,6})?))?\)", re.ASCII
)
_OPAQUE_ENOUGH = 0.5


@lru_cache(maxsize=1024)
def colour_of(text: str) -> Colour | None:
    """Read a colour name, hexadecimal digits or ``rgb()``; None when it is anything else."""
    word = re.sub(r"\s+", "", text.lower())
    if word in _NAMED:
        return _NAMED[word]
    if match := _HEX.fullmatch(word):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        return Colour(*bytes.fromhex(digits))
    match = _RGB.fullmatch(word)
    if match is None or float(match[4] or 1) < _OPAQUE_ENOUGH:
        return None
    return Colour(*(min(int(part), 255) for part in match.groups()[:3]))


def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast ratio 1..21 of WCAG 2.2, section "contrast ratio"."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(ground: Colour) -> Colour:
    """Return black or white, whichever stands out more from `ground`."""
    return max((BLACK, WHITE), key=lambda colour: contrast(colour, ground))


@lru_cache(maxsize=1024)
def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
