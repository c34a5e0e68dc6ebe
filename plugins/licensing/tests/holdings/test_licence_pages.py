# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of licences: on the customer's page, one by one, and as a form."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Installation, Person, Product
from tresen.testing import factories
from tresen_licensing.holdings import service, states
from tresen_licensing.holdings.models import Entitled, Licence

Count = Callable[[FlaskClient, str], int]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def sent(product: Product, customer: Person) -> dict[str, Any]:
    """Return the fields of a licence as a browser sends them."""
    return {
        "product_id": str(product.id),
        "edition": "Enterprise",
        "metric": "named_seats",
        "count": "25",
        "key": "KEY-1",
        "starts_on": "2026-01-01",
        "ends_on": "",
        "maintenance_until": "2026-12-31",
        "reminder_days": "90",
        "entitled": [str(customer.id)],
        "is_active": "y",
        "note": "Paid late.",
    }


def kept(desk: Desk) -> list[tuple[str, int | None, str]]:
    """Return edition, number and key of what is kept, as the database has it now."""
    desk.rollback()
    columns = Licence.edition, Licence.count, Licence.key
    return [(a, b, c) for a, b, c in desk.session.execute(select(*columns).order_by(Licence.id))]


def test_agent_adds_a_licence(
    desk: Desk, browser: FlaskClient, home: int, customer: Person, sent: dict[str, Any]
) -> None:
    path = f"/licensing/portfolio/organisations/{home}/licences/new"
    assert browser.get(path).status_code == 200
    answer = browser.post(path, data=sent)
    entitled = list(desk.session.scalars(select(Entitled.person_id)))
    assert (answer.location, kept(desk), entitled) == (
        f"/people/organisations/{home}",
        [("Enterprise", 25, "KEY-1")],
        [customer.id],
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"count": ""}, "Say how many"),
        ({"count": "0"}, "Number must be between"),
        ({"count": "many"}, "Not a valid integer value"),
        ({"ends_on": "2025-12-31"}, "The licence would end before it begins"),
        ({"metric": "nonsense"}, "Not a valid choice"),
        ({"product_id": "10000"}, "Not a valid choice"),
        ({"product_id": ""}, "This field is required"),
        ({"reminder_days": "400"}, "Number must be between"),
        ({"entitled": ["10000"]}, "is not a valid choice"),
        ({"maintenance_until": "soon"}, "Not a valid date value"),
    ],
)
def test_licence_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    desk: Desk,
    browser: FlaskClient,
    home: int,
    sent: dict[str, Any],
    given: dict[str, Any],
    sentence: str,
) -> None:
    path = f"/licensing/portfolio/organisations/{home}/licences/new"
    answer = browser.post(path, data=sent | given)
    assert (answer.status_code, sentence in answer.text, kept(desk)) == (422, True, [])
    assert ("Paid late." in answer.text, "Enterprise" in answer.text) == (True, True)


def test_agent_changes_a_licence_and_leaves_its_key(
    desk: Desk, browser: FlaskClient, licence: Licence, sent: dict[str, Any]
) -> None:
    path = f"/licensing/portfolio/licences/{licence.id}/edit"
    page = browser.get(path).text
    assert ('value="Standard"' in page, 'value="10"' in page) == (True, True)
    browser.post(path, data=sent | {"key": ""})
    assert kept(desk) == [("Enterprise", 25, "KEY-4711")]


def test_tick_that_is_taken_away_gives_a_licence_up(
    desk: Desk, browser: FlaskClient, licence: Licence, sent: dict[str, Any]
) -> None:
    wanted = {name: value for name, value in sent.items() if name != "is_active"}
    browser.post(f"/licensing/portfolio/licences/{licence.id}/edit", data=wanted)
    page = browser.get(f"/licensing/portfolio/licences/{licence.id}").text
    assert "Given up" in page


