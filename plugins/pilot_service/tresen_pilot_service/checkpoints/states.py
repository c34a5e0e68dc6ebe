# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a checkpoint stands; held and cancelled are the end of it."""

from tresen.sdk import lazy

PLANNED = "planned"
HELD = "held"
CANCELLED = "cancelled"

TITLES = {
    PLANNED: lazy("Planned"),
    HELD: lazy("Took place"),
    CANCELLED: lazy("Cancelled"),
}
TONES = {PLANNED: "accent", HELD: "green", CANCELLED: ""}
