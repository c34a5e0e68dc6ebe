# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers see their own licences and installations, those that concern them, and no note."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Actor, Desk, Installation, Organisation, Person, Product
from tresen.testing import factories
from tresen_licensing.holdings import portal, service
from tresen_licensing.holdings.models import Licence

Count = Callable[[FlaskClient, str], int]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]

PAGE = "/licensing/portal/licences"


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    """Return somebody else of the customer's."""
    home = desk.session.get_one(Organisation, customer.organisation_id)
    made = factories.make_customer(desk, "Aaron Colleague", "aaron@kunde.example", home)
    desk.commit()
    return made


@pytest.fixture
def browser(customer: Person, sign_in: SignIn) -> FlaskClient:
    """Return the customer's browser."""
    return sign_in(customer)


@pytest.mark.parametrize(
    ("who", "sees_organisation", "found"),
    [
        ("customer", False, 1),
        ("customer", True, 1),
        ("colleague", False, 0),
        ("colleague", True, 1),
    ],
)
def test_who_sees_the_organisation_sees_all_and_others_their_own(
    desk: Desk,
    request: pytest.FixtureRequest,
    licence: Licence,
    who: str,
    sees_organisation: bool,
    found: int,
) -> None:
    person: Person = request.getfixturevalue(who)
    actor = Actor(
        person.name,
        "customer",
        person.id,
        person.organisation_id,
        sees_organisation=sees_organisation,
    )
    assert len(portal.own(replace(desk, actor=actor))) == found


@pytest.mark.parametrize(
    "actor",
    [
        Actor("Nobody"),
        Actor("Without a home", "customer", 1, None, sees_organisation=True),
        Actor("Without a name", "customer", None, 1, sees_organisation=True),
    ],
    ids=lambda actor: actor.name,
)
def test_who_belongs_nowhere_holds_nothing(desk: Desk, licence: Licence, actor: Actor) -> None:
    assert list(portal.own(replace(desk, actor=actor))) == []


def test_licences_of_others_are_not_shown(
    desk: Desk,
    browser: FlaskClient,
    bought: Product,
    elsewhere: Organisation,
    licence: Licence,
    licence_values: Values,
) -> None:
    row = Licence(organisation_id=elsewhere.id)
    service.keep_licence(desk, row, licence_values(product_id=bought.id))
    factories.make_installation(desk, elsewhere.id, bought)
    desk.commit()
    page = browser.get(PAGE).text
    assert ("Lagerwerk" in page, "Database" in page) == (True, False)


def test_page_shows_licence_entitled_and_installations(
    browser: FlaskClient, licence: Licence, installation: Installation, customer: Person
) -> None:
    page = browser.get(PAGE).text
    shown = [
        "Named seats: 10",
        "In force for good.",
        "Updates and support until Dec 31, 2026.",
        f"<bdi>{customer.name}</bdi>",
        "lager-1",
        "until Dec 31, 2026",
    ]
    assert [each in page for each in shown] == [True] * 6


def test_page_shows_no_note(browser: FlaskClient, licence: Licence) -> None:
    page = browser.get(PAGE).text
    assert ("Standard" in page, "Paid late." in page) == (True, False)


def test_given_up_licence_is_shown_no_more(
    desk: Desk, browser: FlaskClient, licence: Licence
) -> None:
    licence.is_active = False
    desk.commit()
    assert "No licence to show" in browser.get(PAGE).text


def test_page_says_that_nobody_is_named(
    desk: Desk, browser: FlaskClient, customer: Person, licence: Licence, licence_values: Values
) -> None:
    customer.sees_organisation = True
    service.keep_licence(desk, licence, licence_values())
    desk.commit()
    assert "Nobody is named as entitled contact." in browser.get(PAGE).text


def test_page_speaks_german(
    desk: Desk, browser: FlaskClient, customer: Person, licence: Licence
) -> None:
    customer.language = "de"
    desk.commit()
    page = browser.get(PAGE).text
    assert ("Ihre Lizenzen" in page, "Was bei Ihnen läuft" in page) == (True, True)


def test_page_without_anything_says_what_belongs_there(browser: FlaskClient) -> None:
    page = browser.get(PAGE).text
    assert ("No licence to show" in page, "Nothing is installed" in page) == (True, True)


def test_start_page_leads_to_the_licences(browser: FlaskClient, licence: Licence) -> None:
    page = browser.get("/").text
    assert ("Your licences" in page, f'href="{PAGE}"' in page) == (True, True)


def test_start_page_without_licences_has_no_box(browser: FlaskClient) -> None:
    assert "Your licences" not in browser.get("/").text


def test_agents_have_no_own_licences(sign_in: SignIn, agent: Person) -> None:
    assert sign_in(agent).get(PAGE).status_code == 403


def test_page_takes_as_many_statements_for_many(
    desk: Desk,
    browser: FlaskClient,
    customer: Person,
    licence: Licence,
    licence_values: Values,
    count: Count,
) -> None:
    factories.make_installation(desk, licence.organisation_id, licence.product)
    desk.commit()
    one = count(browser, PAGE)
    for number in range(5):
        product = factories.make_product(desk, f"p{number}", f"Product {number}")
        values = licence_values(product_id=product.id, entitled=[customer.id])
        service.keep_licence(desk, Licence(organisation_id=licence.organisation_id), values)
        factories.make_installation(desk, licence.organisation_id, product)
    desk.commit()
    assert count(browser, PAGE) == one
