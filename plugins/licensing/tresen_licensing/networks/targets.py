# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a connection to a host goes: to a public address, or to one that the operator lets in."""

from collections.abc import Collection

from tresen.sdk import PrivateNetworkError, _, public_address

from tresen_licensing.networks.faults import Fault, NotLetInError

PORTS = {"http": 80, "https": 443}


def demand_port(host: str, port: int | None, let_in: Collection[str]) -> None:
    """Raise NotLetInError for another port than the usual of a host that is not let in."""
    if port not in {None, *PORTS.values()} and host.lower() not in let_in:
        raise NotLetInError(
            _("Only ports 80 and 443 are asked, unless the operator lets the host in.")
        )


def target(host: str, port: int, let_in: Collection[str]) -> str:
    """Return the IP address to connect to for a host's name.

    Raises NotLetInError, and Fault where nobody knows the name.
    """
    name = host.strip("[]")
    demand_port(name, port, let_in)
    try:
        return public_address(name, port, is_let_in=name.lower() in let_in)
    except PrivateNetworkError as error:
        sentence = _("%(host)s leads into a private network; the operator can let it in.")
        raise NotLetInError(sentence % {"host": name}) from error
    except (OSError, UnicodeError) as error:
        raise Fault(_("%(host)s is not known in the network.") % {"host": name}) from error
