# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whom the public is told of: as the agreement says today, so that a consent can be taken back."""

import re
import unicodedata
from functools import lru_cache

from tresen_licensing.agreements import terms
from tresen_licensing.clearances.gathering import FORMS, SHORTEST
from tresen_licensing.developments.models import Development

# What stands in the place of a name that is not to be told.
BLANK = "[…]"


def is_named(row: Development) -> bool:
    """Tell whether the customer's name may be told; agreement and customer must be loaded."""
    return row.agreement is not None and row.agreement.credit in (terms.NAMED, terms.FUNDER)


def is_funder(row: Development) -> bool:
    """Tell whether the customer is named as who paid for it."""
    return row.agreement is not None and row.agreement.credit == terms.FUNDER


def name(row: Development) -> str:
    """Return the customer's name where it may be told, or nothing."""
    return row.organisation.name if is_named(row) else ""


def spoken(row: Development, text: str) -> str:
    """Return a text as the public may read it: without the customer's name, unless it is told."""
    return text if is_named(row) else _pattern(row.organisation.name).sub(BLANK, _plain(text))


def betrays(row: Development) -> bool:
    """Tell whether title or words name a customer who is not to be named."""
    texts = (row.title, row.component, row.description)
    found = map(_pattern(row.organisation.name).search, map(_plain, texts))
    return not is_named(row) and any(found)


def _plain(text: str) -> str:
    """Return a text in which letter and accent are one sign, as names are written here."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    """Return what finds a name in any letters, with its legal form or without."""
    words = _plain(name).split()
    short = words[: len(words) - _forms(words)]
    is_telling = len(short) > 1 or len("".join(short)) >= SHORTEST
    told, form = (short, words[len(short) :]) if is_telling else (words, [])
    ending = r"(?:\s+" + _spaced(form) + ")?" if form else ""
    return re.compile(r"(?<!\w)" + _spaced(told) + ending + r"(?!\w)", re.IGNORECASE)


def _forms(words: list[str]) -> int:
    """Return how many words at the end of a name say its legal form alone."""
    plain = [re.sub(r"\W", "", each).casefold() for each in reversed(words)]
    return next((at for at, each in enumerate(plain) if each and each not in FORMS), len(plain))


def _spaced(words: list[str]) -> str:
    # In capital letters ß becomes SS.
    return r"\s+".join(re.sub("ß|ẞ|ss", "(?:ß|ẞ|ss)", re.escape(each)) for each in words)
