# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decides which address of the network may be asked: a public one, or one the operator lets in.

Why: upstream's address is typed by somebody, and a server that asks whatever it is told is a door
to everything that it can reach (OWASP, Server-Side Request Forgery).
"""

import socket
from collections.abc import Callable, Collection, Iterable
from urllib.parse import SplitResult, urlsplit

from tresen.sdk import Refused, _

from tresen_licensing.networks import is_public

PORTS = {"http": 80, "https": 443}
Lookup = Callable[[str, int], Iterable[str]]


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system finds them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def checked(address: str, let_in: Collection[str]) -> SplitResult:
    """Return the parts of an address of the web; raises Refused for what is not asked."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Refused(_("This is not an address of a repository.")) from error
    if parts.scheme not in PORTS or not host or "@" in parts.netloc:
        raise Refused(_("Only http and https addresses without a password are asked."))
    if port not in {None, *PORTS.values()} and host not in let_in:
        raise Refused(_("Only ports 80 and 443 are asked, unless the operator lets the host in."))
    return parts


def target(parts: SplitResult, let_in: Collection[str], look_up: Lookup) -> tuple[str, int]:
    """Return IP address and port to connect to; raises Refused for one that is not public.

    All addresses of a name must be public, or a name with two of them could be turned.
    """
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    try:
        found = list(look_up(host, port))
    except (OSError, UnicodeError) as error:
        raise Refused(_("%(host)s is not known in the network.") % {"host": host}) from error
    if not found or not (host in let_in or all(map(is_public, found))):
        raise Refused(
            _("%(host)s leads into a private network; the operator can let it in.") % {"host": host}
        )
    return found[0], port
