# SPDX-License-Identifier: AGPL-3.0-or-later
"""A customer's maintenance covers support about the product, on its days, for who is entitled."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tresen.sdk import Desk, Organisation, Person, Product, Ticket
from tresen.testing import factories
from tresen_licensing import hooks
from tresen_licensing.holdings.models import Entitled, Licence

Values = Callable[..., dict[str, Any]]
Hold = Callable[..., Licence]
Told = list[dict[str, Any]]
RENEW = "Renew it and write its new end into the licence."


@pytest.fixture
def product(desk: Desk) -> Product:
    """Return what the ticket is about."""
    return factories.make_product(desk)


@pytest.fixture
def ticket(desk: Desk, customer: Person, product: Product) -> Ticket:
    """Return a ticket of the customer about the product."""
    return factories.make_ticket(desk, customer, product_id=product.id)


@pytest.fixture
def hold(desk: Desk, customer: Person, product: Product) -> Hold:
    """Return a function that gives the customer a licence with maintenance for a year."""

    def go(**given: Any) -> Licence:
        usual = {
            "organisation_id": customer.organisation_id,
            "product_id": product.id,
            "metric": "unlimited",
            "maintenance_until": desk.today() + timedelta(days=365),
        }
        row = Licence(**usual | given)
        desk.session.add(row)
        desk.session.flush()
        return row

    return go


def told(desk: Desk, ticket: Ticket, days: int = 0) -> Told:
    """Return what is told of contracts so many days from now."""
    return hooks.remote_support_contracts(desk, ticket, desk.now() + timedelta(days=days))


def against(title: str, reason: str, way_out: str) -> dict[str, Any]:
    """Return the answer of a licence that does not cover."""
    return {"title": title, "is_covering": False, "reason": reason, "way_out": way_out}


def test_maintenance_covers_up_to_its_last_day(desk: Desk, ticket: Ticket, hold: Hold) -> None:
    hold(edition="Enterprise", maintenance_until=desk.today() + timedelta(days=3))
    covers = {"title": "Lagerwerk Enterprise", "is_covering": True, "reason": "", "way_out": ""}
    assert (told(desk, ticket), told(desk, ticket, 3)) == ([covers], [covers])
    (late,) = told(desk, ticket, 4)
    assert (late["is_covering"], late["way_out"]) == (False, RENEW)


def test_maintenance_that_ended_names_its_day(desk: Desk, ticket: Ticket, hold: Hold) -> None:
    hold(maintenance_until=date(2025, 12, 31))
    reason = "The maintenance of Lagerwerk ended on Dec 31, 2025."
    assert told(desk, ticket) == [against("Lagerwerk", reason, RENEW)]


def test_licence_that_ended_covers_nothing(desk: Desk, ticket: Ticket, hold: Hold) -> None:
    hold(ends_on=date(2025, 12, 31))
    reason = "The licence for Lagerwerk ended on Dec 31, 2025."
    assert told(desk, ticket) == [against("Lagerwerk", reason, RENEW)]


def test_licence_that_is_to_begin_covers_from_its_first_day(
    desk: Desk, ticket: Ticket, hold: Hold
) -> None:
    hold(starts_on=desk.today() + timedelta(days=2))
    (early,), (begun,) = told(desk, ticket, 1), told(desk, ticket, 2)
    assert (early["is_covering"], early["way_out"]) == (False, "Choose a day from then on.")
    assert begun["is_covering"] is True


@pytest.mark.parametrize("given", [{"maintenance_until": None}, {"is_active": False}])
def test_product_without_maintenance_says_so(
    desk: Desk, ticket: Ticket, hold: Hold, given: dict[str, Any]
) -> None:
    hold(**given)
    reason = "The customer holds no maintenance of Lagerwerk."
    way_out = "Enter the licence with the end of its maintenance."
    assert told(desk, ticket) == [against("Lagerwerk", reason, way_out)]


def test_maintenance_covers_those_who_are_entitled(
    desk: Desk, ticket: Ticket, hold: Hold, customer: Person
) -> None:
    row = hold()
    organisation = desk.session.get_one(Organisation, customer.organisation_id)
    other = factories.make_customer(desk, "Ada Ohm", "ada@kunde.example", organisation)
    desk.session.add(Entitled(licence_id=row.id, person_id=other.id))
    desk.session.flush()
    reason = "The maintenance of Lagerwerk entitles Ada Ohm alone."
    way_out = "Name one of them as the requester, or entitle the person on the licence."
    assert told(desk, ticket) == [against("Lagerwerk", reason, way_out)]
    desk.session.add(Entitled(licence_id=row.id, person_id=customer.id))
    desk.session.flush()
    assert [each["is_covering"] for each in told(desk, ticket)] == [True]


def test_maintenance_of_another_product_says_nothing(
    desk: Desk, ticket: Ticket, hold: Hold
) -> None:
    hold(product_id=factories.make_product(desk, "kasse", "Kassenwerk").id)
    assert [each["title"] for each in told(desk, ticket)] == ["Lagerwerk"]
    assert [each["is_covering"] for each in told(desk, ticket)] == [False]


def test_ticket_about_an_installation_is_about_its_product(
    desk: Desk, ticket: Ticket, hold: Hold, customer: Person, product: Product
) -> None:
    hold()
    assert customer.organisation_id is not None
    made = factories.make_installation(desk, customer.organisation_id, product)
    ticket.product_id, ticket.installation_id = None, made.id
    assert [each["is_covering"] for each in told(desk, ticket)] == [True]


def test_ticket_about_no_product_looks_at_all_that_the_customer_holds(
    desk: Desk, ticket: Ticket, hold: Hold
) -> None:
    hold()
    hold(edition="Old", maintenance_until=date(2025, 1, 31))
    hold(edition="Given up", is_active=False)
    ticket.product_id = None
    assert [(each["title"], each["is_covering"]) for each in told(desk, ticket)] == [
        ("Lagerwerk", True),
        ("Lagerwerk Old", False),
    ]


def test_ticket_of_nobody_has_no_contract(desk: Desk, hold: Hold) -> None:
    hold()
    assert told(desk, factories.make_ticket(desk, None)) == []
