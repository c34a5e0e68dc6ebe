# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns the HTML of a stranger's mail into HTML that is safe to show in the mail frame.

Why: a mail is the one text in a helpdesk that anybody in the world may write. The allow-lists keep
ordinary business mail readable (tables, colours, fonts, lists, pictures); all else goes.
"""

import html as entities
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tresen.web.colours import colour_of
from tresen.web.html_text import html_to_text
from tresen.web.html_weight import is_too_heavy
from tresen.web.mail_folds import CLASSES, IDS
from tresen.web.mail_hidden import reveal
from tresen.web.mail_links import ImageSources, safe_link
from tresen.web.mail_style import clean_style
from tresen.web.word_sets import word_set

if TYPE_CHECKING:
    import nh3

TAGS = word_set(
    "a abbr address article b bdi bdo big blockquote br caption center cite code col colgroup dd "
    "del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd "
    "li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody td "
    "tfoot th thead tr tt u ul var wbr"
)
# The content of these is program, style or a control, never words to be read.
SILENT_TAGS = word_set(
    "frameset iframe math noembed noframes noscript script select style svg template textarea "
    "title xmp"
)
_SIZES = frozenset({"width", "height"})
_CELL = frozenset({"align", "valign", "bgcolor", "colspan", "rowspan", "style"}) | _SIZES
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"class", "dir", "id", "lang", "style", "title"}),
    "blockquote": frozenset({"type"}),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "align", "border"}) | _SIZES,
    "font": frozenset({"color", "face", "size"}),
    "table": frozenset({"align", "bgcolor", "border", "cellpadding", "cellspacing"}) | _SIZES,
    "td": _CELL,
    "th": _CELL,
    "tr": frozenset({"align", "valign", "bgcolor"}),
    "col": frozenset({"span", "width"}),
    "ol": frozenset({"start", "type"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"value", "type"}),
    "hr": frozenset({"align", "size", "width"}),
    "div": frozenset({"align", "name"}),
    **{name: frozenset({"align"}) for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6")},
}
_ALIGN = frozenset({"left", "right", "center", "justify", "top", "middle", "bottom", "baseline"})
_TYPES = frozenset({"1", "a", "A", "i", "I", "disc", "circle", "cite"})  # cite: of a blockquote
_CLASSES = CLASSES | {"MsoNormal"}
_MAX_PASSES = 5
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")  # wrongly decoded mail has them

AttributeFilter = Callable[[str, str, str], str | None]


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that may be put into the mail frame, and what the reader should be told about it.

    `blocked_images` counts remote images that were left out and can be shown on request,
    `revealed` the pieces of hidden text made readable; `is_text_only` says that the message was
    too heavy or too unstable to be shown as HTML, so that only its words are here.
    """

    html: str
    blocked_images: int = 0
    revealed: int = 0
    is_text_only: bool = False


def sanitise_mail_html(
    html: str,
    *,
    cid_urls: Mapping[str, str] | None = None,
    remote_image: Callable[[str], str | None] | None = None,
) -> SafeHtml:
    """Return the safe form of a mail's `html`; it never raises and stays within about a second.

    `cid_urls` maps the Content-IDs of this message's own parts to addresses that need no cookie:
    the sandboxed frame sends none. `remote_image` is given when the reader asked for the remote
    images of this one message and returns the address to load instead of a remote one, or None.
    """
    html = _LONE_SURROGATES.sub("\ufffd", html)
    if is_too_heavy(html):
        return _as_text(html)
    sources = ImageSources(cid_urls or {}, remote_image)
    cleaner = _cleaner(sources)
    clean, revealed = reveal(cleaner.clean(html))
    for _ in range(_MAX_PASSES):
        if is_too_heavy(clean):
            break
        again, more = reveal(cleaner.clean(clean))
        if again == clean:
            return SafeHtml(clean, sources.blocked, revealed)
        clean, revealed = again, revealed + more
    return _as_text(html)


def _as_text(html: str) -> SafeHtml:
    words = entities.escape(html_to_text(html), quote=False)
    return SafeHtml(f'<div style="white-space:pre-wrap">{words}</div>', is_text_only=True)


def _cleaner(sources: ImageSources) -> "nh3.Cleaner":
    import nh3  # noqa: PLC0415 - most pages show no mail

    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(SILENT_TAGS),
        attributes={name: set(allowed) for name, allowed in _ATTRIBUTES.items()},
        attribute_filter=_attribute_filter(sources),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    )


def _attribute_filter(sources: ImageSources) -> AttributeFilter:
    def keep(_tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return sources.safe_source(value)
        return _READERS.get(name, _as_it_is)(value)

    return keep


def _as_it_is(value: str) -> str:
    """Words for the reader and what the cleaner itself set; all is escaped on the way out."""
    return value


def _class(value: str) -> str | None:
    """Keep one of the classes that the frame knows: Outlook's paragraphs, marks of quotes."""
    return next((name for name in value.split() if name in _CLASSES), None)


def _colour(value: str) -> str | None:
    colour = colour_of(value)
    return None if colour is None else str(colour)


def _number(low: int, high: int) -> Callable[[str], str | None]:
    def read(value: str) -> str | None:
        digits = value.strip().removesuffix("px")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
            return None
        return str(int(digits)) if low <= int(digits) <= high else None

    return read


_pixel_count = _number(0, 2000)


def _extent(value: str) -> str | None:
    number = _number(1, 100)(value.strip().removesuffix("%"))
    return f"{number}%" if number and "%" in value else _pixel_count(value)


def _one_of(allowed: frozenset[str]) -> Callable[[str], str | None]:
    return lambda value: value.lower() if value.lower() in allowed else None


_READERS: dict[str, Callable[[str], str | None]] = {
    "href": safe_link,
    "style": lambda value: clean_style(value) or None,
    "class": _class,
    "id": lambda value: value if value in IDS else None,
    "name": lambda value: value if value == "quote" else None,
    "color": _colour,
    "bgcolor": _colour,
    "width": _extent,
    "height": _extent,
    "align": _one_of(_ALIGN),
    "valign": _one_of(_ALIGN),
    "dir": _one_of(frozenset({"ltr", "rtl", "auto"})),
    "type": lambda value: value if value in _TYPES else None,
    "face": lambda value: clean_style(f"font-family:{value}").partition(":")[2] or None,
    "size": lambda value: value if value.lstrip("+-") in set("1234567") else None,
    **{
        name: _number(low, high)
        for name, low, high in (
            ("border", 0, 20),
            ("cellpadding", 0, 60),
            ("cellspacing", 0, 60),
            ("colspan", 1, 100),
            ("rowspan", 1, 100),
            ("span", 1, 100),
            ("start", 0, 999_999),
            ("value", 0, 999_999),
        )
    },
}
