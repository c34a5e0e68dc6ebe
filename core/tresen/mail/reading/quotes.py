# SPDX-License-Identifier: AGPL-3.0-or-later
"""The HTML of a mail divided into what is new and what it quotes, so that a page can fold it.

By the marks that mail programs leave; HTML without a mark, or with an answer below it, stays whole.
"""

import re

from lxml import html as dom
from lxml.etree import LxmlError

_MARKED = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|tutanota_quote|blockquote"
    r"|appendonsend|divRplyFwdMsg|OLK_SRC_BODY_SECTION|border-top: ?solid|name=[\"']?quote"
    r"|mail-editor-reference-message-container|OutlookMessageHeader",
    re.IGNORECASE,
)
_CLASSES = frozenset(
    {
        *("gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix"),
        *("protonmail_quote", "tutanota_quote", "OutlookMessageHeader"),
    }
)
_IDS = frozenset(
    {
        *("appendonsend", "divRplyFwdMsg", "OLK_SRC_BODY_SECTION"),
        "mail-editor-reference-message-container",
    }
)
_OUTLOOK = re.compile(r"border:\s*none;\s*border-top:\s*solid", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_MAX_ELEMENTS = 50_000
_MAX_LENGTH = 1_000_000


def split_html(html: str) -> tuple[str, str]:
    """New and quoted HTML; the second is empty and the first as it was where nothing is quoted."""
    if len(html) > _MAX_LENGTH or not _MARKED.search(html):
        return html, ""
    try:
        return _split(html)
    except (LxmlError, ValueError, RecursionError):
        return html, ""


def _split(html: str) -> tuple[str, str]:
    root = dom.document_fromstring(_DECLARATION.sub("", html))
    mark = _first_mark(root)
    if mark is None:
        return html, ""
    quoted = dom.Element("div")
    _move(mark, quoted)
    if not _has_text(root) or _is_answered_below(mark, quoted):
        return html, ""
    return dom.tostring(root, encoding="unicode"), dom.tostring(quoted, encoding="unicode")


def _first_mark(root: dom.HtmlElement) -> dom.HtmlElement | None:
    for number, element in enumerate(root.iter("div", "blockquote", "span", "table")):
        if number > _MAX_ELEMENTS:
            return None
        if _is_mark(element):
            return element
    return None


def _is_mark(element: dom.HtmlElement) -> bool:
    if element.tag == "blockquote" and element.get("type", "").lower() == "cite":
        return True
    if element.get("id", "") in _IDS or element.get("name") == "quote":
        return True
    if not _CLASSES.isdisjoint(element.get("class", "").split()):
        return True
    return _OUTLOOK.search(element.get("style", "")) is not None


def _move(mark: dom.HtmlElement, quoted: dom.HtmlElement) -> None:
    """The mark and all that follows it in the document; the head and what is above stay."""
    node, following = mark, [mark]
    while node is not None and node.tag != "body":
        following += list(node.itersiblings())
        node = node.getparent()
    for element in following:
        quoted.append(element)


def _is_answered_below(mark: dom.HtmlElement, quoted: dom.HtmlElement) -> bool:
    """Whether text stands below a quote that ends: the answer, or one of several."""
    if mark.tag != "blockquote" and "gmail_quote" not in mark.get("class", ""):
        return False
    return bool((mark.tail or "").strip()) or any(_has_text(other) for other in quoted[1:])


def _has_text(element: dom.HtmlElement) -> bool:
    return any(text.strip() for text in element.itertext())
