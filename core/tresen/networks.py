# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses of the network belong to the public internet, and which may be asked.

Why: a server that fetches what it is told is a door to everything it can reach (OWASP "Server-Side
Request Forgery").
"""

import socket
from ipaddress import IPv6Address, ip_address, ip_network

# IPv6 ranges that carry an IPv4 address within (RFC 6052, RFC 3056, RFC 4380).
_TUNNELS = tuple(map(ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32")))


class PrivateNetworkError(Exception):
    """A name leads where nobody from outside comes."""


def public_address(host: str, port: int, *, is_let_in: bool = False) -> str:
    """Return the IP address of `host` to connect to; connect to this one and look up no other.

    All that the name has must be public, or one with two of them could be turned; `is_let_in` says
    that the operator lets this host in. Raises PrivateNetworkError, and OSError or UnicodeError
    where the name is not known.
    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found = [str(each[4][0]) for each in answers]
    if not found or not (is_let_in or all(map(is_public_address, found))):
        raise PrivateNetworkError(host)
    return found[0]


def is_public_address(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet and to one host there.

    Raises ValueError for what is none.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public_address(str(found.ipv4_mapped))
        if any(found in network for network in _TUNNELS):
            return False
    return found.is_global and not found.is_multicast
