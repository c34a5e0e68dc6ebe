# SPDX-License-Identifier: AGPL-3.0-or-later
"""The box of appointments on the page where customers begin."""

from tresen.sdk import Desk, Panel, Place, lazy

from tresen_remote_support.appointments import queries


def portal_panels(desk: Desk) -> list[Panel]:
    """Return a customer's appointments, where there are some."""
    found = queries.planned_for(desk, desk.actor.person_id or 0)
    if not found:
        return []
    values = {"rows": found, "zone": desk.time_zone}
    template = "remote_support/appointments/portal.html"
    return [Panel(Place.MAIN, lazy("Planned remote sessions"), template, values, weight=15)]
