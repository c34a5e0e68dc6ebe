# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing on a ticket in a real browser: what is typed is never lost, a note is never a reply."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import delete
from tresen.access.models import SignInSession
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock

SignIn = Callable[[Person], Page]

PASTE = """() => {
  const data = new DataTransfer();
  data.items.add(new File(["x"], "screen.png", { type: "image/png" }));
  const paste = { clipboardData: data, bubbles: true, cancelable: true };
  document.querySelector("#composer-text").dispatchEvent(new ClipboardEvent("paste", paste));
}"""

# Playwright does not tell of a request that outlives its page.
UNTIL_KEPT = """async ([address, text]) => {
  while (!(await (await fetch(address)).text()).includes(text)) ;
}"""


@pytest.fixture
def page(sign_in_page: SignIn, agent: Person, customer: Person, desk: Desk) -> Page:
    """Return the page of a ticket, as an agent sees it."""
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    found = sign_in_page(agent)
    found.goto(f"/tickets/{ticket.number}")
    expect(found.locator(".composer")).to_have_attribute("data-live", "")
    return found


def type_note(page: Page, text: str) -> None:
    page.keyboard.press("n")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.type(text)


def test_composer_rests_on_one_line_until_it_is_used(page: Page) -> None:
    expect(page.locator(".composer-foot")).to_be_hidden()
    page.locator("#composer-text").focus()
    expect(page.locator(".composer-foot")).to_be_visible()


def test_key_for_a_note_chooses_the_note(page: Page) -> None:
    type_note(page, "n")
    assert page.locator("input[name=kind][value=note]").is_checked()
    expect(page.locator(".send-note")).to_be_visible()
    expect(page.locator(".send-reply")).to_be_hidden()
    expect(page.get_by_text("only your colleagues can read this")).to_be_visible()


def test_note_looks_unlike_a_reply(page: Page) -> None:
    ground = "getComputedStyle(document.querySelector('.composer-box')).backgroundColor"
    reply = page.evaluate(ground)
    type_note(page, "x")
    assert page.evaluate(ground) != reply


def test_text_survives_a_reload_before_the_server_has_it(page: Page) -> None:
    page.route("**/draft", lambda route: route.abort())
    type_note(page, "Not lost")
    page.reload()
    expect(page.locator("#composer-text")).to_have_value("Not lost")
    assert page.locator("input[name=kind][value=note]").is_checked()


def test_text_is_kept_on_the_server_for_another_browser(page: Page) -> None:
    with page.expect_response("**/draft"):
        type_note(page, "Kept")
    expect(page.locator(".composer-saved")).to_have_text("Draft saved")
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator("#composer-text")).to_have_value("Kept")


def test_sent_text_leaves_the_composer_and_stands_in_the_thread(
    page: Page, clock: SteppedClock
) -> None:
    # As in life, the ticket moves on by what is written on it.
    clock.go(seconds=1)
    type_note(page, "For colleagues only")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-note")).to_contain_text("For colleagues only")
    expect(page.locator(".composer")).to_have_attribute("data-live", "")
    expect(page.locator("#composer-text")).to_have_value("")
    page.reload()
    expect(page.locator(".composer")).to_have_attribute("data-live", "")
    expect(page.locator("#composer-text")).to_have_value("")


def test_pasted_picture_becomes_an_attachment_that_can_be_removed(page: Page) -> None:
    page.locator("#composer-text").focus()
    page.evaluate(PASTE)
    chip = page.locator(".composer .chips .chip")
    expect(chip).to_contain_text("screen.png")
    files = "document.querySelector('input[type=file]').files.length"
    assert page.evaluate(files) == 1
    chip.get_by_role("button").click()
    expect(chip).to_have_count(0)
    assert page.evaluate(files) == 0


def test_preview_shows_markdown_and_leaves_with_the_next_letter(page: Page) -> None:
    page.locator("#composer-text").fill("**strong**")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#composer-preview strong")).to_have_text("strong")
    page.locator("#composer-text").press("x")
    expect(page.locator("#composer-preview")).to_be_empty()


def test_signing_out_takes_drafts_out_of_the_browser(page: Page) -> None:
    page.route("**/draft", lambda route: route.abort())
    type_note(page, "Not for the next one")
    assert page.evaluate("localStorage.length") == 1
    page.keyboard.press("Escape")
    page.locator("[popovertarget=person-menu]").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert page.evaluate("localStorage.length") == 0


