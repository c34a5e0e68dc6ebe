# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns the Markdown that people write in Tresen into HTML.

Why: agents and customers write with a few marks and expect them to show everywhere alike. The
dialect is CommonMark with tables, strikethrough, bare links, task lists and ticket numbers; HTML is
plain text in it, and the result is cleaned once more.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from tresen.web.mail_links import safe_link
from tresen.web.text import visible_text
from tresen.web.word_sets import word_set

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_MARKDOWN = 50_000  # characters; a longer text is shown as it was typed
_REMEMBERED = 8_000
_TICKET = re.compile(r"(?<![\w/&#])#(\d{3,12})\b", re.ASCII)
_TASKS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
_TAGS = word_set(
    "a blockquote br code em h4 h5 h6 hr img li ol p pre s strong table tbody td th thead tr ul"
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}

_OUTWARD = {"target": "_blank", "rel": "noopener noreferrer nofollow"}

TicketLinks = Callable[[Collection[int]], Mapping[int, str]]


def _no_tickets(_numbers: Collection[int]) -> Mapping[int, str]:
    return {}


@dataclass(frozen=True, slots=True)
class MarkdownLinks:
    """What a text may point at inside Tresen.

    `tickets` is asked once with all ticket numbers in the text and returns the addresses of those
    the reader may see. `images` maps the addresses written in the text to those of own files; any
    other image becomes a link, so that reading never tells another host about it.
    """

    tickets: TicketLinks = _no_tickets
    images: Mapping[str, str] = field(default_factory=dict)


def markdown_to_html(text: str, links: MarkdownLinks | None = None) -> Markup:
    """Return `text` as HTML for any page; it stays within about a second."""
    shown = visible_text(text)
    if len(shown) > MAX_MARKDOWN:
        return Markup("<pre>{}</pre>").format(shown)
    links = links or MarkdownLinks()
    numbers = {int(number) for number in _TICKET.findall(shown)}
    tickets = links.tickets(numbers) if numbers else {}
    render = _remembered if len(shown) <= _REMEMBERED else _render
    return render(shown, tuple(tickets.items()), tuple(links.images.items()))


def _render(
    text: str, tickets: tuple[tuple[int, str], ...], images: tuple[tuple[str, str], ...]
) -> Markup:
    return _Page(dict(tickets), dict(images)).render(parse_markdown(text))


# What was written does not change, and a ticket is read many times.
_remembered = lru_cache(maxsize=200)(_render)


def parse_markdown(text: str) -> "list[Token]":
    """Return the tokens of `text` in our dialect."""
    return _parser().parse(text)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - most pages show no text that was written

    options = {"html": False, "linkify": True, "breaks": True}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough", "linkify"])


@dataclass(slots=True)
class _Page:
    """One rendering: the addresses of tickets and images that it may point at."""

    tickets: Mapping[int, str]
    images: Mapping[str, str]

    def render(self, tokens: "list[Token]") -> Markup:
        inlines = [token for token in tokens if token.type == "inline"]
        for before, token in zip([None, None, *tokens], tokens, strict=False):
            _shape(token, is_task=before is not None and before.type == "list_item_open")
        for inline in inlines:
            inline.children = list(self._rewritten(inline.children or []))
        return self._clean(str(_parser().renderer.render(tokens, _parser().options, {})))

    def _rewritten(self, children: "list[Token]") -> "Iterator[Token]":
        loose = {id(child) for child in _loose_texts(children)}
        is_kept = True
        for child in children:
            if child.type == "link_open":
                is_kept = safe_link(str(child.attrs.get("href", ""))) is not None
                child.attrs.update(_OUTWARD)
            if child.type == "image":
                yield self._image(child)
            elif id(child) in loose and "#" in child.content:
                yield _html(self._with_tickets(child.content))
            elif is_kept or child.type not in {"link_open", "link_close"}:
                yield child

    def _with_tickets(self, text: str) -> Markup:
        pieces, start = [], 0
        for found in _TICKET.finditer(text):
            if address := self.tickets.get(int(found[1])):
                link = Markup('<a href="{}">{}</a>').format(address, found[0])
                pieces += [escape(text[start : found.start()]), link]
                start = found.end()
        return Markup("").join([*pieces, escape(text[start:])])

    def _image(self, token: "Token") -> "Token":
        address = str(token.attrs.get("src", ""))
        if own := self.images.get(address):
            return _html(Markup('<img src="{}" alt="{}">').format(own, token.content))
        if safe_link(address) is None:
            return _html(escape(token.content or address))
        link = Markup('<a href="{}" target="{target}" rel="{rel}">{}</a>')
        return _html(link.format(address, token.content or address, **_OUTWARD))

    def _clean(self, html: str) -> Markup:
        import nh3  # noqa: PLC0415 - as markdown_it

        clean = nh3.clean(
            html,
            tags=set(_TAGS),
            attributes=_ATTRIBUTES,
            attribute_filter=self._attribute,
            link_rel=None,
            tag_attribute_values={"a": {name: {value} for name, value in _OUTWARD.items()}},
            url_schemes={"http", "https", "mailto", "tel"},
        )
        return Markup(clean)  # noqa: S704 - this is the place where it becomes safe

    def _attribute(self, _tag: str, name: str, value: str) -> str | None:
        own = self.images if name == "src" else self.tickets
        if name not in {"href", "src"} or value in own.values():
            return value
        return safe_link(value) if name == "href" else None


def _loose_texts(children: "Iterable[Token]") -> "Iterator[Token]":
    """Yield the pieces of text that stand in no link."""
    depth = 0
    for child in children:
        depth += child.nesting if child.type.startswith("link_") else 0
        if child.type == "text" and not depth:
            yield child


def _html(markup: Markup) -> "Token":
    from markdown_it.token import Token  # noqa: PLC0415 - as above

    return Token("html_inline", "", 0, content=str(markup))


def _shape(token: "Token", *, is_task: bool) -> None:
    """Fit one token into a page: headings below the page's own, no inline style, task boxes."""
    if token.type.startswith("heading_"):
        token.tag = f"h{min(int(token.tag[1]) + 3, 6)}"
    if style := token.attrs.pop("style", ""):
        token.attrs["align"] = str(style).removeprefix("text-align:")
    if is_task and token.type == "inline" and token.children:
        first = token.children[0]
        first.content = _TASKS.get(first.content[:4], first.content[:4]) + first.content[4:]
