# SPDX-License-Identifier: AGPL-3.0-or-later
"""Undo in a real browser: by the notice, by its key, and with no script at all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.browser import assert_accessible, guarded_page
from tresen.tickets.models import Ticket

SignIn = Callable[[Person], Page]
STATE = ".properties select[name=state]"


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.mark.parametrize("is_by_key", [True, False])
def test_select_that_closed_is_undone(
    sign_in_page: SignIn, agent: Person, ticket: Ticket, is_by_key: bool
) -> None:
    page = sign_in_page(agent)
    page.goto(f"/tickets/{ticket.number}")
    page.select_option(STATE, "closed")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    expect(page.locator(STATE)).to_have_value("closed")
    assert_accessible(page)
    if is_by_key:
        page.locator("#ticket-head h1").click()
        page.keyboard.press("z")
    else:
        undo.click()
    expect(page.get_by_text("Undone on one ticket.")).to_be_visible()
    expect(page.locator(STATE)).to_have_value("new")


def test_without_script_the_notice_stays_and_leads_back(
    chromium: Browser, live_address: str, sign_in_page: SignIn, agent: Person, ticket: Ticket
) -> None:
    cookies = sign_in_page(agent).context.cookies()
    with guarded_page(chromium, live_address, java_script_enabled=False) as page:
        page.context.add_cookies(cookies)
        page.goto(f"/tickets/{ticket.number}")
        page.select_option(STATE, "closed")
        page.locator(".properties").get_by_role("button", name="Save").click()
        expect(page.get_by_text(f"Ticket {ticket.number} is closed.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Undone on one ticket.")).to_be_visible()
        expect(page.locator(STATE)).to_have_value("new")
