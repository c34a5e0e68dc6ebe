# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something behind every address of licensing, for the world in which rights are tried."""

from access.world import World
from tresen.desk import Desk


def fill(desk: Desk, world: World) -> None:
    """Let there be one of each thing that the plugin keeps."""
