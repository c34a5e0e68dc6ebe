# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licence expressions after SPDX: read, checked and written the way the standard writes them.

The library is imported where it is used, since it reads 3 MB of licences.
"""

from functools import cache
from typing import Any

from tresen.sdk import Refused, _


def demand_expression(text: str) -> str:
    """Return the expression with the identifiers as SPDX writes them; raises Refused for another.

    Source: SPDX 2.3, annex D; identifiers are those of the library's licence list, LicenseRef-…
    and its like stand for texts that are no standard licence.
    """
    from license_expression import ExpressionError  # noqa: PLC0415 - see above

    plain = " ".join(text.split())
    try:
        parsed = licensing().parse(plain, strict=True)
        unknown = [] if parsed is None else licensing().unknown_license_keys(parsed)
    except ExpressionError:
        parsed, unknown = None, []
    unknown = [key for key in unknown if not key.startswith(("LicenseRef-", "DocumentRef-"))]
    if unknown:
        words = {"names": ", ".join(unknown)}
        raise Refused(_("SPDX knows no licence %(names)s, such as AGPL-3.0-or-later.") % words)
    if parsed is None:
        raise Refused(_("A licence is an SPDX expression, such as AGPL-3.0-or-later."))
    return str(parsed)


@cache
def licensing() -> Any:
    """Return the library's list of licences, which takes a third of a second to read."""
    from license_expression import get_spdx_licensing  # noqa: PLC0415 - see above

    return get_spdx_licensing()