def test_product_that_is_no_longer_offered_stays_in_the_form_of_its_licence(
    desk: Desk, browser: FlaskClient, product: Product, bought: Product, licence: Licence
) -> None:
    product.is_active = False
    desk.commit()
    pages = [
        browser.get(path).text
        for path in (
            f"/licensing/portfolio/licences/{licence.id}/edit",
            f"/licensing/portfolio/organisations/{licence.organisation_id}/licences/new",
        )
    ]
    assert [">Lagerwerk</option>" in page for page in pages] == [True, False]


def test_entitled_who_left_stays_ticked(
    desk: Desk, browser: FlaskClient, licence: Licence, customer: Person
) -> None:
    customer.is_active = False
    desk.commit()
    page = browser.get(f"/licensing/portfolio/licences/{licence.id}/edit").text
    assert (customer.name in page, page.count("checked")) == (True, 2)


def test_page_shows_all_but_the_key(browser: FlaskClient, licence: Licence) -> None:
    page = browser.get(f"/licensing/portfolio/licences/{licence.id}").text
    shown = ["Kunde GmbH", "Named seats: 10", "Dec 31, 2026", "for good", "Paid late."]
    assert [each in page for each in shown] == [True] * 5


def test_page_shows_over_use(
    desk: Desk, browser: FlaskClient, licence: Licence, installation: Installation, product: Product
) -> None:
    factories.make_installation(desk, installation.organisation_id, product)
    licence.metric, licence.count = states.INSTALLATIONS, 1
    desk.commit()
    pages = [
        browser.get(path).text
        for path in (
            f"/licensing/portfolio/licences/{licence.id}",
            f"/people/organisations/{licence.organisation_id}",
        )
    ]
    assert ["2 installed, 1 licensed" in page for page in pages] == [True, True]


def test_organisation_shows_its_licences(browser: FlaskClient, licence: Licence, home: int) -> None:
    page = browser.get(f"/people/organisations/{home}").text
    shown = [f'href="/licensing/portfolio/licences/{licence.id}"', "In force", "New licence"]
    assert [each in page for each in shown] == [True] * 3


def test_organisation_without_licences_says_so(browser: FlaskClient, home: int) -> None:
    assert "No licence is written down." in browser.get(f"/people/organisations/{home}").text


def test_organisation_takes_as_many_statements_for_many_licences(
    desk: Desk, browser: FlaskClient, licence: Licence, licence_values: Values, count: Count
) -> None:
    path = f"/people/organisations/{licence.organisation_id}"
    one = count(browser, path)
    for number in range(5):
        product = factories.make_product(desk, f"p{number}", f"Product {number}")
        row = Licence(organisation_id=licence.organisation_id)
        service.keep_licence(desk, row, licence_values(product_id=product.id))
    desk.commit()
    assert count(browser, path) == one


def test_administrator_removes_a_licence(
    desk: Desk, sign_in: SignIn, administrator: Person, licence: Licence, home: int
) -> None:
    browser = sign_in(administrator)
    path = f"/licensing/portfolio/licences/{licence.id}/remove"
    assert "Remove “Lagerwerk Standard”?" in browser.get(path).text
    assert browser.post(path).location == f"/people/organisations/{home}"
    assert kept(desk) == []


def test_agent_removes_no_licence(desk: Desk, browser: FlaskClient, licence: Licence) -> None:
    answer = browser.post(f"/licensing/portfolio/licences/{licence.id}/remove")
    assert (answer.status_code, len(kept(desk))) == (403, 1)


@pytest.mark.parametrize(
    "path", ["licences/10000", "licences/10000/edit", "organisations/10000/licences/new"]
)
def test_what_is_not_there_is_not_found(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/licensing/portfolio/{path}").status_code == 404


def test_figures_say_how_they_are_reckoned(
    browser: FlaskClient, installation: Installation, licence: Licence
) -> None:
    page = browser.get("/licensing/portfolio/figures").text
    shown = ["100&nbsp;%", "1 of 1", "Licences over-used", "has ended"]
    assert [each in page for each in shown] == [True] * 4


def test_figures_of_nothing_divide_by_nothing(browser: FlaskClient) -> None:
    page = browser.get("/licensing/portfolio/figures").text
    assert ("0 of 0" in page, "&nbsp;%" in page) == (True, False)
