# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses may be typed for what is asked: of a forge's server, and of a repository."""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from tresen.sdk import Refused, _

from tresen_licensing.networks.targets import PORTS, demand_port


def checked_server(address: str, let_in: Collection[str]) -> str:
    """Return the address of a server without its last slash; raises Refused.

    Without encryption only a host may be named that the operator lets in.
    """
    stripped = address.strip()
    try:
        parts = urlsplit(stripped)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused(_no_server()) from error
    schemes = ("https", "http") if host in let_in else ("https",)
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in schemes or not host or not is_plain:
        raise Refused(_no_server())
    demand_port(host, port, let_in)
    return stripped.rstrip("/")


def _no_server() -> str:
    return _(
        "The address of a server begins with https:// and names its host; http:// is for hosts"
        " that the operator lets in."
    )


def checked_repository(address: str, let_in: Collection[str]) -> SplitResult:
    """Return the parts of a repository's address on the web; raises Refused for another."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Refused(_("This is not an address of a repository.")) from error
    if parts.scheme not in PORTS or not host or "@" in parts.netloc:
        raise Refused(_("Only http and https addresses without a password are asked."))
    demand_port(host, port, let_in)
    return parts
