# SPDX-License-Identifier: AGPL-3.0-or-later
"""A portfolio for the demo: lifecycles, vendors with and without a contract, and own changes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, Installation, Product, ProductVersion, _, active_agents

from tresen_licensing.portfolio import contracts, queries, service, states
from tresen_licensing.portfolio.models import Vendor, VendorContract

# Of the products in turn.
LIFECYCLES = (states.ACTIVE, states.ACTIVE, states.MAINTENANCE, states.PILOT)


def fill(desk: Desk, world: dict[str, Any]) -> None:
    """Describe the products of the world, the latest version of each own one, and a contract."""
    products: Sequence[Product] = world.get("products", ())
    owners = [each.id for each in active_agents(desk)]
    vendor = _buy(desk, [each for each in products if each.kind == states.THIRD_PARTY])
    for number, product in enumerate(products):
        _offer(desk, product, owners[number % len(owners)] if owners else None, vendor)
        if product.kind == states.OWN:
            _release(desk, product)
    for organisation in world.get("organisations", ())[1:3]:
        _set_up(desk, organisation.id)


def _offer(desk: Desk, product: Product, owner_id: int | None, vendor: Vendor | None) -> None:
    is_own, is_others = product.kind == states.OWN, product.kind == states.THIRD_PARTY
    values = {
        "lifecycle": LIFECYCLES[product.id % len(LIFECYCLES)] if is_own else states.ACTIVE,
        "owner_id": owner_id,
        "vendor_id": vendor.id if vendor is not None and is_others else None,
        "upstream": "",
        "support_from": desk.today() - timedelta(days=900),
        "support_until": None,
    }
    service.keep_offering(desk, product, values)


def _release(desk: Desk, product: Product) -> None:
    """Give out the latest version with its parts; the oldest is out of support since a month."""
    versions = [row[0] for row in queries.releases(desk, product.id)]
    for version in versions[:1]:
        notes = _("Corrected: printing of long lists.")
        _keep(desk, version, {"notes_de": notes})
    for version in versions[1:][-1:]:
        until = desk.today() - timedelta(days=30)
        released_on = min(version.released_on or until, until)
        _keep(desk, version, {"released_on": released_on, "support_until": until})


def _keep(desk: Desk, version: ProductVersion, more: dict[str, Any]) -> None:
    days = {name: getattr(version, name) for name in service.DAYS}
    texts = {"channel": "stable", "notes_de": "", "notes_en": ""}
    service.keep_release(desk, version, {**days, **texts, **more}, {})


def _buy(desk: Desk, others: Sequence[Product]) -> Vendor | None:
    """Let a contract be about all products of others but the last."""
    if not others:
        return None
    contact = "support@freitag.example"
    values = {"name": "Freitag Systemhaus", "website": "", "support_contact": contact, "note": ""}
    vendor = contracts.keep_vendor(desk, Vendor(), values)
    covered = others[:-1] or others
    terms = {
        "vendor_id": vendor.id,
        "number": "FS-2231",
        "products": [each.id for each in covered],
        "starts_on": desk.today() - timedelta(days=660),
        "ends_on": desk.today() + timedelta(days=70),
        "renew_months": 12,
        "notice_months": 1,
        "support_contact": "",
        "note": "",
    }
    contracts.keep_contract(desk, VendorContract(), terms)
    return vendor


def _set_up(desk: Desk, organisation_id: int) -> None:
    statement = select(Installation).where(Installation.organisation_id == organisation_id)
    found = desk.session.scalars(statement.order_by(Installation.id).limit(1)).first()
    if found is not None:
        values = {
            "criticality": "critical",
            "modules": _("Warehouse"),
            "customer_changes": _("Own label for pallets"),
        }
        service.keep_setup(desk, found, values)
