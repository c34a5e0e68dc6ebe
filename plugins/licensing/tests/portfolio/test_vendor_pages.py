# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of vendors and their contracts: agents write, administrators remove."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, Product
from tresen_licensing.portfolio import contracts
from tresen_licensing.portfolio.models import Covered, Vendor, VendorContract

Count = Callable[[FlaskClient, str], int]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]

VENDOR = {"name": "Maker", "website": "https://maker.example", "support_contact": "", "note": ""}


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def sent(vendor: Vendor, bought: Product) -> dict[str, Any]:
    """Return the fields of a contract as a browser sends them."""
    return {
        "vendor_id": str(vendor.id),
        "number": "M-1",
        "products": [str(bought.id)],
        "starts_on": "2025-01-01",
        "ends_on": "2026-12-31",
        "renew_months": "12",
        "notice_months": "3",
        "support_contact": "",
        "note": "",
    }


def numbers(desk: Desk) -> list[str]:
    """Return the numbers of the contracts as the database has them now."""
    desk.rollback()
    return list(desk.session.scalars(select(VendorContract.number).order_by(VendorContract.id)))


def test_page_without_vendors_says_what_belongs_there(browser: FlaskClient) -> None:
    assert "No vendor yet" in browser.get("/licensing/portfolio/vendors").text


def test_agent_adds_and_changes_a_vendor(desk: Desk, browser: FlaskClient) -> None:
    browser.post("/licensing/portfolio/vendors/new", data=VENDOR)
    (row,) = contracts.vendors(desk)
    desk.commit()
    path = f"/licensing/portfolio/vendors/{row.id}/edit"
    assert 'value="https://maker.example"' in browser.get(path).text
    browser.post(path, data=VENDOR | {"name": "Maker Ltd"})
    desk.session.expire_all()
    assert [each.name for each in contracts.vendors(desk)] == ["Maker Ltd"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "Maker"}, "There is a vendor Maker already"),
        ({"name": "Other", "website": "ftp://maker.example"}, "An address begins with"),
    ],
)
def test_vendor_that_cannot_be_is_refused(
    desk: Desk, browser: FlaskClient, vendor: Vendor, given: dict[str, str], sentence: str
) -> None:
    answer = browser.post("/licensing/portfolio/vendors/new", data=VENDOR | given)
    desk.rollback()
    found = len(contracts.vendors(desk))
    assert (answer.status_code, sentence in answer.text, found) == (422, True, 1)


def test_agent_adds_a_contract(
    desk: Desk, browser: FlaskClient, sent: dict[str, Any], bought: Product
) -> None:
    answer = browser.post("/licensing/portfolio/vendors/contracts/new", data=sent)
    covered = list(desk.session.scalars(select(Covered.product_id)))
    assert (answer.location, numbers(desk), covered) == (
        "/licensing/portfolio/vendors",
        ["M-1"],
        [bought.id],
    )


def test_page_shows_when_notice_is_due(browser: FlaskClient, sent: dict[str, Any]) -> None:
    browser.post("/licensing/portfolio/vendors/contracts/new", data=sent)
    page = browser.get("/licensing/portfolio/vendors").text
    assert ("Notice by Sep 30, 2026." in page, "Database" in page) == (True, True)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ends_on": "2024-12-31"}, "The contract would end before it begins"),
        ({"ends_on": ""}, "Renewal and notice need the day"),
        ({"starts_on": ""}, "This field is required"),
        ({"renew_months": "-1"}, "Number must be between 0 and 120"),
        ({"notice_months": "many"}, "Not a valid integer value"),
        ({"products": ["10000"]}, "is not a valid choice"),
        ({"vendor_id": "10000"}, "Not a valid choice"),
    ],
)
def test_contract_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    desk: Desk, browser: FlaskClient, sent: dict[str, Any], given: dict[str, Any], sentence: str
) -> None:
    wanted = sent | {"note": "typed with care"} | given
    answer = browser.post("/licensing/portfolio/vendors/contracts/new", data=wanted)
    assert (answer.status_code, sentence in answer.text, numbers(desk)) == (422, True, [])
    assert "typed with care" in answer.text


def test_agent_changes_a_contract(
    desk: Desk, browser: FlaskClient, contract: VendorContract, sent: dict[str, Any]
) -> None:
    path = f"/licensing/portfolio/vendors/contracts/{contract.id}/edit"
    page = browser.get(path).text
    assert ('value="M-1"' in page, page.count("checked")) == (True, 1)
    browser.post(path, data=sent | {"number": "M-1a", "products": []})
    assert numbers(desk) == ["M-1a"]


def test_administrator_removes_a_contract(
    desk: Desk, sign_in: SignIn, administrator: Person, contract: VendorContract
) -> None:
    browser = sign_in(administrator)
    path = f"/licensing/portfolio/vendors/contracts/{contract.id}/remove"
    assert "Remove “Maker M-1”?" in browser.get(path).text
    assert browser.post(path).location == "/licensing/portfolio/vendors"
    assert numbers(desk) == []


def test_agent_removes_no_contract(
    desk: Desk, browser: FlaskClient, contract: VendorContract
) -> None:
    path = f"/licensing/portfolio/vendors/contracts/{contract.id}/remove"
    assert (browser.post(path).status_code, numbers(desk)) == (403, ["M-1"])


@pytest.mark.parametrize("path", ["10000/edit", "contracts/10000/edit"])
def test_what_is_not_there_is_not_found(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/licensing/portfolio/vendors/{path}").status_code == 404


def test_page_takes_as_many_statements_for_many_contracts(
    desk: Desk,
    browser: FlaskClient,
    contract: VendorContract,
    contract_values: Values,
    count: Count,
) -> None:
    one = count(browser, "/licensing/portfolio/vendors")
    for number in range(5):
        values = contract_values(number=f"M-{number + 2}")
        contracts.keep_contract(desk, VendorContract(), values)
    desk.commit()
    assert count(browser, "/licensing/portfolio/vendors") == one
