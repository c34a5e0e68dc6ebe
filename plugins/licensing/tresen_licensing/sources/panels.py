# SPDX-License-Identifier: AGPL-3.0-or-later
"""The offer of source on the public page /source."""

from tresen.sdk import Desk, Panel, Place, lazy

from tresen_licensing.sources import distributions, queries, states


def source_panels(desk: Desk) -> list[Panel]:
    """Show what runs here with its archives; what nobody looked at yet by its name alone."""
    rows = queries.running(desk)
    values = {
        "rows": [row for row in rows if row.is_own],
        "others": [row for row in rows if not row.is_own],
        "titles": states.TITLES,
        "names": [] if rows else _installed(desk),
    }
    return [Panel(Place.MAIN, lazy("What runs here"), "licensing/sources/offer.html", values)]


def _installed(desk: Desk) -> list[str]:
    """Return name and version of Tresen and its plugins, as they are installed."""
    own = distributions.own_names(desk.core)
    found = distributions.installed(own)
    return [f"{found[name].name} {found[name].version}" for name in sorted(own) if name in found]
