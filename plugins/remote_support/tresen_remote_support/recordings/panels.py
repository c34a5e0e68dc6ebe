# SPDX-License-Identifier: AGPL-3.0-or-later
"""The box of recordings on the page where customers begin."""

from tresen.sdk import Desk, Panel, Place, lazy

from tresen_remote_support.recordings import queries


def portal_panels(desk: Desk) -> list[Panel]:
    """Return what was recorded of a customer's screen and is kept, where there is some."""
    found = queries.of_customer(desk, desk.actor.person_id or 0)
    if not found:
        return []
    template = "remote_support/recordings/portal.html"
    title = lazy("Recordings of your screen")
    return [Panel(Place.MAIN, title, template, {"rows": found}, weight=30)]
