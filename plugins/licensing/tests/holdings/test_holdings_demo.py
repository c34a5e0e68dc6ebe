# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's licences are of several kinds, some up for renewal, and who signs in sees theirs."""

from typing import Any

import pytest
from tresen.sdk import Desk, Installation, Organisation, Person, Product
from tresen.testing import factories
from tresen_licensing.holdings import demo, queries, states


@pytest.fixture
def world(
    desk: Desk,
    product: Product,
    bought: Product,
    installation: Installation,
    customer: Person,
) -> dict[str, Any]:
    """Return what the core hands to plugins: five customers at whom two products run."""
    moments = {"created_at": desk.now(), "changed_at": desk.now()}
    others = [Organisation(name=f"Customer {number}", **moments) for number in range(4)]
    desk.session.add_all(others)
    desk.session.flush()
    for each in others:
        for found in (product, bought):
            factories.make_installation(desk, each.id, found)
    home = desk.session.get_one(Organisation, installation.organisation_id)
    return {"organisations": [*others, home], "customers": [customer]}


def licences(desk: Desk) -> list[Any]:
    return list(queries.all_licences(desk))


def test_every_customer_holds_a_licence_for_each_product(desk: Desk, world: dict[str, Any]) -> None:
    demo.fill(desk, world)
    assert len(licences(desk)) == 9


def test_licences_are_of_every_metric(desk: Desk, world: dict[str, Any]) -> None:
    demo.fill(desk, world)
    assert {row.metric for row in licences(desk)} == set(states.METRICS)


def test_some_are_in_force_some_due_and_some_expired(desk: Desk, world: dict[str, Any]) -> None:
    demo.fill(desk, world)
    found = {states.maintenance_state(row, desk.today()) for row in licences(desk)}
    assert found == {states.RUNNING, states.DUE, states.EXPIRED}


def test_who_signs_in_is_entitled(
    desk: Desk, world: dict[str, Any], home: int, customer: Person
) -> None:
    demo.fill(desk, world)
    assert len(queries.entitled_to(desk, home, customer.id)) == 1


def test_every_licence_has_a_key_of_its_own(desk: Desk, world: dict[str, Any]) -> None:
    demo.fill(desk, world)
    assert len({row.key for row in licences(desk)}) == 9


def test_product_that_runs_twice_is_licensed_once(
    desk: Desk, world: dict[str, Any], home: int, product: Product
) -> None:
    factories.make_installation(desk, home, product)
    demo.fill(desk, world)
    assert len(queries.held(desk, home, product.id)) == 1


def test_service_is_not_licensed(
    desk: Desk, world: dict[str, Any], home: int, product: Product
) -> None:
    product.kind = "service"
    desk.session.flush()
    demo.fill(desk, world)
    assert list(queries.held(desk, home, product.id)) == []


@pytest.mark.parametrize("world", [{}, {"organisations": []}], ids=["nothing", "no customer"])
def test_world_without_customers_gets_none(desk: Desk, world: dict[str, Any]) -> None:
    demo.fill(desk, world)
    assert licences(desk) == []
