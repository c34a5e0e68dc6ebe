# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a token by its name from the environment; the database knows the name alone.

Names have a prefix of their own, so that whoever may set up a connection cannot have other secrets
of this process sent to a server of theirs.
"""

import os

from tresen.sdk import Refused, _

PREFIX = "TRESEN_LICENSING_"


def token(name: str) -> str:
    """Return the token of that name; raises Refused where there is none."""
    found = os.environ.get(name, "").strip() if name.startswith(PREFIX) else ""
    if not found or not found.isascii() or not found.isprintable():
        raise Refused(
            _("The environment variable %(name)s is not set, which holds the token of this forge.")
            % {"name": name or PREFIX}
        )
    return found
