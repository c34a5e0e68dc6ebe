# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses of the network belong to the public internet."""

from ipaddress import IPv6Address, ip_address, ip_network

# IPv6 ranges that carry an IPv4 address within (RFC 6052, RFC 3056, RFC 4380).
_TUNNELS = tuple(map(ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32")))


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet and to one host there."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _TUNNELS):
            return False
    return found.is_global and not found.is_multicast
