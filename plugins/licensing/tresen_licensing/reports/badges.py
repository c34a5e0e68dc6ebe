# SPDX-License-Identifier: AGPL-3.0-or-later
"""A badge that says how giving back stands: a picture that needs nothing else, or plain facts.

The facts are those that shields.io takes from an endpoint (schema version 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from tresen.sdk import _

from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.reports.figures import Figures

MEDIA_TYPE = "image/svg+xml"
# White stands on each with a contrast of 4.5 to 1 or more.
COLOURS = {"green": "#2e7d32", "accent": "#1f5fa8", "amber": "#8a5a00", "red": "#b3261e"}
GREY, DARK = "#5f6368", "#3c4043"
# Pixels: of a letter in the mean, beside a text, and in height.
LETTER, BESIDE, HIGH = 7, 6, 20
FONT = {"font-family": "Verdana,Geneva,DejaVu Sans,sans-serif", "font-size": "11"}


@dataclass(frozen=True)
class Badge:
    """What a badge says: of what, what of it, and in which tone (as in the states' TONES)."""

    label: str
    message: str
    tone: str = ""

    @property
    def colour(self) -> str:
        """The colour behind the message."""
        return COLOURS.get(self.tone, GREY)


def of_figures(found: Sequence[Figures]) -> Badge:
    """Return how much of what is owed was given back, over one report or several."""
    owed, published = (sum(getattr(each, name) for each in found) for name in ("owed", "published"))
    is_late = any(each.overdue for each in found)
    tone = "red" if is_late else "green" if owed and published == owed else "accent"
    words = {"part": published, "all": owed}
    return Badge(_("given back"), _("%(part)s of %(all)s") % words, tone if owed else "")


def of_development(row: Development) -> Badge:
    """Return how far one development is."""
    return Badge(row.reference, str(states.TITLES[row.state]), states.TONES.get(row.state, ""))


def facts(badge: Badge) -> dict[str, Any]:
    """Return a badge as JSON values."""
    told = {"label": badge.label, "message": badge.message, "color": badge.colour}
    return {"schemaVersion": 1} | told


def drawn(badge: Badge) -> str:
    """Return a badge as SVG 1.1: no styles, no scripts, nothing from elsewhere."""
    left, right = (_wide(text) for text in (badge.label, badge.message))
    words = f"{badge.label}: {badge.message}"
    top = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(left + right),
            "height": str(HIGH),
            "role": "img",
            "aria-label": words,
        },
    )
    SubElement(top, "title").text = words
    _box(top, 0, left, DARK)
    _box(top, left, right, badge.colour)
    _text(top, 0, left, badge.label)
    _text(top, left, right, badge.message)
    return tostring(top, encoding="unicode")


def _wide(text: str) -> int:
    return LETTER * len(text) + 2 * BESIDE


def _box(top: Element, at: int, wide: int, colour: str) -> None:
    place = {"x": str(at), "width": str(wide), "height": str(HIGH)}
    SubElement(top, "rect", place | {"fill": colour})


def _text(top: Element, at: int, wide: int, text: str) -> None:
    """Write a text into its box; whatever the font, it is as long as the box has room."""
    place = {"x": str(at + BESIDE), "y": "14", "textLength": str(wide - 2 * BESIDE)}
    fit = {"lengthAdjust": "spacingAndGlyphs", "fill": "#fff"}
    SubElement(top, "text", place | fit | FONT).text = text
