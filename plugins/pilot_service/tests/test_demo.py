# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's pilot is believable: the product's own people care for its customers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Organisation, Person, Product
from tresen.testing import factories
from tresen_pilot_service import agreements, demo, queries
from tresen_pilot_service.models import Participation, Programme


@pytest.fixture
def customers(desk: Desk, product: Product) -> list[Person]:
    """Return four customers at whose organisations the product runs."""
    found = []
    for name in ("Alder", "Birch", "Cedar", "Dogwood"):
        organisation = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(organisation)
        desk.session.flush()
        address = f"office@{name.lower()}.example"
        found.append(factories.make_customer(desk, f"{name} Office", address, organisation))
        factories.make_installation(desk, organisation.id, product)
    return found


@pytest.fixture
def others(desk: Desk) -> list[Person]:
    """Return three agents who stand before the product's team by name."""
    names = ("Aaron", "Abel", "Ada")
    return [agent(desk, name) for name in names]


def agent(desk: Desk, name: str) -> Person:
    return factories.make_person(desk, name, f"{name.lower()}@tresen.example", role="agent")


def fill(desk: Desk, *products: Product) -> Programme | None:
    return demo.fill(desk, {"products": list(products)})


def pairs(rows: Sequence[Participation]) -> list[tuple[str, str]]:
    """Return contact and deputy of each participant, by the customer's name."""
    return [
        (row.contact.name, row.deputy.name)
        for row in rows
        if row.contact is not None and row.deputy is not None
    ]


@pytest.mark.usefixtures("customers", "others")
def test_agreement_was_written_before_anybody_signed_it(desk: Desk, product: Product) -> None:
    programme = fill(desk, product)
    assert programme is not None
    (agreement,) = agreements.versions(desk, programme.id)
    rows = queries.participations(desk, programme.id)
    signatures = agreements.signatures(desk, [row.id for row in rows])
    days = {each.signed_on for own in signatures.values() for each in own}
    assert (len(signatures), days) == (3, {desk.today(agreement.created_at)})


def test_customers_own_people_speak_for_them(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    organisation = desk.session.get_one(Organisation, customers[0].organisation_id)
    factories.make_customer(desk, "Alder Zoe", "zoe@alder.example", organisation)
    fill(desk, product)
    found = [
        [person.name if person else None for person in (row.key_user, row.key_user_deputy)]
        for row in participants(desk)
    ]
    alone = [[f"{name} Office", None] for name in ("Birch", "Cedar", "Dogwood")]
    assert found == [["Alder Office", "Alder Zoe"], *alone]


def participants(desk: Desk) -> Sequence[Participation]:
    (programme,) = queries.programmes(desk)
    return queries.participations(desk, programme.id)


def own_team(desk: Desk, product: Product, *names: str) -> None:
    team = factories.make_team(desk, "Product", *(agent(desk, name) for name in names))
    product.team_id = team.id
    desk.session.flush()


def test_people_of_the_products_team_take_turns(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    own_team(desk, product, "Tara", "Theo", "Tilda")
    fill(desk, product)
    assert pairs(participants(desk)) == [("Tara", "Theo"), ("Theo", "Tilda"), ("Tilda", "Tara")]


def test_team_of_one_is_helped_out_by_another_agent(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    own_team(desk, product, "Tara")
    fill(desk, product)
    assert pairs(participants(desk)) == [("Tara", "Aaron"), ("Aaron", "Tara"), ("Tara", "Aaron")]


def test_product_of_no_team_is_cared_for_by_two_agents(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    fill(desk, product)
    assert pairs(participants(desk)) == [("Aaron", "Abel"), ("Abel", "Aaron"), ("Aaron", "Abel")]


def test_inactive_member_of_the_team_cares_for_nobody(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    own_team(desk, product, "Tara", "Theo")
    tara = desk.session.query(Person).filter_by(name="Tara").one()
    tara.is_active = False
    desk.session.flush()
    fill(desk, product)
    assert {row.contact_id for row in participants(desk)}.isdisjoint({tara.id})


def test_pilot_is_of_the_own_product_that_runs_at_most_customers(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    rare = factories.make_product(desk, "kasse", "Kassenwerk")
    bought = factories.make_product(desk, "base", "Base")
    bought.kind = "third_party"
    for customer in customers:
        assert customer.organisation_id is not None
        factories.make_installation(desk, customer.organisation_id, bought)
    assert customers[0].organisation_id is not None
    factories.make_installation(desk, customers[0].organisation_id, rare)
    programme = fill(desk, rare, bought, product)
    assert programme is not None
    assert programme.product_id == product.id


def test_pilot_runs_and_ends_soon(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    programme = fill(desk, product)
    assert programme is not None
    assert (programme.starts_on, programme.ends_on) == (date(2026, 1, 24), date(2026, 3, 21))
    assert queries.ending(desk, [programme]) == {programme.id}


def test_tickets_of_the_customers_are_marked_as_the_pilots(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    tickets = [factories.make_ticket(desk, customer) for customer in customers]
    fill(desk, product)
    marked = queries.participations_of(desk, [ticket.id for ticket in tickets])
    assert sorted(marked) == [ticket.id for ticket in tickets[:3]]


def test_ticket_that_waits_goes_to_the_contact_and_a_taken_one_stays(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    own_team(desk, product, "Tara", "Theo", "Tilda")
    waiting, taken, solved = (factories.make_ticket(desk, customers[0]) for _time in range(3))
    taken.owner_id = others[0].id
    solved.solved_at = desk.now()
    desk.session.flush()
    fill(desk, product)
    contact = participants(desk)[0].contact
    assert contact is not None
    found = [(row.owner_id, row.team_id) for row in (waiting, taken, solved)]
    assert found == [(contact.id, product.team_id), (others[0].id, None), (None, None)]


def test_ticket_keeps_its_team_where_the_programme_has_none(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    team = factories.make_team(desk, "First level", others[0])
    waiting = factories.make_ticket(desk, customers[0])
    waiting.team_id = team.id
    desk.session.flush()
    fill(desk, product)
    assert (waiting.team_id, waiting.owner_id) == (team.id, others[0].id)


@pytest.mark.parametrize("world", [{}, {"products": []}], ids=["nothing at all", "no product"])
def test_world_without_a_product_gets_no_pilot(
    desk: Desk, others: list[Person], world: dict[str, Any]
) -> None:
    assert (demo.fill(desk, world), list(queries.programmes(desk))) == (None, [])


def test_world_with_one_agent_gets_no_pilot(
    desk: Desk, product: Product, customers: list[Person], agent: Person
) -> None:
    assert (fill(desk, product), list(queries.programmes(desk))) == (None, [])


def test_customer_who_can_sign_in_takes_part_and_speaks(
    desk: Desk, product: Product, customers: list[Person], others: list[Person]
) -> None:
    reader = customers[-1]
    organisation = desk.session.get_one(Organisation, reader.organisation_id)
    factories.make_customer(desk, "Aaron Alder", "aaron@alder.example", organisation)
    programme = demo.fill(desk, {"products": [product], "customers": [reader]})
    assert programme is not None
    rows = queries.participations(desk, programme.id)
    speaking = {row.organisation_id: row.key_user_id for row in rows}
    assert speaking[reader.organisation_id] == reader.id
