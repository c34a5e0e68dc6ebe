# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts and quotes in a real browser: at the cursor, undone by the usual keys, nothing lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.snippets.models import Snippet
from tresen.testing import factories
from tresen.testing.browser import guarded_page
from tresen.tickets import service
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], Page]
QUOTED = "Karla Kundin wrote on 3/10/26, 10:00\u202fAM:\n> It was fine yesterday.\n\n"
SELECT = """() => {
  const words = document.querySelector(".message-customer .prose p").firstChild;
  getSelection().setBaseAndExtent(words, 3, words, 11);
}"""


@pytest.fixture
def page(sign_in_page: SignIn, agent: Person, customer: Person, desk: Desk) -> Page:
    """Return the page of a ticket with a customer's message and a note, as an agent sees it."""
    ticket = factories.make_ticket(desk, customer)
    service.add_message(desk, ticket, NewMessage("Between us.", "web", kind="note"))
    rows = [("Greeting", "Dear {{requester}},", "template"), ("Restart", "please restart", "")]
    for title, body, kind in rows:
        made = Snippet(title=title, body=body, kind=kind or "fragment", changed_at=desk.now())
        desk.session.add(made)
    desk.commit()
    found = sign_in_page(agent)
    found.goto(f"/tickets/{ticket.number}")
    expect(found.locator(".composer")).to_have_attribute("data-live", "")
    return found


def write(page: Page, text: str) -> None:
    page.locator("#composer-text").focus()
    page.keyboard.type(text)


def open_texts(page: Page) -> None:
    page.get_by_role("button", name="Insert a text").click()
    expect(page.locator("#texts-words")).to_be_focused()


def holds(page: Page, text: str) -> None:
    expect(page.locator("#composer-text")).to_have_value(text)


def test_fragment_comes_at_the_cursor_and_goes_with_the_key_for_undo(page: Page) -> None:
    write(page, "Now , and wait.")
    page.locator("#composer-text").evaluate("field => field.setSelectionRange(4, 4)")
    open_texts(page)
    page.get_by_role("button", name="Restart").click()
    holds(page, "Now please restart, and wait.")
    expect(page.locator("#composer-text")).to_be_focused()
    expect(page.locator("#composer-texts")).to_be_hidden()
    page.keyboard.press("Control+z")
    holds(page, "Now , and wait.")


def test_template_comes_above_what_is_written(page: Page) -> None:
    write(page, "Begun")
    open_texts(page)
    page.get_by_role("button", name="Greeting").click()
    holds(page, "Dear Karla Kundin,\n\nBegun")
    page.keyboard.press("Control+z")
    holds(page, "Begun")


def test_keyboard_alone_finds_and_inserts(page: Page) -> None:
    write(page, "x ")
    open_texts(page)
    with page.expect_response("**/texts?q=rest"):
        page.keyboard.type("rest")
    expect(page.locator("#composer-texts [data-text]")).to_have_count(1)
    expect(page.locator("#texts-words")).to_be_focused()
    page.keyboard.press("Enter")
    holds(page, "x please restart")


def test_arrows_go_through_the_list_and_escape_leaves_it(page: Page) -> None:
    write(page, "x ")
    open_texts(page)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Greeting")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Restart")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#texts-words")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#composer-texts")).to_be_hidden()
    holds(page, "x ")


def test_single_key_opens_the_texts_while_the_composer_rests(page: Page) -> None:
    page.keyboard.press("i")
    expect(page.locator("#texts-words")).to_be_focused()
    page.keyboard.press("Enter")
    holds(page, "Dear Karla Kundin,")


def test_inserted_text_is_kept_as_a_draft(page: Page) -> None:
    write(page, "x ")
    open_texts(page)
    with page.expect_response("**/draft"):
        page.get_by_role("button", name="Restart").click()
    page.evaluate("localStorage.clear()")
    page.reload()
    holds(page, "x please restart")


def test_quote_comes_below_what_is_written(page: Page) -> None:
    write(page, "Hello")
    page.locator(".message-customer [data-quote]").click()
    holds(page, f"Hello\n\n{QUOTED}")
    expect(page.locator("#composer-text")).to_be_focused()
    assert page.locator("input[value=reply]").is_checked()
    page.keyboard.press("Control+z")
    holds(page, "Hello")


def test_selected_part_alone_is_quoted(page: Page) -> None:
    page.evaluate(SELECT)
    page.locator(".message-customer [data-quote]").click()
    holds(page, f"{QUOTED.splitlines()[0]}\n> was fine\n\n")


def test_selection_in_another_message_does_not_count(page: Page) -> None:
    page.evaluate(SELECT)
    page.locator(".message-note [data-quote]").click()
    expect(page.locator("#composer-text")).to_have_value(
        "Tresen wrote on 3/10/26, 10:00\u202fAM:\n> Between us.\n\n"
    )


def test_quoting_a_note_makes_a_note(page: Page) -> None:
    page.locator(".message-note [data-quote]").click()
    expect(page.locator("input[value=note]")).to_be_checked()


def test_quote_survives_where_the_server_does_not_answer(page: Page) -> None:
    page.route("**/quote", lambda route: route.abort())
    write(page, "Hello")
    page.locator(".message-customer [data-quote]").click()
    page.wait_for_url("**quote=*")
    holds(page, f"Hello\n\n{QUOTED}")


def test_kept_copy_does_not_win_over_the_quote_nor_the_quote_over_it(page: Page) -> None:
    page.route("**/draft", lambda route: route.abort())
    write(page, "Typed and not on the server")
    address = page.locator(".message-customer [data-quote]").get_attribute("href")
    page.goto(str(address))
    holds(page, f"Typed and not on the server\n\n{QUOTED}")
    page.locator("#composer-text").press_sequentially("So it is.")
    page.reload()
    holds(page, f"Typed and not on the server\n\n{QUOTED}So it is.")


def test_quoted_note_stays_among_colleagues_whatever_the_copy_was(page: Page) -> None:
    write(page, "A reply")
    page.goto(str(page.locator(".message-note [data-quote]").get_attribute("href")))
    expect(page.locator("#composer-text")).to_have_value(
        "A reply\n\nTresen wrote on 3/10/26, 10:00\u202fAM:\n> Between us.\n\n"
    )
    expect(page.locator("input[value=note]")).to_be_checked()


def test_without_script_the_draft_takes_the_text(
    page: Page, chromium: Browser, live_address: str
) -> None:
    options = {"java_script_enabled": False, "storage_state": page.context.storage_state()}
    with guarded_page(chromium, live_address, **options) as bare:
        bare.goto(page.url)
        bare.locator("#composer-text").fill("Begun")
        bare.locator("[popovertarget=composer-texts]").click()
        bare.locator("#composer-texts button").click()
        bare.get_by_role("button", name="Greeting").click()
        expect(bare.locator("#composer-text")).to_have_value("Dear Karla Kundin,\n\nBegun")
