# SPDX-License-Identifier: AGPL-3.0-or-later
"""Beside a ticket stands what agents have to know of support and licence before they promise."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import (
    Actor,
    Desk,
    Installation,
    NewMessage,
    Organisation,
    Page,
    Person,
    Product,
    ProductVersion,
    Ticket,
    add_message,
)
from tresen.testing import factories
from tresen.testing.statements import recorded, walks
from tresen_licensing import hooks
from tresen_licensing.holdings import panels, service
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio import service as portfolio
from tresen_licensing.portfolio.models import VendorContract

Count = Callable[[FlaskClient, str], int]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]

Ask = Callable[..., Ticket]


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def ask(desk: Desk, customer: Person) -> Ask:
    """Return a function that opens a ticket of the customer."""

    def go(**given: Any) -> Ticket:
        made = factories.make_ticket(desk, customer, **given)
        desk.commit()
        return made

    return go


def shown(desk: Desk, ticket: Ticket) -> Mapping[str, Any]:
    """Return the values of the one panel of a ticket."""
    (panel,) = panels.ticket_panels(desk, ticket)
    return panel.values


def text(browser: FlaskClient, ticket: Ticket) -> str:
    return browser.get(f"/tickets/{ticket.number}").text


def test_ticket_about_nothing_has_no_panel(desk: Desk, ask: Ask) -> None:
    assert panels.ticket_panels(desk, ask()) == []


def test_ticket_about_a_product_shows_its_lifecycle(desk: Desk, ask: Ask, product: Product) -> None:
    values = shown(desk, ask(product_id=product.id))
    assert (values["product"].name, values["lifecycle"], values["running"]) == (
        "Lagerwerk",
        "active",
        None,
    )


def test_ticket_about_an_installation_shows_its_product(
    desk: Desk, ask: Ask, installation: Installation, product: Product
) -> None:
    values = shown(desk, ask(installation_id=installation.id))
    assert (values["product"].id, values["running"].support) == (product.id, "supported")


def test_version_out_of_support_changes_the_words(
    desk: Desk, browser: FlaskClient, ask: Ask, installation: Installation
) -> None:
    version = desk.session.get_one(ProductVersion, installation.version_id)
    version.support_until = date(2026, 2, 28)
    page = text(browser, ask(installation_id=installation.id))
    assert "Version 4.1 is out of support since Mar 1, 2026." in page


def test_product_out_of_support_changes_the_words_of_every_version(
    desk: Desk,
    browser: FlaskClient,
    ask: Ask,
    installation: Installation,
    product: Product,
    offering_values: Values,
) -> None:
    portfolio.keep_offering(desk, product, offering_values(support_until=date(2026, 2, 28)))
    tickets = [ask(installation_id=installation.id), ask(product_id=product.id)]
    sentence = "This product is out of support since Mar 1, 2026."
    assert [sentence in text(browser, each) for each in tickets] == [True, True]


def test_supported_version_shows_until_when(
    browser: FlaskClient, ask: Ask, installation: Installation
) -> None:
    page = text(browser, ask(installation_id=installation.id))
    assert ("Supported" in page, "until Dec 31, 2026" in page) == (True, True)


def test_version_out_of_support_blocks_nothing(
    desk: Desk, ask: Ask, installation: Installation
) -> None:
    desk.session.get_one(ProductVersion, installation.version_id).support_until = date(2020, 1, 1)
    ticket = ask(installation_id=installation.id)
    sent = add_message(desk, ticket, NewMessage("We help all the same.", "web"))
    assert (sent.is_public, ticket.is_open) == (True, True)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (date(2026, 12, 31), "In force"),
        (date(2026, 4, 1), "Renewal due"),
        (date(2026, 1, 1), "Expired"),
    ],
)
def test_panel_shows_licence_and_maintenance_of_the_customer(
    desk: Desk,
    browser: FlaskClient,
    ask: Ask,
    licence: Licence,
    until: date,
    words: str,
) -> None:
    licence.maintenance_until = until
    page = text(browser, ask(product_id=licence.product_id))
    maintenance = page.partition("Maintenance</span>")[2][:400]
    assert ("Named seats: 10" in page, words in maintenance) == (True, True)


def test_panel_says_that_the_customer_holds_no_licence(
    browser: FlaskClient, ask: Ask, product: Product
) -> None:
    page = text(browser, ask(product_id=product.id))
    assert "The customer holds no licence for it." in page


def test_ticket_of_nobody_says_nothing_of_licences(
    desk: Desk, browser: FlaskClient, product: Product
) -> None:
    ticket = factories.make_ticket(desk, None, product_id=product.id)
    desk.commit()
    page = text(browser, ticket)
    assert ("Product and licence" in page, "holds no licence" in page) == (True, False)


def test_panel_shows_no_key_and_no_note(browser: FlaskClient, ask: Ask, licence: Licence) -> None:
    page = text(browser, ask(product_id=licence.product_id))
    assert ("KEY-4711" in page, "Paid late." in page) == (False, False)


def test_panel_shows_what_was_changed_for_the_customer(
    desk: Desk, browser: FlaskClient, ask: Ask, installation: Installation
) -> None:
    setup = {"criticality": "normal", "modules": "", "customer_changes": "Own label\n<b>Bill</b>"}
    portfolio.keep_setup(desk, installation, setup)
    page = text(browser, ask(installation_id=installation.id))
    assert "Own label, &lt;b&gt;Bill&lt;/b&gt;" in page


def test_product_of_others_shows_whom_to_call(
    browser: FlaskClient, ask: Ask, bought: Product, contract: VendorContract
) -> None:
    page = text(browser, ask(product_id=bought.id))
    assert ("Maker M-1" in page, "help@maker.example" in page) == (True, True)


def test_product_of_others_without_contract_says_so(
    browser: FlaskClient, ask: Ask, bought: Product
) -> None:
    assert "no underpinning contract" in text(browser, ask(product_id=bought.id))


def test_panel_takes_as_many_statements_for_many_licences(
    desk: Desk,
    browser: FlaskClient,
    ask: Ask,
    installation: Installation,
    licence_values: Values,
    count: Count,
) -> None:
    path = f"/tickets/{ask(installation_id=installation.id).number}"
    one = count(browser, path)
    for _each in range(5):
        row = Licence(organisation_id=installation.organisation_id)
        service.keep_licence(desk, row, licence_values())
    desk.commit()
    assert count(browser, path) == one


def test_panel_asks_four_times_and_by_indexes(
    desk: Desk, ask: Ask, installation: Installation, licence: Licence
) -> None:
    ticket = ask(installation_id=installation.id)
    with recorded(desk.core.engine) as found:
        panels.ticket_panels(desk, ticket)
    assert (len(found) <= 4, walks(desk.core.engine, found, 0)) == (True, [])


def subject_of(desk: Desk, page: Page, licence: Licence, ask: Ask) -> Any:
    """Return what the page shows, around the licence; nothing where it does not matter."""
    if page is Page.TICKET:
        return ask(product_id=licence.product_id)
    if page is Page.PRODUCT:
        return desk.session.get_one(Product, licence.product_id)
    if page is Page.ORGANISATION:
        return desk.session.get_one(Organisation, licence.organisation_id)
    return None


@pytest.mark.parametrize("page", [Page.TICKET, Page.PRODUCT, Page.ORGANISATION, Page.PORTAL])
def test_who_may_read_nothing_gets_no_panel(
    desk: Desk, ask: Ask, licence: Licence, page: Page
) -> None:
    subject = subject_of(desk, page, licence, ask)
    nobody = replace(desk, actor=Actor("Nobody", "agent"))
    assert hooks.page_panels(nobody, page, subject) == []


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        (Page.TICKET, ["Product and licence"]),
        (Page.PRODUCT, ["Portfolio"]),
        (Page.ORGANISATION, ["Support of what runs there", "Licences"]),
        (Page.PERSON, []),
    ],
)
def test_who_may_read_gets_the_panels_of_the_page(
    desk: Desk,
    ask: Ask,
    installation: Installation,
    licence: Licence,
    page: Page,
    titles: list[str],
) -> None:
    subject = subject_of(desk, page, licence, ask)
    reading = replace(desk, actor=Actor("Anna", "agent", permissions=frozenset({"licensing.read"})))
    found = hooks.page_panels(reading, page, subject)
    assert [str(panel.title) for panel in found] == titles
