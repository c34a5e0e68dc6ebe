# SPDX-License-Identifier: AGPL-3.0-or-later
"""A name that is typed brings suggestions, and nothing interrupts whoever types it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import delete
from tresen.access.models import SignInSession
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories

SignIn = Callable[[Person], Page]
KNOWN = "#organisation-known option"


@pytest.fixture
def page(sign_in_page: SignIn, agent: Person, customer: Person, desk: Desk) -> Page:
    """Return the page for the requester of a ticket, with the name of an organisation."""
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    found = sign_in_page(agent)
    found.goto(f"/tickets/{ticket.number}/requester")
    expect(found.locator("#organisation")).to_have_value("Kunde GmbH")
    return found


def begin(page: Page) -> None:
    """Empty the field of the organisation and type the beginning of one."""
    page.locator("#organisation").fill("")
    page.locator("#organisation").press_sequentially("kun")


def test_organisation_is_suggested_and_saved(page: Page) -> None:
    begin(page)
    expect(page.locator(KNOWN)).to_have_count(1)
    assert page.locator(KNOWN).get_attribute("value") == "Kunde GmbH"
    page.locator("#organisation").fill("kunde gmbh")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("The printer prints nothing")


def test_what_was_typed_before_htmx_is_here_brings_suggestions(page: Page) -> None:
    waiting: list[Route] = []
    page.route("**/htmx.js", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright marks it
    with page.expect_request("**/htmx.js"):
        page.goto(page.url, wait_until="commit")
    begin(page)
    waiting[0].continue_()
    expect(page.locator(KNOWN)).to_have_count(1)


def test_dead_session_interrupts_nobody_who_types(page: Page, desk: Desk) -> None:
    desk.session.execute(delete(SignInSession))
    desk.commit()
    with page.expect_response("**/organisations/known**") as asked:
        page.locator("#organisation").fill("nord")
    expect(page.locator("#organisation")).to_have_value("nord")
    assert (asked.value.status, page.url.endswith("/requester")) == (204, True)
