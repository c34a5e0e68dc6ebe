# SPDX-License-Identifier: AGPL-3.0-or-later
"""Over-used is what runs more often than licences by installation allow, and nothing else."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Installation, Organisation, Product
from tresen.testing import factories
from tresen.testing.statements import recorded, walks
from tresen_licensing.holdings import figures, queries, service, states
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio import service as portfolio
from tresen_licensing.portfolio.files import Upload
from tresen_licensing.portfolio.models import VendorContract

Values = Callable[..., dict[str, Any]]


@pytest.fixture
def hold(desk: Desk, home: int, licence_values: Values) -> Any:
    """Return a function that keeps a licence by installation of the customer."""

    def go(count: int = 1, **given: Any) -> Licence:
        values = licence_values(metric=states.INSTALLATIONS, count=count) | given
        return service.keep_licence(desk, Licence(organisation_id=home), values)

    return go


@pytest.fixture
def twice(desk: Desk, home: int, product: Product) -> None:
    """Let the product run at the customer's in two places."""
    for _each in range(2):
        factories.make_installation(desk, home, product)


@pytest.mark.usefixtures("twice")
@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([1], (2, 1)),
        ([2], None),
        ([3], None),
        ([1, 1], None),
    ],
)
def test_installations_are_held_against_the_sum_of_licences(
    desk: Desk, home: int, product: Product, hold: Any, counts: list[int], found: Any
) -> None:
    for count in counts:
        hold(count)
    assert queries.over_used(desk).get((home, product.id)) == found


@pytest.mark.usefixtures("twice")
@pytest.mark.parametrize(
    "given",
    [
        {"is_active": False},
        {"ends_on": date(2026, 3, 9)},
        {"starts_on": date(2026, 3, 11)},
    ],
    ids=["given up", "over", "ahead"],
)
def test_licence_that_does_not_hold_today_allows_nothing(
    desk: Desk, home: int, product: Product, hold: Any, given: dict[str, Any]
) -> None:
    hold(1)
    hold(5, **given)
    assert queries.over_used(desk) == {(home, product.id): (2, 1)}


@pytest.mark.usefixtures("twice")
@pytest.mark.parametrize("metric", [states.UNLIMITED, states.NAMED, states.CONCURRENT])
def test_licence_by_another_metric_beside_them_ends_the_judgement(
    desk: Desk, hold: Any, metric: str
) -> None:
    hold(1)
    hold(5, metric=metric)
    assert queries.over_used(desk) == {}


@pytest.mark.usefixtures("twice")
def test_who_holds_no_licence_at_all_uses_nothing_over(desk: Desk) -> None:
    assert queries.over_used(desk) == {}


def test_licence_without_an_installation_is_not_over_used(desk: Desk, hold: Any) -> None:
    hold(1)
    assert queries.over_used(desk) == {}


@pytest.mark.usefixtures("twice")
def test_installations_of_others_do_not_count(
    desk: Desk, home: int, product: Product, elsewhere: Organisation, hold: Any
) -> None:
    hold(2)
    factories.make_installation(desk, elsewhere.id, product)
    assert queries.over_used(desk) == {}


@pytest.mark.usefixtures("twice")
def test_over_use_is_narrowed_to_one_customer(
    desk: Desk, home: int, product: Product, elsewhere: Organisation, hold: Any
) -> None:
    hold(1)
    found = [
        queries.over_used(desk, Licence.organisation_id == each) for each in (home, elsewhere.id)
    ]
    assert found == [{(home, product.id): (2, 1)}, {}]


def test_what_a_customer_holds_is_found_by_indexes(
    desk: Desk, home: int, product: Product, licence: Licence
) -> None:
    with recorded(desk.core.engine) as found:
        queries.over_used(desk, Licence.organisation_id == home)
        queries.of_organisation(desk, home)
        queries.held(desk, home, product.id)
        queries.of_product(desk, product.id)
        queries.entitled(desk, [licence.id])
    assert (len(found), walks(desk.core.engine, found, 0)) == (5, [])


def test_figures_of_nothing_are_nought(desk: Desk) -> None:
    assert figures.figures(desk) == figures.Figures(0, 0, 0, 0, 0, 0, 0, 0)


@pytest.mark.usefixtures("twice")
def test_figures_count_what_is_supported_due_and_over_used(
    desk: Desk, installation: Installation, bought: Product, hold: Any
) -> None:
    hold(1, maintenance_until=date(2026, 4, 1))
    version = portfolio.queries.version(desk, installation.version_id or 0)
    values = {"channel": "stable", "notes_de": "", "notes_en": "", "released_on": None}
    portfolio.keep_release(
        desk,
        version,
        values | {"support_until": date(2026, 3, 9)},
        {"sbom": Upload("sbom.json", b"{}")},
    )
    found = figures.figures(desk)
    assert found == figures.Figures(
        installations=3,
        supported=2,
        versions=1,
        with_sbom=1,
        others=1,
        uncovered=1,
        due=1,
        over_used=1,
    )


def test_contract_in_force_leaves_nothing_uncovered(
    desk: Desk, bought: Product, contract: VendorContract
) -> None:
    found = figures.figures(desk)
    assert (found.others, found.uncovered) == (1, 0)


def test_figures_take_as_many_statements_for_many(
    desk: Desk, home: int, bought: Product, hold: Any
) -> None:
    def count() -> int:
        with recorded(desk.core.engine) as found:
            figures.figures(desk)
        return len(found)

    one = count()
    for number in range(5):
        made = factories.make_product(desk, f"p{number}", f"Product {number}")
        factories.make_installation(desk, home, made)
        hold(1, product_id=made.id)
    desk.commit()
    assert count() == one
