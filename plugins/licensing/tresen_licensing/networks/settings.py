# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator decided about the own network: which of its hosts Tresen may ask."""

from tresen.sdk import Desk, read_settings

NETWORK = "licensing.network"


def let_in(desk: Desk) -> frozenset[str]:
    """Return the hosts that may be asked though they are not public, in lower case."""
    typed = str(read_settings(desk, NETWORK)["let_in"] or "")
    return frozenset(typed.lower().replace(",", " ").split())
