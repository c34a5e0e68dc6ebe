# SPDX-License-Identifier: AGPL-3.0-or-later
"""The catalogue counts where products run and what of it is out of support, in two queries."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Installation, Organisation, Product, ProductVersion
from tresen.testing import factories
from tresen.testing.statements import recorded, walks
from tresen_licensing.portfolio import queries, service, states
from tresen_licensing.portfolio.models import Offering, VendorContract

Values = Callable[..., dict[str, Any]]


def make_version(desk: Desk, product: Product, number: str, until: date | None) -> ProductVersion:
    made = ProductVersion(product_id=product.id, number=number, support_until=until)
    desk.session.add(made)
    desk.session.flush()
    return made


def run(desk: Desk, organisation_id: int, product: Product, version: ProductVersion | None) -> None:
    made = factories.make_installation(desk, organisation_id, product)
    made.version_id = version.id if version else None
    desk.session.flush()


def test_product_that_nobody_described_is_active(desk: Desk, product: Product) -> None:
    (found,) = queries.catalogue(desk)
    assert (found.product.id, found.offering, found.lifecycle) == (product.id, None, "active")


def test_products_stand_by_name(desk: Desk, product: Product, bought: Product) -> None:
    assert [each.product.name for each in queries.catalogue(desk)] == ["Database", "Lagerwerk"]


@pytest.mark.parametrize(
    ("kind", "lifecycle", "names"),
    [
        ("", "", ["Database", "Lagerwerk"]),
        ("own", "", ["Lagerwerk"]),
        ("third_party", "", ["Database"]),
        ("service", "", []),
        ("", "active", ["Database"]),
        ("", "pilot", ["Lagerwerk"]),
        ("third_party", "pilot", []),
        ("nonsense", "", []),
        ("", "nonsense", []),
    ],
)
def test_catalogue_is_narrowed_by_kind_and_lifecycle(
    desk: Desk,
    product: Product,
    bought: Product,
    kind: str,
    lifecycle: str,
    names: list[str],
) -> None:
    desk.session.add(Offering(product_id=product.id, lifecycle=states.PILOT))
    desk.session.flush()
    found = queries.catalogue(desk, kind, lifecycle)
    assert [each.product.name for each in found] == names


def test_product_that_is_no_longer_offered_is_retired(desk: Desk, product: Product) -> None:
    product.is_active = False
    desk.session.flush()
    assert [each.lifecycle for each in queries.catalogue(desk, lifecycle="retired")] == ["retired"]


def test_unsupported_are_those_whose_version_is_over(
    desk: Desk, product: Product, home: int
) -> None:
    over = make_version(desk, product, "1", date(2026, 3, 9))
    last = make_version(desk, product, "2", date(2026, 3, 10))
    unknown = make_version(desk, product, "3", None)
    for version in (over, over, last, unknown, None):
        run(desk, home, product, version)
    (found,) = queries.catalogue(desk)
    assert (found.installations, found.unsupported) == (5, 2)


def test_product_out_of_support_takes_all_its_installations_along(
    desk: Desk, product: Product, installation: Installation, offering_values: Values
) -> None:
    run(desk, installation.organisation_id, product, None)
    service.keep_offering(desk, product, offering_values(support_until=date(2026, 3, 9)))
    (found,) = queries.catalogue(desk)
    assert (found.installations, found.unsupported) == (2, 2)


def test_product_of_others_without_a_contract_stands_uncovered(
    desk: Desk, product: Product, bought: Product
) -> None:
    found = {each.product.name: each.is_uncovered for each in queries.catalogue(desk)}
    assert found == {"Database": True, "Lagerwerk": False}


def test_contract_in_force_covers_a_product_of_others(
    desk: Desk, bought: Product, contract: VendorContract
) -> None:
    assert [each.is_uncovered for each in queries.catalogue(desk)] == [False]


def test_contract_that_is_over_covers_nothing(
    desk: Desk, bought: Product, contract: VendorContract
) -> None:
    contract.ends_on = date(2026, 3, 9)
    desk.session.flush()
    assert queries.entry(desk, bought).is_uncovered is True


def test_catalogue_takes_as_many_queries_for_many_as_for_one(
    desk: Desk, bought: Product, contract: VendorContract, home: int
) -> None:
    def count() -> int:
        desk.session.expire_all()
        with recorded(desk.core.engine) as found:
            queries.catalogue(desk)
        return len(found)

    one = count()
    for number in range(8):
        made = factories.make_product(desk, f"p{number}", f"Product {number}")
        made.kind = states.THIRD_PARTY
        run(desk, home, made, make_version(desk, made, "1", None))
    desk.commit()
    assert (one, count()) == (2, 2)


def test_installations_of_a_product_are_found_by_indexes(
    desk: Desk, product: Product, installation: Installation
) -> None:
    desk.commit()
    with recorded(desk.core.engine) as found:
        queries.running(desk, Installation.product_id == product.id)
        queries.running_at(desk, installation.organisation_id)
        queries.contracts_of(desk, [product.id])
        queries.offering(desk, product.id)
        queries.setup(desk, installation.id)
    assert (len(found), walks(desk.core.engine, found, 0)) == (5, [])


def test_running_says_where_support_stands(
    desk: Desk, product: Product, installation: Installation, offering_values: Values
) -> None:
    (before,) = queries.running_at(desk, installation.organisation_id)
    service.keep_offering(desk, product, offering_values(support_until=date(2026, 4, 30)))
    (after,) = queries.running_at(desk, installation.organisation_id)
    assert [(each.support, each.until) for each in (before, after)] == [
        ("supported", date(2026, 12, 31)),
        ("ending", date(2026, 4, 30)),
    ]


def test_only_so_many_installations_stand_on_a_page(
    desk: Desk, product: Product, home: int, elsewhere: Organisation
) -> None:
    for organisation_id in (elsewhere.id, home, home):
        run(desk, organisation_id, product, None)
    own = Installation.product_id == product.id
    found = [queries.running(desk, own, limit=limit) for limit in (2, None)]
    assert [[each.installation.organisation_id for each in rows] for rows in found] == [
        [home, home],
        [home, home, elsewhere.id],
    ]


def test_licences_can_be_held_for_what_is_offered_and_for_the_kept_one(
    desk: Desk, product: Product, bought: Product
) -> None:
    product.is_active = False
    desk.session.flush()
    found = [[each.name for each in queries.licensed(desk, kept)] for kept in (None, product.id)]
    assert found == [["Database"], ["Database", "Lagerwerk"]]
