# SPDX-License-Identifier: AGPL-3.0-or-later
"""HTML to the text that is stored, searched and quoted.

Inscriptis keeps lists and tables readable; what is too large or too deep for it loses its tags.
"""

import re

from inscriptis import get_text
from lxml.etree import LxmlError

from tresen.web.html_text import html_to_text as words_in_html

MAX_LAID_OUT = 200_000
"""Characters of HTML that are laid out; longer HTML takes seconds and loses only its tags."""

_BLANKS = re.compile(r"\n[ \t\u00a0]*(?:\n[ \t\u00a0]*)+")


def html_to_text(html: str) -> str:
    """The text of a hostile HTML document, at most one empty line between paragraphs."""
    text = _laid_out(html) if len(html) <= MAX_LAID_OUT else ""
    text = text if text.strip() else words_in_html(html)
    lines = (line.rstrip() for line in text.replace("\r", "").split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n")


def _laid_out(html: str) -> str:
    """Empty where the library fails: its parser also drops what is nested too deep."""
    try:
        return str(get_text(html))
    except (LxmlError, RecursionError, ValueError, TypeError, LookupError, AttributeError):
        return ""
