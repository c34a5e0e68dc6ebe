# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a connection to a host goes: to a public address, or to one that the operator lets in."""

from collections.abc import Collection

from tresen.sdk import PrivateNetworkError, Refused, _, public_address


def target(host: str, port: int, let_in: Collection[str]) -> str:
    """Return the IP address to connect to for a host's name; raises Refused for a private one.

    Raises OSError or UnicodeError where the name is not known.
    """
    try:
        return public_address(host, port, is_let_in=host.lower() in let_in)
    except PrivateNetworkError as error:
        raise Refused(
            _("%(host)s leads into a private network; the operator can let it in.") % {"host": host}
        ) from error
