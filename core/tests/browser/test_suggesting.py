# SPDX-License-Identifier: AGPL-3.0-or-later
"""A name that is typed brings suggestions, and nothing interrupts whoever types it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import delete
from tresen.access.models import SignInSession
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories

SignIn = Callable[[Person], Page]
KNOWN = "#organisation-known option"


def begin(page: Page, number: int) -> None:
    """Empty the field of the organisation and type the beginning of one."""
    page.goto(f"/tickets/{number}/requester")
    expect(page.locator("#organisation")).to_have_value("Kunde GmbH")
    page.locator("#organisation").fill("")
    page.locator("#organisation").press_sequentially("kun")


def test_organisation_is_suggested_and_saved(
    sign_in_page: SignIn, agent: Person, customer: Person, desk: Desk
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    page = sign_in_page(agent)
    begin(page, ticket.number)
    expect(page.locator(KNOWN)).to_have_count(1)
    assert page.locator(KNOWN).get_attribute("value") == "Kunde GmbH"
    page.locator("#organisation").fill("kunde gmbh")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text(ticket.subject)


def test_dead_session_interrupts_nobody_who_types(
    sign_in_page: SignIn, agent: Person, customer: Person, desk: Desk
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    page = sign_in_page(agent)
    page.goto(f"/tickets/{ticket.number}/requester")
    desk.session.execute(delete(SignInSession))
    desk.commit()
    with page.expect_response("**/organisations/known**") as asked:
        page.locator("#organisation").fill("nord")
    expect(page.locator("#organisation")).to_have_value("nord")
    assert (asked.value.status, page.url.endswith("/requester")) == (204, True)
