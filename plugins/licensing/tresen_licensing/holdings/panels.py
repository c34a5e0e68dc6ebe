# SPDX-License-Identifier: AGPL-3.0-or-later
"""The boxes of licences: beside a ticket, on an organisation's page, and where customers begin."""

from tresen.sdk import Desk, Installation, Organisation, Panel, Place, Ticket, lazy

from tresen_licensing.holdings import coverage, portal, queries, states
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio import contracts
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio import states as portfolio_states


def organisation_panels(desk: Desk, organisation: Organisation) -> list[Panel]:
    """Return what the organisation holds, what of it is over-used, and the way to add more."""
    values = {
        "rows": queries.of_organisation(desk, organisation.id),
        "over_used": queries.over_used(desk, Licence.organisation_id == organisation.id),
        "organisation": organisation,
        "day": desk.today(),
        "states": states,
    }
    template = "licensing/holdings/panel.html"
    return [Panel(Place.SIDE, lazy("Licences"), template, values, weight=62)]


def ticket_panels(desk: Desk, ticket: Ticket) -> list[Panel]:
    """Return the support of what the ticket is about, and the customer's licence for it."""
    found = (
        portfolio.running(desk, Installation.id == ticket.installation_id)
        if ticket.installation_id is not None
        else []
    )
    product_id = coverage.product_of(desk, ticket)
    if product_id is None:
        return []
    product = portfolio.product(desk, product_id)
    offering = portfolio.offering(desk, product_id)
    known = contracts.of_product(desk, product)
    held = queries.held(desk, ticket.organisation_id, product_id) if ticket.organisation_id else []
    until = offering.support_until if offering is not None else None
    values = {
        "product": product,
        "lifecycle": portfolio_states.lifecycle(product, offering),
        "running": found[0] if found else None,
        "product_support": portfolio_states.support(until, desk.today()),
        "product_until": until,
        "contract": known,
        "is_others": product.kind == portfolio_states.THIRD_PARTY,
        "licences": held,
        "has_customer": ticket.organisation_id is not None,
        "day": desk.today(),
        "states": states,
        "portfolio_states": portfolio_states,
    }
    template = "licensing/holdings/ticket_panel.html"
    return [Panel(Place.SIDE, lazy("Product and licence"), template, values, weight=45)]


def portal_panels(desk: Desk) -> list[Panel]:
    """Return the way to the customer's own licences, where there are some."""
    found = portal.own(desk)
    if not found:
        return []
    values = {"licences": found, "day": desk.today(), "states": states}
    template = "licensing/holdings/portal_panel.html"
    return [Panel(Place.MAIN, lazy("Your licences"), template, values, weight=80)]
