# SPDX-License-Identifier: AGPL-3.0-or-later
"""The box of access profiles on an organisation's page."""

from tresen.sdk import Desk, Organisation, Panel, Place, lazy

from tresen_remote_support.profiles import queries, states, words


def organisation_panels(desk: Desk, organisation: Organisation) -> list[Panel]:
    """Return how the organisation's installations are reached."""
    values = {
        "rows": queries.of_organisation(desk, organisation.id),
        "organisation": organisation,
        "day": desk.today(),
        "states": states,
        "words": words,
    }
    template = "remote_support/profiles/panel.html"
    return [Panel(Place.SIDE, lazy("Remote access"), template, values, weight=60)]
