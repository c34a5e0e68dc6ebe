# SPDX-License-Identifier: AGPL-3.0-or-later
"""What typed facts of a development must be like: addresses, licences, hours and days."""

import re
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from tresen.sdk import Desk, Refused, _

_ID = r"[A-Za-z0-9][A-Za-z0-9.:-]*\+?"
_TERM = rf"{_ID}(?: WITH {_ID})?"
# Brackets are taken out from the inside, so an expression needs no parser.
_PLAIN = re.compile(rf"{_TERM}(?: (?:AND|OR) {_TERM})*")
_BRACKET = re.compile(r"\(([^()]*)\)")
MINUTES_OF_QUARTER = 15


def demand_address(url: str) -> str:
    """Return the http or https address without spaces around it; raises Refused for another."""
    plain = url.strip()
    try:
        parts = urlsplit(plain)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or re.search(r"\s", plain):
        raise Refused(_("An address begins with https:// or http:// and names a host."))
    return plain


def demand_licence(text: str) -> str:
    """Return the SPDX expression; raises Refused for what is none."""
    plain = " ".join(text.split())
    rest, inner = plain, _BRACKET.search(plain)
    while inner is not None:
        if not _PLAIN.fullmatch(inner[1].strip()):
            break
        rest = f"{rest[: inner.start()]}X{rest[inner.end() :]}"
        inner = _BRACKET.search(rest)
    if plain and not _PLAIN.fullmatch(rest):
        raise Refused(_("A licence is an SPDX expression, such as AGPL-3.0-or-later."))
    return plain


def minutes_of(hours: Decimal | None) -> int | None:
    """Return hours as minutes; raises Refused for what is no quarter of an hour, or too little."""
    if hours is None:
        return None
    minutes = hours * 60
    if minutes <= 0 or minutes % MINUTES_OF_QUARTER:
        raise Refused(_("Hours come in quarters, such as 0.25, 1.5 or 40."))
    return int(minutes)


def demand_past(desk: Desk, day: date) -> None:
    """Raise Refused for a day that is still to come."""
    if day > desk.today():
        raise Refused(_("This day is still to come."))
