# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licence expressions after SPDX: read, checked and written the way the standard writes them.

The library is imported where it is used, since it reads 3 MB of licences.
"""

import re
from functools import cache, lru_cache
from typing import Any

from tresen.sdk import Refused, _

# Characters of an expression; a longer one is read by nobody, and no index holds it.
LONGEST = 600
# Taken for a licence by the library, and named by no list of SPDX.
VAGUE = {"GPL", "gpl", "BSD-2", "bsd-2"}
_WORD = re.compile(r"[^\s()]+")
# What stands for a text that is no standard licence.
OWN = ("LicenseRef-", "DocumentRef-", "AdditionRef-")


def demand_expression(text: str) -> str:
    """Return the expression with the identifiers as SPDX writes them; raises Refused for another.

    Source: SPDX 2.3, annex D; identifiers are those of the library's licence list, LicenseRef-…
    and its like stand for texts that are no standard licence.
    """
    tree, unknown = _read(text)
    from license_expression import ExpressionError  # noqa: PLC0415 - see above

    plain = " ".join(text.split())
    try:
        parsed = licensing().parse(plain, strict=True)
        unknown = [] if parsed is None else licensing().unknown_license_keys(parsed)
    except (ExpressionError, IndexError, RecursionError):
        # The library stumbles over empty and over many parentheses.
        parsed, unknown = None, []
    unknown = [key for key in unknown if not key.startswith(("LicenseRef-", "DocumentRef-"))]
    if unknown:
        words = {"names": ", ".join(unknown)}
        raise Refused(_("SPDX knows no licence %(names)s, such as AGPL-3.0-or-later.") % words)
    if tree is None:
        raise Refused(_("A licence is an SPDX expression, such as AGPL-3.0-or-later."))
    return str(tree)


@lru_cache(maxsize=4096)
def expression_of(text: str) -> str:
    """Return the expression as SPDX writes it; empty for what is none, or is too long.

    A nickname such as `GPL` is none, though the library takes it for one.
    """
    if len(text) > LONGEST or not text.isascii():
        return ""
    tree, unknown = _read(text)
    found = "" if tree is None or unknown else str(tree)
    words = _WORD.findall(text)
    # The library knows nicknames, too: words that become fewer, and families of licences.
    is_nickname = len(_WORD.findall(found)) < len(words) or VAGUE.intersection(words)
    return found if len(found) <= LONGEST and not is_nickname else ""


def parsed(expression: str) -> Any:
    """Return the tree of a valid expression: symbols of licences, joined by AND and OR."""
    return licensing().parse(expression)


@cache
def licensing() -> Any:
    """Return the library's list of licences, which takes a third of a second to read."""
    from license_expression import get_spdx_licensing  # noqa: PLC0415 - see above

    return get_spdx_licensing()


def _read(text: str) -> tuple[Any, list[str]]:
    """Return the tree, or None, and the names that SPDX does not know."""
    from license_expression import ExpressionError  # noqa: PLC0415 - see above

    plain, known = " ".join(text.split()), licensing()
    try:
        found = known.parse(plain, strict=True)
    # The library stumbles over brackets around nothing.
    except (ExpressionError, RecursionError, IndexError):
        return None, []
    unknown = [] if found is None else known.unknown_license_keys(found)
    return found, [key for key in unknown if not key.startswith(OWN)]
