# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where customers begin: what was developed for them, and what is asked of them."""

from tresen.sdk import Desk, Panel, Place, lazy

from tresen_licensing.developments import states
from tresen_licensing.owns import asking, queries

# As many stand on the start page.
SHOWN = 5


def portal_panels(desk: Desk) -> list[Panel]:
    """Return what was developed for the customer, what waits for them first; nothing where none."""
    found = queries.own(desk)
    if not found:
        return []
    rows = asking.owns(desk, found)
    waiting = [each for each in rows if each.confirm_url or each.clearance_url]
    others = [each for each in rows if each not in waiting]
    values = {"rows": (waiting + others)[:SHOWN], "states": states}
    title = lazy("Your developments")
    return [Panel(Place.MAIN, title, "licensing/owns/panel.html", values, weight=85)]
