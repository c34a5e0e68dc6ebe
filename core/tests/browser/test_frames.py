# SPDX-License-Identifier: AGPL-3.0-or-later
"""The frames of pages in a real browser: both themes, both languages, small screens, keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.browser import assert_accessible, guarded_page
from tresen.tickets import service

SignIn = Callable[[Person], Page]

VISITOR_PAGES = ["/", "/sign-in", "/no-such-page"]
AGENT_PAGES = ["/search/", "/search/?q=nothing+like+it", "/no-such-page"]


def complaints(page: Page) -> list[str]:
    """Collect what the page's console complains about, such as a breach of its policy."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if "Policy" in line.text else None)
    return found


def wider_than_window(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", VISITOR_PAGES)
def test_visitor_page_is_accessible(
    chromium: Browser, live_address: str, path: str, theme: str, language: str
) -> None:
    options = {"color_scheme": theme, "locale": language}
    with guarded_page(chromium, live_address, **options) as page:
        found = complaints(page)
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert_accessible(page)
        assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", AGENT_PAGES)
def test_agent_page_is_accessible(
    sign_in_page: SignIn, agent: Person, path: str, theme: str
) -> None:
    page = sign_in_page(agent)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    found = complaints(page)
    page.goto(path)
    assert_accessible(page)
    assert found == []


@pytest.mark.parametrize("path", ["/", "/sign-in", "/search/"])
def test_page_fits_a_window_of_320_pixels(sign_in_page: SignIn, agent: Person, path: str) -> None:
    page = sign_in_page(agent)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    assert not wider_than_window(page)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("who", ["agent", "customer"])
def test_page_of_a_ticket_fits_a_window_of_320_pixels(
    request: pytest.FixtureRequest,
    sign_in_page: SignIn,
    desk: Desk,
    customer: Person,
    who: str,
    language: str,
) -> None:
    ticket = factories.make_ticket(desk, customer)
    service.change(desk, ticket, {"state": "waiting_customer", "urgency": 4})
    person = desk.session.get_one(Person, request.getfixturevalue(who).id)
    person.language = language
    desk.commit()
    page = sign_in_page(person)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/{'tickets' if who == 'agent' else 'requests'}/{ticket.number}")
    assert page.locator("html").get_attribute("lang") == language
    # Hidden bars leave a gutter, into which the window lets its content grow unseen.
    parts = "main => Math.max(...[...main.children].map((e) => e.getBoundingClientRect().right))"
    edge = "main => main.getBoundingClientRect().right"
    main = page.locator("main")
    assert main.evaluate(parts) <= main.evaluate(edge)
    assert not wider_than_window(page)


def test_first_tab_leads_past_the_navigation(sign_in_page: SignIn, agent: Person) -> None:
    page = sign_in_page(agent)
    page.goto("/search/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_theme_shows_at_once_and_is_kept(sign_in_page: SignIn, agent: Person) -> None:
    page = sign_in_page(agent)
    page.goto("/search/")
    page.locator("[popovertarget=person-menu]").click()
    page.locator("button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_rail_stays_narrow_on_the_next_page(sign_in_page: SignIn, agent: Person) -> None:
    page = sign_in_page(agent)
    page.goto("/search/")
    page.locator(".rail-small").click()
    page.goto("/search/?q=x")
    expect(page.locator("html")).to_have_attribute("data-rail", "small")
    expect(page.locator(".rail-wide")).to_be_visible()


def test_rail_on_a_phone_opens_and_closes_without_script(
    chromium: Browser, live_address: str, sign_in_page: SignIn, agent: Person
) -> None:
    cookies = sign_in_page(agent).context.cookies()
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
    with guarded_page(chromium, live_address, **phone) as page:
        page.context.add_cookies(cookies)
        page.goto("/search/")
        expect(page.locator("#rail")).to_be_hidden()
        page.locator("[popovertarget=rail]").click()
        expect(page.locator("#rail")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#rail")).to_be_hidden()


def test_language_is_chosen_without_script(chromium: Browser, live_address: str) -> None:
    with guarded_page(chromium, live_address, java_script_enabled=False) as page:
        page.goto("/sign-in")
        page.get_by_role("button", name="Deutsch", exact=True).click()
        assert page.url == f"{live_address}/sign-in"
        expect(page.locator("html")).to_have_attribute("lang", "de")


def test_refused_sign_in_points_to_its_fields(browser_page: Page) -> None:
    browser_page.goto("/sign-in")
    browser_page.evaluate("document.querySelector('form.card').noValidate = true")
    browser_page.get_by_role("button", name="Sign in").click()
    expect(browser_page.locator(".error-summary")).to_be_focused()
    browser_page.locator(".error-summary a").first.click()
    expect(browser_page.locator("#address")).to_be_focused()
