# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys, palette and key sheet on a real page; single letters can be switched off (WCAG 2.1.4)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tresen.people.models import Person

SignIn = Callable[[Person], Page]


@pytest.fixture
def page(sign_in_page: SignIn, agent: Person) -> Page:
    """Return a page of the workplace, as an agent sees it."""
    found = sign_in_page(agent)
    found.goto("/search/?q=x")
    return found


def test_first_key_is_not_lost(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#top-search")).to_be_focused()
    assert page.input_value("#top-search") == "x"


def test_letters_in_a_field_are_text(page: Page) -> None:
    page.locator("#top-search").fill("")
    page.keyboard.type("?jk/")
    assert page.input_value("#top-search") == "?jk/"
    expect(page.locator("#keys")).to_be_hidden()


def test_escape_leaves_a_field(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#top-search")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#top-search")).not_to_be_focused()


def test_key_sheet_lists_the_page_s_own_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    line = page.locator("#keys-list div", has_text="Search tickets, people and messages")
    assert line.locator("kbd").inner_text() == "/"
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_palette_runs_a_command_of_the_page(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("sign o")
    expect(page.locator("#palette [role=option]").first).to_have_text("Sign out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")


def test_palette_searches_for_what_is_no_command(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("invoice & co")
    expect(page.locator("#palette [role=option]")).to_have_text("Search for “invoice & co”")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=invoice%20%26%20co$"))


def test_palette_says_which_option_is_meant(page: Page) -> None:
    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    page.keyboard.type("s")
    expect(field).to_have_attribute("aria-activedescendant", "palette-0")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "palette-1")
    expect(page.locator("#palette-1")).to_have_attribute("aria-selected", "true")


def test_keyboard_switched_off_leaves_the_palette_alone(page: Page) -> None:
    page.context.add_cookies([{"name": "keyboard", "value": "off", "url": page.url}])
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#keys")).to_be_hidden()
