# SPDX-License-Identifier: AGPL-3.0-or-later
"""Help for products of others rests on contracts with their vendors, whose days are reckoned."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from tresen.sdk import Desk, Missing, Product, Refused
from tresen.testing import factories
from tresen_licensing.portfolio import contracts, queries, states
from tresen_licensing.portfolio.models import Covered, Vendor, VendorContract

Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
Values = Callable[..., dict[str, Any]]


def keep(desk: Desk, values: dict[str, Any]) -> VendorContract:
    return contracts.keep_contract(desk, VendorContract(), values)


def names(desk: Desk) -> list[str]:
    return [each.name for each in contracts.vendors(desk)]


def vendor_values(**given: str) -> dict[str, str]:
    return {"name": "Baker", "website": "", "support_contact": "", "note": ""} | given


def test_vendors_stand_by_name(desk: Desk, vendor: Vendor) -> None:
    contracts.keep_vendor(desk, Vendor(), vendor_values())
    assert names(desk) == ["Baker", "Maker"]


def test_vendor_is_changed_in_its_place(desk: Desk, vendor: Vendor, journal: Journal) -> None:
    wanted = vendor_values(name="Maker", support_contact="030 1")
    contracts.keep_vendor(desk, vendor, wanted)
    assert (names(desk), journal(contracts.VENDOR)[-1]) == (
        ["Maker"],
        ("changed", "support_contact", "help@maker.example", "030 1"),
    )


@pytest.mark.parametrize("name", ["Maker", " Maker "])
def test_name_of_another_vendor_is_refused(desk: Desk, vendor: Vendor, name: str) -> None:
    with pytest.raises(Refused, match="There is a vendor Maker already"):
        contracts.keep_vendor(desk, Vendor(), vendor_values(name=name))


def test_contract_says_which_products_it_is_about(
    desk: Desk, contract: VendorContract, bought: Product
) -> None:
    assert {key: [each.id for each in found] for key, found in contracts.covered(desk).items()} == {
        contract.id: [bought.id]
    }


def test_products_of_a_contract_can_be_exchanged(
    desk: Desk,
    contract: VendorContract,
    contract_values: Values,
    bought: Product,
    journal: Journal,
) -> None:
    other = factories.make_product(desk, "other", "Other")
    other.kind = states.THIRD_PARTY
    contracts.keep_contract(desk, contract, contract_values(products=[other.id]))
    kept = list(desk.session.scalars(select(Covered.product_id)))
    assert (kept, journal(contracts.CONTRACT)[-1]) == (
        [other.id],
        ("changed", "products", [bought.id], [other.id]),
    )


def test_contract_that_did_not_change_leaves_no_entry(
    desk: Desk, contract: VendorContract, contract_values: Values, journal: Journal
) -> None:
    before = journal(contracts.CONTRACT)
    contracts.keep_contract(desk, contract, contract_values())
    assert journal(contracts.CONTRACT) == before


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ends_on": None, "renew_months": 12}, "need the day on which the first term ends"),
        ({"ends_on": None, "notice_months": 3}, "need the day on which the first term ends"),
        ({"ends_on": date(2024, 12, 31)}, "would end before it begins"),
        ({"products": [10_000]}, "about products of others"),
    ],
)
def test_contract_whose_parts_do_not_fit_is_refused(
    desk: Desk, contract_values: Values, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        keep(desk, contract_values(**given))
    assert desk.session.scalar(select(func.count()).select_from(VendorContract)) == 0


def test_own_product_is_bought_from_nobody(
    desk: Desk, contract_values: Values, product: Product
) -> None:
    with pytest.raises(Refused, match="about products of others"):
        keep(desk, contract_values(products=[product.id]))


def test_contract_with_nobody_is_refused(desk: Desk, contract_values: Values) -> None:
    with pytest.raises(Missing, match="This vendor does not exist"):
        keep(desk, contract_values(vendor_id=10_000))


def test_contract_without_end_and_products_can_be_written_down(
    desk: Desk, contract_values: Values
) -> None:
    made = keep(desk, contract_values(ends_on=None, products=[]))
    standing = contracts.standing(made, desk.today())
    assert (standing.is_in_force, standing.ends_on, standing.notice_by) == (True, None, None)


def test_standing_is_reckoned_for_today(desk: Desk, contract_values: Values) -> None:
    days = {"ends_on": date(2025, 12, 31), "renew_months": 12, "notice_months": 3}
    keep(desk, contract_values(**days))
    (standing,) = contracts.standings(desk)
    assert (standing.is_in_force, standing.ends_on, standing.notice_by) == (
        True,
        date(2026, 12, 31),
        date(2026, 9, 30),
    )


def test_contracts_stand_by_vendor_the_latest_first(
    desk: Desk, contract: VendorContract, contract_values: Values
) -> None:
    keep(desk, contract_values(number="M-2", starts_on=date(2026, 1, 1)))
    baker = contracts.keep_vendor(desk, Vendor(), vendor_values())
    keep(desk, contract_values(number="B-1", vendor_id=baker.id))
    assert [each.contract.number for each in contracts.standings(desk)] == ["B-1", "M-2", "M-1"]


def test_contract_in_force_is_that_of_a_product(
    desk: Desk, contract: VendorContract, contract_values: Values, bought: Product
) -> None:
    later = {"number": "M-2", "starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31)}
    keep(desk, contract_values(**later))
    found = contracts.of_product(desk, bought)
    assert found is not None
    assert found.contract.number == "M-1"


@pytest.mark.parametrize("ends_on", [date(2026, 3, 9), date(2025, 6, 30)])
def test_contract_that_is_over_helps_no_more(
    desk: Desk, contract_values: Values, bought: Product, ends_on: date
) -> None:
    keep(desk, contract_values(ends_on=ends_on))
    assert contracts.of_product(desk, bought) is None


def test_own_product_needs_no_contract(desk: Desk, product: Product) -> None:
    assert contracts.of_product(desk, product) is None


def test_removed_contract_is_gone_with_what_it_covers(
    desk: Desk, contract: VendorContract, bought: Product, journal: Journal
) -> None:
    contracts.remove_contract(desk, contract)
    assert (queries.contracts_of(desk, [bought.id]), journal(contracts.CONTRACT)[-1]) == (
        {},
        ("removed", "number", "M-1", None),
    )


@pytest.mark.parametrize("find", [contracts.vendor, contracts.contract])
def test_what_is_not_there_is_missing(desk: Desk, find: Any) -> None:
    with pytest.raises(Missing, match="does not exist"):
        find(desk, 10_000)
