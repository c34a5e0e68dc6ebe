# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decides which address of the network may be asked: a public one, or one the operator lets in."""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from tresen.sdk import Refused, _

from tresen_licensing.networks import targets
from tresen_licensing.repositories.faults import Unreached

PORTS = {"http": 80, "https": 443}


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


def target(parts: SplitResult, let_in: Collection[str]) -> tuple[str, int]:
    """Return IP address and port to connect to; raises Refused for one that is not public."""
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    try:
        return targets.target(host, port, let_in), port
    except (OSError, UnicodeError) as error:
        raise Unreached(_("%(host)s is not known in the network.") % {"host": host}) from error
