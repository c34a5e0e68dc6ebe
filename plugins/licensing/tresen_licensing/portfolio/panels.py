# SPDX-License-Identifier: AGPL-3.0-or-later
"""The boxes of the portfolio on the core's pages of an organisation and of a product."""

from tresen.sdk import Desk, Organisation, Panel, Place, Product, lazy

from tresen_licensing.portfolio import queries, states


def organisation_panels(desk: Desk, organisation: Organisation) -> list[Panel]:
    """Return what runs at the organisation, with the support of each."""
    rows = queries.running_at(desk, organisation.id)
    if not rows:
        return []
    values = {"rows": rows, "states": states}
    template = "licensing/portfolio/organisation_panel.html"
    return [Panel(Place.SIDE, lazy("Support of what runs there"), template, values, weight=60)]


def product_panels(desk: Desk, product: Product) -> list[Panel]:
    """Return how the product is offered, and the way to its page in the portfolio."""
    values = {"entry": queries.entry(desk, product), "states": states}
    template = "licensing/portfolio/product_panel.html"
    return [Panel(Place.SIDE, lazy("Portfolio"), template, values, weight=20)]
