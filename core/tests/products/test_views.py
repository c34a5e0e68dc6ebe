# SPDX-License-Identifier: AGPL-3.0-or-later
"""Products, their versions and where they run are looked after in the browser."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.journal.queries import entries_of
from tresen.people import service as people
from tresen.people.models import Organisation, Person
from tresen.products import service
from tresen.products.models import Installation, Product, ProductVersion
from tresen.testing import factories

SignIn = Callable[[Person], FlaskClient]
LAGER = {
    "name": "Lagerwerk",
    "code": "lager",
    "kind": "own",
    "licence": "AGPL-3.0-or-later",
    "repository": "https://code.example/lager",
    "team_id": "",
    "is_active": "y",
}


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(agent)


@pytest.fixture
def product(desk: Desk) -> Product:
    made = factories.make_product(desk)
    desk.commit()
    return made


@pytest.fixture
def organisation(desk: Desk) -> Organisation:
    made = people.add_organisation(desk, "Kunde GmbH")
    desk.commit()
    return made


def test_product_is_added_and_shown(browser: FlaskClient) -> None:
    path = browser.post("/products/new", data=LAGER).location
    page, listed = browser.get(path).text, browser.get("/products/").text
    assert ["Lagerwerk" in page, "AGPL-3.0-or-later" in page, "Own product" in page] == [True] * 3
    assert ("Lagerwerk" in listed, "https://code.example/lager" in page) == (True, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Not A Code"},
        {"code": ""},
        {"name": ""},
        {"kind": "toy"},
        {"repository": "javascript:alert(1)"},
        {"team_id": "77"},
    ],
)
def test_wrong_product_is_refused_and_keeps_what_was_typed(
    core: Core, browser: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = browser.post("/products/new", data=LAGER | {"licence": "MIT-typed"} | wrong)
    with desk_for(core) as desk:
        kept = desk.session.scalars(select(Product)).all()
    assert (answer.status_code, "MIT-typed" in answer.text, kept) == (422, True, [])


def test_code_belongs_to_one_product(browser: FlaskClient, product: Product) -> None:
    answer = browser.post("/products/new", data=LAGER)
    assert (answer.status_code, "belongs to another product" in answer.text) == (422, True)


def test_product_is_changed_and_the_change_recorded(
    core: Core, browser: FlaskClient, product: Product
) -> None:
    browser.post(f"/products/{product.id}/edit", data=LAGER | {"name": "Lager 2", "is_active": ""})
    with desk_for(core) as desk:
        changed = desk.session.get_one(Product, product.id)
        fields = {entry.field for entry in entries_of(desk, "product", product.id)}
    assert (changed.name, changed.is_active) == ("Lager 2", False)
    assert fields == {"name", "is_active", "repository"}


def test_version_is_added_with_its_dates(
    core: Core, browser: FlaskClient, product: Product
) -> None:
    data = {"number": "4.2", "released_on": "2026-01-31", "support_until": "2028-01-31"}
    browser.post(f"/products/{product.id}/versions/new", data=data)
    with desk_for(core) as desk:
        made = desk.session.scalars(select(ProductVersion)).one()
    assert (made.number, made.released_on, made.support_until) == (
        "4.2",
        date(2026, 1, 31),
        date(2028, 1, 31),
    )
    assert "4.2" in browser.get(f"/products/{product.id}").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"number": "4.1"}, "Lagerwerk has a version 4.1 already."),
        (
            {"number": "5", "released_on": "2026-02-01", "support_until": "2026-01-01"},
            "The support of 5 would end before its release.",
        ),
    ],
)
def test_impossible_version_is_refused(
    desk: Desk, browser: FlaskClient, product: Product, data: dict[str, str], sentence: str
) -> None:
    service.add_version(desk, product, "4.1", None, None)
    desk.commit()
    answer = browser.post(f"/products/{product.id}/versions/new", data=data)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_same_number_of_another_product_is_fine(desk: Desk, product: Product) -> None:
    other = factories.make_product(desk, "other", "Other")
    numbers = [
        service.add_version(desk, each, "1.0", None, None).number for each in (product, other)
    ]
    assert numbers == ["1.0", "1.0"]


def test_installation_is_added_at_an_organisation_and_shown_on_both_pages(
    desk: Desk, browser: FlaskClient, product: Product, organisation: Organisation
) -> None:
    version = service.add_version(desk, product, "4.1", None, None)
    desk.commit()
    data = {
        "product_id": str(product.id),
        "version_id": str(version.id),
        "name": "kunde-prod1",
        "environment": "production",
    }
    browser.post(f"/products/installations/at/{organisation.id}", data=data)
    pages = [
        browser.get(f"/people/organisations/{organisation.id}").text,
        browser.get(f"/products/{product.id}").text,
    ]
    assert [("kunde-prod1" in page, "4.1" in page) for page in pages] == [(True, True)] * 2


def test_version_of_another_product_is_refused(
    desk: Desk, browser: FlaskClient, product: Product, organisation: Organisation
) -> None:
    other = factories.make_product(desk, "other", "Other")
    version = service.add_version(desk, other, "9", None, None)
    desk.commit()
    data = {
        "product_id": str(product.id),
        "version_id": str(version.id),
        "environment": "production",
    }
    answer = browser.post(f"/products/installations/at/{organisation.id}", data=data)
    assert answer.status_code == 422
    assert "This version belongs to another product." in answer.text


def test_installation_is_changed(
    desk: Desk, core: Core, browser: FlaskClient, product: Product, organisation: Organisation
) -> None:
    made = factories.make_installation(desk, organisation.id, product)
    desk.commit()
    data = {"product_id": str(product.id), "environment": "test", "name": "moved", "note": "old"}
    browser.post(f"/products/installations/{made.id}", data=data)
    with desk_for(core) as later:
        changed = later.session.get_one(Installation, made.id)
    assert (changed.environment, changed.name, changed.note) == ("test", "moved", "old")


@pytest.mark.parametrize(
    "path",
    [
        "/products/99",
        "/products/99/edit",
        "/products/99/versions/new",
        "/products/installations/99",
        "/products/installations/at/99",
    ],
)
def test_what_does_not_exist_is_missing(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/products/", "/products/new", "/products/1"])
def test_customer_sees_no_products(
    product: Product, customer: Person, sign_in: SignIn, path: str
) -> None:
    assert sign_in(customer).get(path).status_code == 403


def test_empty_list_offers_the_first_step(browser: FlaskClient) -> None:
    assert "No products yet" in browser.get("/products/").text


def test_team_of_a_product_is_chosen_and_shown(browser: FlaskClient, desk: Desk) -> None:
    team = factories.make_team(desk, "Warehouse")
    desk.commit()
    path = browser.post("/products/new", data=LAGER | {"team_id": team.id}).location
    assert "<dt>Team</dt><dd>Warehouse</dd>" in browser.get(path).text
