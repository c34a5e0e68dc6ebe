# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's portfolio is believable: something is wrong in it, and most is not."""

from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Installation, Organisation, Person, Product, ProductVersion
from tresen_licensing import demo as whole
from tresen_licensing.obligations import queries as obligations
from tresen_licensing.portfolio import contracts, demo, queries


@pytest.fixture
def world(
    desk: Desk,
    product: Product,
    bought: Product,
    installation: Installation,
    elsewhere: Organisation,
    agent: Person,
) -> dict[str, Any]:
    """Return what the core hands to plugins."""
    home = desk.session.get_one(Organisation, installation.organisation_id)
    older = {"number": "3.9", "released_on": date(2023, 1, 1)}
    desk.session.add(ProductVersion(product_id=product.id, **older))
    desk.session.flush()
    return {
        "products": [product, bought],
        "organisations": [elsewhere, home],
        "agents": [agent],
    }


def test_every_product_has_somebody_who_answers_for_it(
    desk: Desk, world: dict[str, Any], agent: Person
) -> None:
    demo.fill(desk, world)
    found = [each.offering and each.offering.owner_id for each in queries.catalogue(desk)]
    assert found == [agent.id, agent.id]


def test_product_of_others_is_covered_by_a_contract(desk: Desk, world: dict[str, Any]) -> None:
    demo.fill(desk, world)
    (standing,) = contracts.standings(desk)
    assert (standing.is_in_force, standing.notice_by is not None) == (True, True)


def test_latest_version_has_an_sbom_and_the_oldest_no_support(
    desk: Desk, world: dict[str, Any], product: Product
) -> None:
    whole.fill(desk, world)
    found = queries.releases(desk, product.id)
    standing = obligations.standing(desk, found[0][0].id)
    assert standing is not None
    states = {each.state for each in standing.duties}
    assert (standing.bom.count, standing.unclear, states) == (12, 2, {"met", "open"})
    assert [(row[1].sbom is not None, row[0].support_until < desk.today()) for row in found] == [
        (True, False),
        (False, True),
    ]


def test_customer_has_changes_of_the_own(
    desk: Desk, world: dict[str, Any], installation: Installation
) -> None:
    demo.fill(desk, world)
    setup = queries.setup(desk, installation.id)
    assert setup is not None
    assert setup.customer_changes == "Own label for pallets"


@pytest.mark.parametrize("world", [{}, {"products": []}], ids=["nothing at all", "no product"])
def test_world_without_products_gets_none(desk: Desk, world: dict[str, Any]) -> None:
    whole.fill(desk, world)
    assert queries.catalogue(desk) == []
