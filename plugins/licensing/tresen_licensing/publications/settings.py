# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator decides about anchors: which hosts are ours, which private ones are asked."""

from urllib.parse import urlsplit

from tresen.sdk import Desk, read_settings

from tresen_licensing.publications.records import Limits

ANCHORS = "licensing.anchors"


def limits(desk: Desk) -> Limits:
    """Return how much one look may take, and which hosts of our own network it may ask."""
    return Limits(let_in=_hosts(desk, "let_in"))


def is_ours(desk: Desk, address: str) -> bool:
    """Tell whether an address is on one of our own hosts, or below one."""
    host = urlsplit(address).hostname or ""
    own = _hosts(desk, "own_hosts") | {urlsplit(desk.config.base_url or "").hostname or ""}
    return any(host == each or host.endswith(f".{each}") for each in own if each)


def _hosts(desk: Desk, name: str) -> frozenset[str]:
    return frozenset(str(read_settings(desk, ANCHORS)[name]).lower().split())