def test_reply_comes_back_with_what_was_typed_since_and_the_page_stays(page: Page) -> None:
    page.locator("#composer-text").fill("Please restart it.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".message-agent")).to_contain_text("Please restart it.")
    page.evaluate("window.stays = true")
    page.locator("#composer-text").fill("One more thing")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#composer-text")).to_have_value("Please restart it.\n\nOne more thing")
    expect(page.locator("#composer-text")).to_be_focused()
    expect(page.locator(".message-agent")).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("It is in the composer again.")
    assert page.evaluate("window.stays") is True


def test_property_chosen_before_htmx_is_here_is_saved_by_a_whole_page(page: Page) -> None:
    page.route("**/htmx.js", lambda route: route.abort())
    page.reload()
    page.locator("[name=urgency]").select_option("4")
    expect(page.locator(".ticket-head")).to_contain_text("High")
    expect(page.locator("[name=urgency]")).to_have_value("4")


def test_property_chosen_before_any_script_ran_is_saved_once_one_does(page: Page) -> None:
    waiting: list[Route] = []
    page.route("**/js/tresen.js", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright marks it
    page.goto(page.url, wait_until="commit")
    page.locator("[name=urgency]").select_option("4")
    waiting[0].continue_()
    page.unroute("**/js/tresen.js")
    expect(page.locator(".ticket-head")).to_contain_text("High")


def test_text_typed_after_the_last_saving_wins_over_the_older_draft(page: Page) -> None:
    with page.expect_response("**/draft"):
        type_note(page, "First")
    page.route("**/draft", lambda route: route.abort())
    page.locator("#composer-text").fill("Second")
    page.reload()
    expect(page.locator("#composer-text")).to_have_value("Second")


def test_draft_changed_elsewhere_wins_over_the_copy_of_this_browser(
    page: Page, clock: SteppedClock
) -> None:
    with page.expect_response("**/draft"):
        type_note(page, "Here")
    clock.go(seconds=5)
    address = page.locator(".composer").get_attribute("data-draft") or ""
    token = page.locator(".composer [name=csrf_token]").input_value()
    elsewhere = {"kind": "note", "body": "There", "csrf_token": token}
    headers = {"Referer": page.url}
    assert page.request.post(address, form=elsewhere, headers=headers).status == 204
    page.reload()
    expect(page.locator("#composer-text")).to_have_value("There")


def test_leaving_the_page_keeps_the_text_on_the_server_at_once(page: Page) -> None:
    ticket = page.url
    type_note(page, "Gone in a moment")
    page.goto("/search/")
    page.evaluate("localStorage.clear()")
    page.evaluate(UNTIL_KEPT, [ticket, "Gone in a moment"])
    page.goto(ticket)
    expect(page.locator("#composer-text")).to_have_value("Gone in a moment")


def test_text_that_becomes_a_note_stays_one_after_a_reload(page: Page) -> None:
    page.route("**/draft", lambda route: route.abort())
    page.locator("#composer-text").fill("He is difficult.")
    page.locator("input[name=kind][value=note]").check()
    page.reload()
    expect(page.locator("#composer-text")).to_have_value("He is difficult.")
    assert page.locator("input[name=kind][value=note]").is_checked()


def test_chosen_recipients_and_state_are_kept_on_the_server(page: Page) -> None:
    page.locator("#composer-text").fill("Soon")
    with page.expect_response("**/draft"):
        page.locator("#composer-cc").fill("boss@kunde.example")
        page.locator("#composer-state").select_option("waiting_internal")
        page.locator("input[name=kind][value=note]").check()
    page.evaluate("localStorage.clear()")
    page.reload()
    shown = [page.locator(f"#composer-{name}").input_value() for name in ("text", "cc", "state")]
    assert shown == ["Soon", "boss@kunde.example", "waiting_internal"]
    assert page.locator("input[name=kind][value=note]").is_checked()


def test_own_change_is_not_told_as_one_of_somebody_else(page: Page, clock: SteppedClock) -> None:
    clock.go(seconds=1)
    with page.expect_response("**/change"):
        page.locator("[name=urgency]").select_option("4")
    expect(page.locator(".ticket-head")).to_contain_text("High")
    with page.expect_response("**/presence") as told:
        page.evaluate("document.querySelector('#presence').dispatchEvent(new Event('load'))")
    assert "The ticket changed" not in told.value.text()


def test_text_sent_after_the_session_was_over_is_there_again_after_signing_in(
    page: Page, sign_in_page: SignIn, agent: Person, desk: Desk
) -> None:
    ticket = page.url
    desk.session.execute(delete(SignInSession))
    desk.commit()
    page.route("**/draft", lambda route: route.abort())
    type_note(page, "Not lost either")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sign-in?next=/tickets/10001")
    assert sign_in_page(agent).goto(ticket) is not None
    expect(page.locator("#composer-text")).to_have_value("Not lost either")
    assert page.locator("input[name=kind][value=note]").is_checked()


def test_closing_beside_the_thread_leaves_only_the_note_and_the_text(page: Page) -> None:
    page.keyboard.press("r")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.type("Half a sentence")
    page.locator("#state").select_option("closed")
    expect(page.locator("input[name=kind][value=reply]")).to_be_disabled()
    expect(page.locator("input[name=kind][value=note]")).to_be_checked()
    expect(page.locator("#composer-text")).to_have_value("Half a sentence")
    expect(page.locator(".send-reply")).to_be_hidden()


def test_what_was_chosen_to_send_with_stays_when_another_property_changes(page: Page) -> None:
    type_note(page, "Ask again")
    page.locator("#composer-state").select_option("waiting_customer")
    page.locator("#priority").select_option("4")
    expect(page.locator("#timeline")).to_contain_text("the priority")
    expect(page.locator("input[name=kind][value=note]")).to_be_checked()
    expect(page.locator("#composer-state")).to_have_value("waiting_customer")
    assert page.locator("#composer-text").input_value() == "Ask again"
