# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables of records in a real browser: rows on a desk, lines on a phone, nothing cut off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.snippets.models import Snippet
from tresen.testing.browser import assert_accessible

SignIn = Callable[[Person], Page]
# The last cell of the first record, and how wide its table's box is against what is in it.
CELL = ".table-lines tbody tr:first-child > :last-child"
OVERHANG = """() => {
  const box = document.querySelector(".table-scroll, .table-box");
  return box.scrollWidth - box.clientWidth;
}"""


@pytest.fixture
def page(sign_in_page: SignIn, agent: Person, desk: Desk) -> Page:
    """Return the page of an agent who keeps one text with a long title."""
    title = "Termin für die Fernwartung vorschlagen und um Bestätigung bitten"
    values = {"kind": "template", "language": "", "team_id": None, "person_id": agent.id}
    desk.session.add(Snippet(**values, title=title, body="Guten Tag", changed_at=desk.now()))
    desk.commit()
    return sign_in_page(agent)


@pytest.mark.parametrize("path", ["/texts/", "/people/", "/account/sessions"])
def test_record_is_whole_on_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    expect(page.locator(CELL)).to_be_in_viewport(ratio=1)
    assert page.evaluate(OVERHANG) == 0
    assert_accessible(page)


@pytest.mark.parametrize(("width", "display"), [(390, "flex"), (1440, "table-row")])
def test_record_is_a_row_where_there_is_room(page: Page, width: int, display: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/texts/")
    row = page.locator(".table-lines tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == display


def test_value_says_on_a_phone_what_its_column_says_on_a_desk(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/account/sessions")
    labels = (
        page.locator("tbody tr")
        .first.locator("[data-label]")
        .evaluate_all("cells => cells.map(cell => getComputedStyle(cell, '::before').content)")
    )
    assert labels == ['"Since "', '"Last seen "']
