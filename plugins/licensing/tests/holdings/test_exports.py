# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licences and installations as CSV: all of them, without keys, and no cell is a formula."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Installation, Organisation, Person, Product
from tresen.testing import factories
from tresen_licensing.holdings import service
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio import service as portfolio

Count = Callable[[FlaskClient, str], int]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]

Read = Callable[[str], list[list[str]]]


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def read(browser: FlaskClient) -> Read:
    """Return a function that gives the lines of a file."""

    def go(what: str) -> list[list[str]]:
        text = browser.get(f"/licensing/portfolio/exports/{what}.csv").data.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    return go


@pytest.mark.parametrize("what", ["licences", "installations"])
def test_file_is_handed_out_as_a_download_in_utf8(browser: FlaskClient, what: str) -> None:
    answer = browser.get(f"/licensing/portfolio/exports/{what}.csv")
    assert (answer.mimetype, answer.headers["Content-Disposition"], answer.data[:3]) == (
        "text/csv",
        f'attachment; filename="{what}.csv"',
        b"\xef\xbb\xbf",
    )


def test_every_licence_stands_there_with_its_days(
    read: Read, licence: Licence, customer: Person
) -> None:
    assert read("licences") == [
        [
            "Organisation",
            "Product",
            "Edition",
            "Counted are",
            "How many",
            "In force from",
            "In force until",
            "Updates and support until",
            "State",
            "Entitled contacts",
        ],
        [
            "Kunde GmbH",
            "Lagerwerk",
            "Standard",
            "Named seats",
            "10",
            "",
            "",
            "2026-12-31",
            "In force",
            customer.name,
        ],
    ]


def test_given_up_licence_stands_there_too(desk: Desk, read: Read, licence: Licence) -> None:
    licence.is_active = False
    desk.commit()
    assert [row[8] for row in read("licences")] == ["State", "Given up"]


def test_every_installation_stands_there_with_its_support(
    desk: Desk, read: Read, installation: Installation
) -> None:
    setup = {"criticality": "critical", "modules": "Stock", "customer_changes": "Own label"}
    portfolio.keep_setup(desk, installation, setup)
    desk.commit()
    assert read("installations")[1:] == [
        [
            "Kunde GmbH",
            "Lagerwerk",
            "4.1",
            "Production",
            "lager-1",
            "Supported",
            "2026-12-31",
            "Critical to the business",
            "Stock",
            "Own label",
        ]
    ]


def test_installation_of_which_nothing_is_known_stands_there(
    desk: Desk, read: Read, product: Product, elsewhere: Organisation
) -> None:
    factories.make_installation(desk, elsewhere.id, product)
    desk.commit()
    (row,) = read("installations")[1:]
    assert row == [
        "Other Ltd",
        "Lagerwerk",
        "",
        "Production",
        "",
        "End of support not known",
        "",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49", "-1+1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://x.example")'],  # noqa: RUF001 - a look-alike
)
def test_no_cell_of_licences_is_a_formula(
    desk: Desk, read: Read, licence: Licence, text: str
) -> None:
    licence.edition = text
    desk.commit()
    found = read("licences")[1][2]
    assert found == (text if text == "+49" else f"'{text}")


def test_no_cell_of_installations_is_a_formula(
    desk: Desk, read: Read, installation: Installation
) -> None:
    setup = {"criticality": "normal", "modules": "=1+1", "customer_changes": "@x"}
    portfolio.keep_setup(desk, installation, setup)
    installation.name = "=cmd|' /C calc'!A0"
    desk.commit()
    row = read("installations")[1]
    assert [row[4], row[8], row[9]] == ["'=cmd|' /C calc'!A0", "'=1+1", "'@x"]


def test_file_speaks_the_readers_language(
    desk: Desk, read: Read, licence: Licence, agent: Person
) -> None:
    agent.language = "de"
    desk.commit()
    assert [row[3] for row in read("licences")] == ["Gezählt werden", "Benannte Arbeitsplätze"]


@pytest.mark.parametrize("what", ["licences", "installations"])
def test_file_takes_as_many_statements_for_many(
    desk: Desk,
    browser: FlaskClient,
    licence: Licence,
    licence_values: Values,
    count: Count,
    what: str,
) -> None:
    factories.make_installation(desk, licence.organisation_id, licence.product)
    desk.commit()
    path = f"/licensing/portfolio/exports/{what}.csv"
    one = count(browser, path)
    for number in range(5):
        product = factories.make_product(desk, f"p{number}", f"Product {number}")
        values = licence_values(product_id=product.id)
        service.keep_licence(desk, Licence(organisation_id=licence.organisation_id), values)
        factories.make_installation(desk, licence.organisation_id, product)
    desk.commit()
    assert count(browser, path) == one


def test_there_is_no_other_file(browser: FlaskClient) -> None:
    assert browser.get("/licensing/portfolio/exports/keys.csv").status_code == 404
