# SPDX-License-Identifier: AGPL-3.0-or-later
"""Placeholders of texts to insert, such as {{requester}}: which there are, and how they are filled.

Why: what is filled in is often a customer's own words. They stand in the agent's Markdown as words
and never as a link with another name, a picture or a heading.
"""

import re
from collections.abc import Mapping

NAMES = ("requester", "number", "subject", "organisation", "agent")
# What stands for a value that the ticket does not have: a gap that is seen before sending.
UNKNOWN = "…"
_PLACEHOLDER = re.compile(r"\{\{([^{}\n]{0,80})\}\}")
_MARKS = re.compile(r"([\\`*_\[\]<>#~|&!])")


def unknown_in(text: str) -> list[str]:
    """Return the placeholders of a text that nobody can fill, each once, in order."""
    names = (found.strip() for found in _PLACEHOLDER.findall(text))
    return list(dict.fromkeys(name for name in names if name not in NAMES))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its placeholders filled; values stand there as plain words."""

    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        return _plain(values.get(name, "")) if name in NAMES else found[0]

    return _PLACEHOLDER.sub(value, text)


def _plain(value: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(value.split())) or UNKNOWN
