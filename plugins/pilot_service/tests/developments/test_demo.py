# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's developments are believable: one has to be given back, one is the customer's turn."""

from datetime import date

import pytest
from tresen.sdk import Desk, Organisation, Product, Team
from tresen.testing import factories
from tresen_pilot_service import demo
from tresen_pilot_service.developments import bookings, queries
from tresen_pilot_service.developments import demo as developments
from tresen_pilot_service.models import Programme

FIRST_DEPLOYED = date(2026, 2, 14)


@pytest.fixture
def filled(desk: Desk, product: Product, team: Team) -> Programme | None:
    """Return the demo's programme, of three customers with one person each."""
    for name in ("Alder", "Birch", "Cedar"):
        organisation = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(organisation)
        desk.session.flush()
        address = f"office@{name.lower()}.example"
        factories.make_customer(desk, f"{name} Office", address, organisation)
        factories.make_installation(desk, organisation.id, product)
    product.team_id = team.id
    return demo.fill(desk, {"products": [product]})


@pytest.mark.usefixtures("filled")
def test_one_is_due_and_one_is_in_test(desk: Desk) -> None:
    rows = queries.developments(desk)
    assert [(row.state, row.organisation.name) for row in rows] == [
        ("in_test", "Birch"),
        ("deployed", "Alder"),
    ]
    assert queries.until(desk, rows) == {rows[1].id: date(2026, 3, 16)}


@pytest.mark.usefixtures("filled")
def test_deployed_one_was_accepted_by_the_key_user(desk: Desk) -> None:
    row = queries.development(desk, queries.developments(desk)[1].id)
    by = row.accepted_by.name if row.accepted_by else ""
    assert (by, row.deployed_on) == ("Alder Office", FIRST_DEPLOYED)
    assert [place.deployed_on for place in queries.places_of(desk, row.id)] == [FIRST_DEPLOYED]


@pytest.mark.usefixtures("filled")
def test_hours_are_within_the_contract_and_past(desk: Desk) -> None:
    found = [(row, queries.bookings_of(desk, row.id)) for row in queries.developments(desk)]
    assert [bookings.sum_up(row, booked).percent for row, booked in found] == [78, 75]
    last = max(each.booked_on for _row, booked in found for each in booked)
    assert last <= desk.now().date()


@pytest.mark.usefixtures("filled")
def test_both_name_a_lead_a_reviewer_and_a_contact(desk: Desk) -> None:
    for row in queries.developments(desk):
        parts = [each.part for each in queries.people_in(desk, row.id)]
        assert parts == ["lead", "reviewer", "contact"]


def test_programme_without_customers_has_no_developments(desk: Desk, programme: Programme) -> None:
    developments.fill(desk, programme)
    assert list(queries.developments(desk)) == []
