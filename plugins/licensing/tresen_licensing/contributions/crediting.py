# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whom the public is told of: as the agreement says today, so that a consent can be taken back."""

import re

from tresen_licensing.agreements import terms
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
    return text if is_named(row) else _pattern(row).sub(BLANK, text)


def betrays(row: Development) -> bool:
    """Tell whether title or words name a customer who is not to be named."""
    texts = (row.title, row.component, row.description)
    return not is_named(row) and any(map(_pattern(row).search, texts))


def _pattern(row: Development) -> re.Pattern[str]:
    words = map(re.escape, row.organisation.name.split())
    return re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)
