# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register as an Atom feed (RFC 4287), for readers of feeds and for crawlers."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from tresen_licensing.contributions.cards import Card

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
# Signs that no XML may hold (XML 1.0, section 2.2): from texts that people type.
_FORBIDDEN = dict.fromkeys(
    [*(each for each in range(32) if each not in (9, 10, 13)), 0xFFFE, 0xFFFF]
)


def feed(
    told: Sequence[Card], title: str, author: str, own: str, page: Callable[[Card], str]
) -> bytes:
    """Return the feed; `own` is its address, `page` gives the address of a contribution.

    Both are absolute.
    """
    top = Element("feed", {"xmlns": NAMESPACE})
    _text(top, "title", title)
    _text(top, "id", own)
    SubElement(top, "link", {"rel": "self", "type": MEDIA_TYPE, "href": own})
    latest = max((each.moved_at for each in told), default=datetime(1970, 1, 1, tzinfo=UTC))
    _text(top, "updated", latest.isoformat())
    _text(SubElement(top, "author"), "name", author)
    for each in told:
        _add(top, each, page(each))
    body: bytes = tostring(top, encoding="utf-8", xml_declaration=True)
    return body


def _add(top: Element, told: Card, address: str) -> None:
    entry = SubElement(top, "entry")
    _text(entry, "title", told.title)
    _text(entry, "id", address)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    _text(entry, "published", told.published_at.isoformat())
    _text(entry, "updated", told.moved_at.isoformat())
    _text(entry, "rights", told.licence)
    if told.component:
        SubElement(entry, "category", {"term": _plain(told.component)})
    _text(entry, "summary", told.description or told.title)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _plain(text)


def _plain(text: str) -> str:
    cut = text.translate(_FORBIDDEN)
    return cut.encode("utf-8", "replace").decode("utf-8")
