# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of licensing; each part adds its own."""

from typing import Any

from tresen.sdk import Desk

from tresen_licensing.advisories import demo as advisories_demo
from tresen_licensing.components import demo as components_demo
from tresen_licensing.developments import demo as developments_demo
from tresen_licensing.holdings import demo as holdings_demo
from tresen_licensing.obligations import demo as obligations_demo
from tresen_licensing.portfolio import demo as portfolio_demo

PARTS = (
    *(portfolio_demo, components_demo, obligations_demo, advisories_demo, holdings_demo),
    developments_demo,
)


def fill(desk: Desk, world: dict[str, Any]) -> None:
    """Let each part show what it does."""
    for part in PARTS:
        part.fill(desk, world)
