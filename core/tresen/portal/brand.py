# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator's logo and accent on the portal and the public pages.

They are a picture and a small style sheet with addresses of their own: nothing stands inline.
"""

import hashlib
from typing import Any

from flask import url_for

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.files import service as files
from tresen.files.models import StoredFile
from tresen.i18n import _, lazy
from tresen.settings import service as settings
from tresen.web.colours import Colour, colour_of, contrast, readable_on
from tresen.web.frame import Brand
from tresen.web.media import image_of

# The name of what the operator decides about the look.
SETTINGS = "portal"
# WCAG 2.2, 1.4.3: text of ordinary size.
LEAST_CONTRAST = 4.5
# The ground on which the accent stands out least, and what would help.
LIGHT, DARK = Colour(0xF3, 0xF4, 0xF6), Colour(0x20, 0x21, 0x27)
MOST_BYTES = 200_000
MOST_PIXELS = 2_000
KINDS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_ADVICE = {LIGHT: lazy("Choose a darker colour."), DARK: lazy("Choose a lighter colour.")}


def accent(text: str, ground: Colour) -> Colour | None:
    """Return the colour that the text names; None for an empty one.

    Raises Refused for what is no colour, and for one that cannot be read on the ground.
    """
    if not text.strip():
        return None
    colour = colour_of(text)
    if colour is None:
        raise Refused(_("“%(text)s” is no colour. Write it as #3a53c5.") % {"text": text})
    ratio = contrast(colour, ground)
    if ratio < LEAST_CONTRAST:
        sentence = _(
            "%(colour)s cannot be read well on its ground: the contrast is %(ratio)s to 1, and "
            "WCAG AA asks for 4.5 to 1. %(advice)s"
        )
        # Cut, not rounded: 4.49 would be told as enough.
        shown = f"{int(ratio * 10) / 10:.1f}"
        raise Refused(sentence % {"colour": colour, "ratio": shown, "advice": _ADVICE[ground]})
    return colour


def check_logo(body: bytes) -> str:
    """Return the media type of a logo; raises Refused for what is none, or too large."""
    image = image_of(body)
    if image is None or image.media_type not in KINDS:
        raise Refused(_("The logo must be a PNG, JPEG or WebP picture."))
    if len(body) > MOST_BYTES or max(image.width, image.height) > MOST_PIXELS:
        raise Refused(_("The logo may have 200 kB and 2,000 pixels on its longer side at most."))
    return image.media_type


def keep_logo(desk: Desk, body: bytes) -> str:
    """Keep a logo; return its public name. Raises Refused as `check_logo`."""
    media_type = check_logo(body)
    file = files.store_file(desk, f"logo.{KINDS[media_type]}", media_type, body)
    # It is the operator's: it stays when the person who brought it is erased.
    file.uploader_id = None
    return file.public_id


def brand_of(desk: Desk) -> Brand:
    """Return where logo and style sheet of the operator are; empty for those of Tresen."""
    values = settings.read(desk, SETTINGS)
    logo = url_for("portal.logo", public_id=values["logo"]) if values["logo"] else ""
    sheet = _sheet(values)
    style = url_for("portal.style", version=version_of(sheet)) if sheet else ""
    return Brand(logo, style)


def logo(desk: Desk, public_id: str) -> tuple[StoredFile, bytes]:
    """Return the operator's logo and its bytes; raises Missing for any other file."""
    if not public_id or public_id != settings.read(desk, SETTINGS)["logo"]:
        raise Missing(_("This file does not exist."))
    file = files.find_file(desk, public_id)
    return file, files.read_blob(desk, file.sha256)


def style_sheet(desk: Desk) -> str:
    """Return the rules that give the operator's accent; empty where there is none."""
    return _sheet(settings.read(desk, SETTINGS))


def _sheet(values: dict[str, Any]) -> str:
    themes = (("light", LIGHT), ("dark", DARK))
    found = {name: accent(values[f"accent_{name}"], ground) for name, ground in themes}
    return "".join(_rules(name, colour) for name, colour in found.items() if colour is not None)


def version_of(sheet: str) -> str:
    """Return what stands in the address of a style sheet, so that it may be kept for good."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]


def _rules(theme: str, colour: Colour) -> str:
    on_accent = readable_on(colour)
    away = "#000" if theme == "light" else "#fff"
    ground = LIGHT if theme == "light" else DARK
    rules = (
        f"--accent:{colour};--accent-fill:{colour};"
        f"--accent-fill-hover:color-mix(in srgb,{colour} 85%,{away});"
        f"--accent-soft:{ground};--on-accent:{on_accent}"
    )
    # What the reader chose comes before what the device says.
    return (
        f"@media (prefers-color-scheme:{theme})"
        f"{{:root:not([data-theme=light],[data-theme=dark]){{{rules}}}}}\n"
        f":root[data-theme={theme}]{{{rules}}}\n"
    )
