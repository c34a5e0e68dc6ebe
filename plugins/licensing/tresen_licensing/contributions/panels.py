# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way from the public page of source to what was given back."""

from tresen.sdk import Desk, Panel, Place, lazy

from tresen_licensing.contributions import cards, queries

# As many stand on the page itself.
SHOWN = 5


def source_panels(desk: Desk) -> list[Panel]:
    """Return what was given back last, where there is something."""
    found = queries.contributions(desk)
    if not found:
        return []
    values = {"rows": [cards.card(each) for each in found[:SHOWN]]}
    return [
        Panel(Place.MAIN, lazy("What we gave back"), "licensing/contributions/panel.html", values)
    ]
