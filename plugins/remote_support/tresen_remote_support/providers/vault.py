# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a secret by its name from the environment; the database knows the name alone.

Names have a prefix of their own, so that whoever may set up a tool cannot have other secrets of
this process sent to a server of theirs.
"""

import os

from tresen.sdk import Refused, _

PREFIX = "TRESEN_REMOTE_SUPPORT_"


def secret(name: str) -> str:
    """Return the secret of that name; raises Refused where there is none."""
    found = os.environ.get(name, "") if name.startswith(PREFIX) else ""
    if not found:
        raise Refused(
            _("The environment variable %(name)s is not set, which holds the secret of this tool.")
            % {"name": name or PREFIX}
        )
    return found
