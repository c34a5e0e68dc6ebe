# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator decides about anchors: which hosts are ours."""

from urllib.parse import urlsplit

from tresen.sdk import Desk, read_settings

from tresen_licensing.networks.guards import Limits
from tresen_licensing.networks.settings import let_in

ANCHORS = "licensing.anchors"
# Bytes and seconds of one look.
MOST_BYTES, LONGEST = 8_000_000, 20.0


def limits(desk: Desk) -> Limits:
    """Return how much one look may take, and which hosts of our own network it may ask."""
    return Limits(MOST_BYTES, LONGEST, let_in(desk))


def is_ours(desk: Desk, address: str) -> bool:
    """Tell whether an address is on one of our own hosts, or below one."""
    host = urlsplit(address).hostname or ""
    named = str(read_settings(desk, ANCHORS)["own_hosts"]).lower().split()
    own = {*named, urlsplit(desk.config.base_url or "").hostname or ""}
    return any(host == each or host.endswith(f".{each}") for each in own if each)
