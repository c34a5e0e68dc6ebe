# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of tickets in a real browser: walk, open, select a run, change, on any width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.browser import assert_accessible

SignIn = Callable[[Person], Page]


@pytest.fixture
def page(sign_in_page: SignIn, agent: Person, customer: Person, desk: Desk) -> Page:
    """Return the list of all open tickets: four of them."""
    for number in range(4):
        factories.make_ticket(desk, customer, f"Ticket {number} with a subject of some length")
    desk.commit()
    found = sign_in_page(agent)
    found.goto("/tickets/?view=open")
    return found


def focused_line(page: Page) -> int:
    lines = "[...document.querySelectorAll('[data-line]')]"
    return int(page.evaluate(f"{lines}.indexOf(document.activeElement)"))


def test_keys_walk_through_the_lines_and_open_one(page: Page) -> None:
    page.keyboard.press("j")
    expect(page.locator("[data-line]").first).to_be_focused()
    for key, line in (("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert focused_line(page) == line
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/1*")
    expect(page.locator(".ticket-head")).to_be_visible()


def test_key_selects_and_the_bar_counts(page: Page) -> None:
    expect(page.locator(".bulk")).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("[data-line]").first).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_be_visible()
    expect(page.locator("[data-selected]")).to_have_text("2")


def test_shift_selects_a_run(page: Page) -> None:
    boxes = page.locator(".select")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    assert [boxes.nth(n).is_checked() for n in range(4)] == [True, True, True, False]
    expect(page.locator("[data-selected]")).to_have_text("3")


def test_select_all_is_half_when_some_are_left_out(page: Page) -> None:
    page.locator(".select-all").click()
    expect(page.locator("[data-selected]")).to_have_text("4")
    page.locator(".select").first.click()
    assert page.locator(".select-all").evaluate("box => box.indeterminate")


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_list_fits_and_is_accessible(page: Page, width: int, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.reload()
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    assert_accessible(page)


def test_list_page_asks_for_five_files(page: Page) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.partition("?")[0].split("/")[-1]))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert asked == {"", "tresen.css", "tresen.js", "icons.svg", "mark.svg"}


def test_phone_selects_several_and_changes_them(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    for line in (0, 2):
        # Beside the box, where a thumb lands: the whole edge of the line selects.
        page.locator("td.col-select").nth(line).click(position={"x": 30, "y": 8})
    bar = page.locator(".bulk")
    expect(bar).to_contain_text("2 selected")
    box = bar.bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 390, box["height"] < 220) == (
        True,
        True,
        True,
    )
    assert_accessible(page)
    bar.get_by_label("Priority").select_option("4")
    bar.get_by_role("button", name="Change").click()
    expect(page.locator(".toast")).to_contain_text("2 tickets changed.")
