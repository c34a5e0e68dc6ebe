# SPDX-License-Identifier: AGPL-3.0-or-later
"""Vendors and the contracts with them: who has to help us, until when, and by when to give notice.

Why: what a customer is promised for a product of others' rests on what its vendor promised us.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, Product, Refused, _, record

from tresen_licensing.portfolio import queries, states, terms
from tresen_licensing.portfolio.models import Covered, Vendor, VendorContract
from tresen_licensing.portfolio.service import keep, plain

VENDOR, CONTRACT = "licensing.vendor", "licensing.contract"


@dataclass(frozen=True)
class Standing:
    """Where a contract stands on a day: last day of its term, and by when to give notice."""

    contract: VendorContract
    is_in_force: bool
    ends_on: date | None
    notice_by: date | None


def standing(contract: VendorContract, day: date) -> Standing:
    """Return where the contract stands on the day."""
    ends_on, by = terms.term_end(contract, day), terms.notice_by(contract, day)
    return Standing(contract, terms.is_in_force(contract, day), ends_on, by)


def vendors(desk: Desk) -> Sequence[Vendor]:
    """Return the vendors by name."""
    return desk.session.scalars(select(Vendor).order_by(Vendor.name, Vendor.id)).all()


def vendor(desk: Desk, vendor_id: int) -> Vendor:
    """Return a vendor; raises Missing."""
    found = desk.session.get(Vendor, vendor_id)
    if found is None:
        raise Missing(_("This vendor does not exist."))
    return found


def contract(desk: Desk, contract_id: int) -> VendorContract:
    """Return a contract with its vendor; raises Missing."""
    statement = select(VendorContract).where(VendorContract.id == contract_id)
    found = desk.session.scalar(statement.options(joinedload(VendorContract.vendor)))
    if found is None:
        raise Missing(_("This contract does not exist."))
    return found


def standings(desk: Desk) -> list[Standing]:
    """Return where every contract stands today, by vendor, the latest first."""
    statement = (
        select(VendorContract)
        .join(VendorContract.vendor)
        .options(joinedload(VendorContract.vendor))
        .order_by(Vendor.name, VendorContract.starts_on.desc(), VendorContract.id.desc())
    )
    return [standing(each, desk.today()) for each in desk.session.scalars(statement)]


def of_product(desk: Desk, product: Product) -> Standing | None:
    """Return the contract in force today that help for a product of others rests on."""
    if product.kind != states.THIRD_PARTY:
        return None
    known = queries.contracts_of(desk, [product.id]).get(product.id, ())
    found = [standing(each, desk.today()) for each in known]
    return next((each for each in found if each.is_in_force), None)


def products(desk: Desk) -> Sequence[Product]:
    """Return the products of others by name: those that a contract may be about."""
    statement = select(Product).where(Product.kind == states.THIRD_PARTY)
    return desk.session.scalars(statement.order_by(Product.name, Product.id)).all()


def covered(desk: Desk) -> dict[int, list[Product]]:
    """Return the products that each contract is about, by name, in one query."""
    statement = select(Covered.contract_id, Product).join(Product, Product.id == Covered.product_id)
    found: dict[int, list[Product]] = {}
    for contract_id, product in desk.session.execute(statement.order_by(Product.name, Product.id)):
        found.setdefault(contract_id, []).append(product)
    return found


def keep_vendor(desk: Desk, row: Vendor, values: Mapping[str, Any]) -> Vendor:
    """Add or change a vendor; raises Refused for a name that another one has."""
    wanted = plain(values)
    known = desk.session.scalar(select(Vendor.id).where(Vendor.name == wanted["name"]))
    if known not in (None, row.id):
        raise Refused(_("There is a vendor %(name)s already.") % {"name": wanted["name"]})
    return keep(desk, VENDOR, row, wanted)


def keep_contract(desk: Desk, row: VendorContract, values: Mapping[str, Any]) -> VendorContract:
    """Add or change a contract with what it covers; raises Refused where its days do not fit."""
    wanted = plain(values)
    product_ids = sorted(set(wanted.pop("products") or ()))
    _check(desk, wanted, product_ids)
    keep(desk, CONTRACT, row, wanted)
    before = sorted(
        desk.session.scalars(select(Covered.product_id).where(Covered.contract_id == row.id))
    )
    if before != product_ids:
        desk.session.execute(delete(Covered).where(Covered.contract_id == row.id))
        desk.session.add_all(Covered(contract_id=row.id, product_id=each) for each in product_ids)
        desk.session.flush()
        record(desk, CONTRACT, row.id, "changed", {"products": (before, product_ids)})
    return row


def remove_contract(desk: Desk, row: VendorContract) -> None:
    """Remove a contract that was written down by mistake; one that is over stays."""
    record(desk, CONTRACT, row.id, "removed", {"number": (row.number, None)})
    desk.session.delete(row)
    desk.session.flush()


def _check(desk: Desk, wanted: Mapping[str, Any], product_ids: Sequence[int]) -> None:
    vendor(desk, wanted["vendor_id"])
    if not set(product_ids) <= {each.id for each in products(desk)}:
        raise Refused(_("A vendor contract is about products of others."))
    ends_on = wanted["ends_on"]
    if ends_on is None and (wanted["renew_months"] or wanted["notice_months"]):
        raise Refused(_("Renewal and notice need the day on which the first term ends."))
    if ends_on is not None and ends_on < wanted["starts_on"]:
        raise Refused(_("The contract would end before it begins: correct one of the two days."))
