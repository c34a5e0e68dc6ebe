# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns Markdown into the plain text part of a mail.

Why: a customer whose program shows plain text reads words, not marks; the places that a link leads
to stay written out.
"""

from collections.abc import Callable

from markdown_it.tree import SyntaxTreeNode

from tresen.web.markdown import MAX_MARKDOWN, parse_markdown


def markdown_to_text(text: str) -> str:
    """Return `text` without its marks: lists, quotes, tables and code keep their shape."""
    if len(text) > MAX_MARKDOWN:
        return text
    return "\n".join(_blocks(SyntaxTreeNode(parse_markdown(text)))).strip("\n")


def _blocks(node: SyntaxTreeNode) -> list[str]:
    lines: list[str] = []
    for child in node.children:
        is_below_item = node.type == "list_item" and child.type.endswith("_list")
        if lines and not is_below_item:
            lines.append("")
        lines += _WRITERS.get(child.type, _blocks)(child)
    return lines


def _inline(node: SyntaxTreeNode) -> list[str]:
    return "".join(map(_words, node.children)).split("\n")


def _words(node: SyntaxTreeNode) -> str:
    if node.type in {"softbreak", "hardbreak"}:
        return "\n"
    if node.type == "image":
        return _with_address(node.content, str(node.attrs.get("src", "")))
    inner = "".join(map(_words, node.children)) or node.content
    return _with_address(inner, str(node.attrs.get("href", ""))) if node.type == "link" else inner


def _with_address(words: str, address: str) -> str:
    is_plain = words in {"", address, address.removeprefix("mailto:")}
    return address.removeprefix("mailto:") if is_plain else f"{words} <{address}>"


def _list(node: SyntaxTreeNode) -> list[str]:
    start = int(node.attrs.get("start", 1))
    lines: list[str] = []
    for number, item in enumerate(node.children, start):
        mark = f"{number}. " if node.type == "ordered_list" else "- "
        lines += _hung(mark, _blocks(item))
    return lines


def _hung(mark: str, lines: list[str]) -> list[str]:
    rest = [f"{' ' * len(mark)}{line}".rstrip() for line in lines[1:]]
    return [(mark + (lines[0] if lines else "")).rstrip(), *rest]


def _quote(node: SyntaxTreeNode) -> list[str]:
    return [f"> {line}".rstrip() for line in _blocks(node)]


def _code(node: SyntaxTreeNode) -> list[str]:
    return [f"    {line}".rstrip() for line in node.content.rstrip("\n").split("\n")]


def _table(node: SyntaxTreeNode) -> list[str]:
    rows = [row for part in node.children for row in part.children]
    return [" | ".join(" ".join(_blocks(cell)) for cell in row.children) for row in rows]


def _rule(_node: SyntaxTreeNode) -> list[str]:
    return ["-" * 40]


_WRITERS: dict[str, Callable[[SyntaxTreeNode], list[str]]] = {
    "inline": _inline,
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
    "fence": _code,
    "code_block": _code,
    "table": _table,
    "hr": _rule,
}
