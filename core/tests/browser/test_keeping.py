# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is typed into a form survives the tab and the session, and goes once it was taken."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete
from tresen.access.models import SignInSession
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories

SignIn = Callable[[Person], Page]
NOTE = "You typed this here before, and it was not sent."


def open_form(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("form[data-kept]")).to_have_attribute("data-live", "")


def holds(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        expect(page.locator(f"form[data-kept] [name={name}]")).to_have_value(value)


def fill(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.locator(f"form[data-kept] [name={name}]").fill(value)


@pytest.fixture
def agents(sign_in_page: SignIn, agent: Person) -> Page:
    """Return the page on which an agent opens a ticket."""
    found = sign_in_page(agent)
    open_form(found, "/tickets/new")
    return found


@pytest.fixture
def customers(sign_in_page: SignIn, customer: Person) -> Page:
    """Return the page on which a customer asks for help."""
    found = sign_in_page(customer)
    open_form(found, "/requests/new")
    return found


TICKET = {"address": "vera@new.example", "name": "Vera", "subject": "Call", "body": "She says"}
ASKED = {"subject": "Printer", "body": "It is dead."}


def test_new_ticket_comes_back_with_what_was_chosen(agents: Page) -> None:
    fill(agents, TICKET)
    agents.locator("[name=urgency]").select_option("4")
    agents.locator("[name=side][value=out]").check()
    agents.goto("/tickets/")
    open_form(agents, "/tickets/new")
    holds(agents, TICKET | {"urgency": "4"})
    expect(agents.locator("[name=side][value=out]")).to_be_checked()
    expect(agents.get_by_text(NOTE)).to_be_visible()


def test_afresh_is_as_empty_as_the_page_began(agents: Page) -> None:
    fill(agents, TICKET)
    agents.reload()
    agents.get_by_role("button", name="Start afresh").click()
    holds(agents, dict.fromkeys(TICKET, ""))
    expect(agents.get_by_text(NOTE)).to_have_count(0)
    open_form(agents, "/tickets/new")
    holds(agents, dict.fromkeys(TICKET, ""))


def test_page_that_begins_with_an_address_keeps_it(agents: Page) -> None:
    fill(agents, TICKET)
    open_form(agents, "/tickets/new?address=karla@kunde.example")
    holds(agents, TICKET | {"address": "karla@kunde.example"})


def test_ticket_that_was_opened_does_not_come_back(agents: Page) -> None:
    fill(agents, TICKET)
    agents.get_by_role("button", name="Open ticket").click()
    agents.wait_for_url("**/tickets/1*")
    open_form(agents, "/tickets/new")
    holds(agents, dict.fromkeys(TICKET, ""))
    assert agents.evaluate("document.cookie.includes('taken=')") is False


def test_what_was_sent_into_a_dead_session_comes_back(
    agents: Page, sign_in_page: SignIn, desk: Desk, agent: Person
) -> None:
    desk.session.execute(delete(SignInSession))
    desk.commit()
    with agents.expect_response("**/tickets/people**"):
        fill(agents, TICKET)
    agents.get_by_role("button", name="Open ticket").click()
    agents.wait_for_url("**/sign-in**")
    open_form(sign_in_page(agent), "/tickets/new")
    holds(agents, TICKET)


def test_words_of_one_are_not_shown_to_another_on_the_same_machine(
    agents: Page, sign_in_page: SignIn, administrator: Person
) -> None:
    fill(agents, TICKET)
    open_form(sign_in_page(administrator), "/tickets/new")
    holds(agents, dict.fromkeys(TICKET, ""))


def test_refused_form_keeps_its_own_words(agents: Page) -> None:
    fill(agents, TICKET | {"address": "not-an-address"})
    agents.locator("form[data-kept]").evaluate("form => { form.noValidate = true }")
    agents.get_by_role("button", name="Open ticket").click()
    expect(agents.locator(".error-summary")).to_be_visible()
    holds(agents, TICKET | {"address": "not-an-address"})
    expect(agents.get_by_text(NOTE)).to_have_count(0)


def test_request_of_a_customer_comes_back_until_it_is_sent(customers: Page) -> None:
    fill(customers, ASKED)
    open_form(customers, "/requests/new")
    holds(customers, ASKED)
    customers.get_by_role("button", name="Send request").click()
    customers.wait_for_url("**/requests/1*")
    open_form(customers, "/requests/new")
    holds(customers, dict.fromkeys(ASKED, ""))


def test_answer_comes_back_until_it_is_sent(
    sign_in_page: SignIn, customer: Person, desk: Desk
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    page, path = sign_in_page(customer), f"/requests/{ticket.number}"
    open_form(page, path)
    fill(page, {"body": "Half an answer"})
    open_form(page, path)
    holds(page, {"body": "Half an answer"})
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Your answer is with us.")).to_be_visible()
    holds(page, {"body": ""})
    open_form(page, path)
    holds(page, {"body": ""})


def test_words_of_a_visitor_stay_in_the_tab(browser_page: Page) -> None:
    open_form(browser_page, "/requests/new")
    fill(browser_page, ASKED | {"name": "Vera"})
    browser_page.reload()
    holds(browser_page, ASKED | {"name": "Vera"})
    other = browser_page.context.new_page()
    open_form(other, "/requests/new")
    holds(other, dict.fromkeys(ASKED, ""))
