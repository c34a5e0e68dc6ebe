# SPDX-License-Identifier: AGPL-3.0-or-later
"""In Chromium: pages with something on them can be used by everybody, and the key by one press."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tresen.sdk import Desk, Installation, Person, Product
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio.models import Offering, VendorContract

Open = Callable[[Person], Page]


@pytest.fixture
def full(
    installation: Installation, offering: Offering, contract: VendorContract, licence: Licence
) -> Licence:
    """Return the licence of a portfolio in which one of everything stands."""
    return licence


def test_agents_pages_can_be_used_by_everybody(
    desk: Desk, sign_in_page: Open, administrator: Person, full: Licence, bought: Product
) -> None:
    ticket = factories.make_ticket(desk, None, product_id=full.product_id)
    desk.commit()
    paths = [
        "/licensing/portfolio",
        f"/licensing/portfolio/{full.product_id}",
        f"/licensing/portfolio/{bought.id}",
        f"/licensing/portfolio/{full.product_id}/edit",
        "/licensing/portfolio/versions/1",
        "/licensing/portfolio/installations/1",
        "/licensing/portfolio/vendors",
        "/licensing/portfolio/vendors/contracts/new",
        "/licensing/portfolio/vendors/contracts/1/remove",
        "/licensing/portfolio/renewals",
        f"/licensing/portfolio/licences/{full.id}",
        f"/licensing/portfolio/licences/{full.id}/edit",
        f"/people/organisations/{full.organisation_id}",
        f"/products/{full.product_id}",
        f"/tickets/{ticket.number}",
    ]
    assert_pages_usable(sign_in_page(administrator), paths)


def test_customers_pages_can_be_used_by_everybody(
    sign_in_page: Open, customer: Person, full: Licence
) -> None:
    assert_pages_usable(sign_in_page(customer), ["/", "/licensing/portal/licences"])


def test_key_is_shown_by_keyboard_and_gone_with_the_page(
    sign_in_page: Open, agent: Person, full: Licence
) -> None:
    page: Any = sign_in_page(agent)
    page.goto(f"/licensing/portfolio/licences/{full.id}")
    expect(page.get_by_text("KEY-4711")).to_have_count(0)
    page.get_by_role("button", name="Show the key").press("Enter")
    expect(page.get_by_text("KEY-4711")).to_be_visible()
    page.goto(f"/licensing/portfolio/licences/{full.id}")
    expect(page.get_by_text("KEY-4711")).to_have_count(0)


def test_agent_adds_a_licence_on_a_phone(
    sign_in_page: Open, agent: Person, product: Product, home: int
) -> None:
    page: Any = sign_in_page(agent)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/people/organisations/{home}")
    page.get_by_role("link", name="New licence").click()
    page.get_by_label("How many").fill("25")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Named seats: 25")).to_be_visible()
