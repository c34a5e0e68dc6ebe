# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both sides of a picture in a real browser: taken, covered, sent, drawn on, and shown back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Person, StoredFile
from tresen.testing.browser import (
    ARGUMENTS,
    assert_accessible,
    assert_pages_usable,
    find_chromium,
    guarded_page,
)
from tresen_remote_support import service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.seating import COOKIE
from tresen_remote_support.stills.models import Still

# The browser shares a moving picture of its own, and asks nobody.
SHARING = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
SPOKEN = {
    "en": ("Take a picture of the screen", "Send this picture"),
    "de": ("Bild des Bildschirms aufnehmen", "Dieses Bild senden"),
}
# Returns the distinct colours of a part of the picture at an address.
COLOURS = """async ([url, x, y, w, h]) => {
  const picture = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(x, y, w, h);
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) found.add([...data.slice(at, at + 4)].join(" "));
  return [...found];
}"""
COVERED = ["26 27 32 255"]
# Keeps what was shared, so that a test can see that it was let go.
KEPT = """const ask = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getDisplayMedia = async (wish) => (window.shared = await ask(wish));"""
# Draws lines of noise, so that covering them changes something.
NOISE = """async ([width, height]) => {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  for (let y = 0; y < height; y += 1) {
    context.fillStyle = `hsl(${y * 37 % 360} 90% 50%)`;
    context.fillRect(0, y, width, 1);
  }
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return [...bytes];
}"""


@pytest.fixture(scope="module")
def sharing() -> Iterator[Any]:
    """Return a Chromium that shares a made-up screen without asking."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = find_chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=[*ARGUMENTS, *SHARING])
        yield browser
        browser.close()


@pytest.fixture
def asked() -> list[tuple[str, str]]:
    """Return what the customer's page requested: methods and paths, as they come."""
    return []


@pytest.fixture
def customers_page(
    sharing: Any, live_address: str, seat: str, seat_path: str, asked: list[tuple[str, str]]
) -> Iterator[Any]:
    """Return the customer's page, with the seat and nothing else."""
    with guarded_page(sharing, live_address) as page:
        cookie = {"name": COOKIE, "value": seat, "path": seat_path}
        page.context.add_cookies([{**cookie, "domain": "127.0.0.1"}])
        page.add_init_script(KEPT)
        page.on("request", lambda each: asked.append((each.method, each.url)))
        page.goto(seat_path)
        yield page


@pytest.fixture
def agents_page(
    sharing: Any, live_address: str, agent: Person, sign_in: Callable[..., Any], agent_path: str
) -> Iterator[Any]:
    """Return the agent's page of the session."""
    with guarded_page(sharing, live_address) as page:
        cookies = getattr(sign_in(agent), "_cookies", {}).values()
        page.context.add_cookies(
            [{"name": c.key, "value": c.value, "url": live_address} for c in cookies]
        )
        page.goto(agent_path)
        yield page


def choose(page: Any, width: int, height: int) -> None:
    """Choose a picture with lines in all colours in the file field."""
    body = bytes(page.evaluate(NOISE, [width, height]))
    given = {"name": "screen.png", "mimeType": "image/png", "buffer": body}
    page.locator("input[type=file]").set_input_files(given)
    page.locator(".board").wait_for()


def speak(page: Any, language: str) -> None:
    """Let the page be in a language."""
    page.evaluate(f"document.cookie = 'language={language}; path=/'")
    page.reload()


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw on the board from one place to another, both as shares of its sides."""
    page.locator(".board canvas").scroll_into_view_if_needed()
    box = page.locator(".board canvas").bounding_box()
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def only_still(desk: Desk) -> Still:
    """Return the one picture there is."""
    desk.session.rollback()
    return desk.session.scalars(select(Still)).one()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["en", "de"])
def test_screen_is_taken_covered_and_sent(
    desk: Desk,
    customers_page: Any,
    agents_page: Any,
    asked: list[tuple[str, str]],
    agent_path: str,
    language: str,
) -> None:
    (take, send), page = SPOKEN[language], customers_page
    speak(page, language)
    page.get_by_role("button", name=take).click()
    page.locator(".board").wait_for()
    assert page.evaluate("window.shared.getTracks().map((each) => each.readyState)") == ["ended"]
    drag(page, (0.25, 0.25), (0.75, 0.75))
    assert_accessible(page)
    assert [each for each in asked if each[0] != "GET"] == []
    page.get_by_role("button", name=send).click()
    agents_page.locator("[data-still]").wait_for()
    made = only_still(desk)
    part = [made.width // 4 + 2, made.height // 4 + 2, made.width // 2 - 4, made.height // 2 - 4]
    url = f"{agent_path}/stills/{made.id}/picture"
    assert agents_page.evaluate(COLOURS, [url, *part]) == COVERED
    page.locator("[data-still]").wait_for()


@pytest.mark.timeout(120)
def test_nothing_is_requested_before_the_click(
    customers_page: Any, asked: list[tuple[str, str]], seat_path: str
) -> None:
    choose(customers_page, 300, 200)
    asked.clear()
    drag(customers_page, (0.1, 0.1), (0.5, 0.5))
    customers_page.get_by_role("button", name="Undo the last").click()
    customers_page.wait_for_timeout(100)
    polled = {("state",), ("stills",)}
    assert {(each[1].split("?")[0].rsplit("/", 1)[1],) for each in asked} - polled == set()
    asked.clear()
    customers_page.get_by_role("button", name="Send this picture").click()
    customers_page.get_by_text("The picture is sent.").wait_for()
    sent = [each for each in asked if each[0] == "POST"]
    assert [each[1].endswith(f"{seat_path}/stills") for each in sent] == [True]


@pytest.mark.timeout(120)
def test_phone_sends_a_file_with_two_taps_covered(
    desk: Desk, customers_page: Any, agents_page: Any, agent_path: str
) -> None:
    page = customers_page
    page.set_viewport_size({"width": 390, "height": 844})
    choose(page, 390, 800)
    assert page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    box = page.locator(".board canvas").bounding_box()
    for share in (0.2, 0.6):
        at = {"x": box["width"] * share, "y": box["height"] * share}
        page.locator(".board canvas").click(position=at)
    assert page.locator("[data-counted]").inner_text() == "Covered parts: 1"
    assert_accessible(page)
    page.get_by_role("button", name="Send this picture").click()
    page.get_by_text("The picture is sent.").wait_for()
    made = only_still(desk)
    assert (made.width, made.height) == (390, 800)
    url = f"{agent_path}/stills/{made.id}/picture"
    inside = [int(390 * 0.2) + 3, int(800 * 0.2) + 3, int(390 * 0.4) - 6, int(800 * 0.4) - 6]
    assert agents_page.evaluate(COLOURS, [url, *inside]) == COVERED
    assert len(agents_page.evaluate(COLOURS, [url, 0, 0, 20, 20])) == 20


@pytest.mark.timeout(120)
def test_keyboard_alone_covers_moves_and_sizes(
    desk: Desk, customers_page: Any, agents_page: Any, agent_path: str
) -> None:
    page = customers_page
    choose(page, 500, 500)
    assert page.evaluate("document.activeElement.dataset.do") == "add"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.ariaLabel") == "Covered part 1"
    # A step is 10 pixels here: from 187.5, 225 sized 125 by 50.
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.ariaLabel") == "Covered part 1"
    page.get_by_role("button", name="Cover a part").press("Enter")
    page.keyboard.press("Delete")
    assert page.locator("[data-counted]").inner_text() == "Covered parts: 1"
    page.get_by_role("button", name="Send this picture").press("Enter")
    page.get_by_text("The picture is sent.").wait_for()
    url = f"{agent_path}/stills/{only_still(desk).id}/picture"
    assert agents_page.evaluate(COLOURS, [url, 177, 205, 136, 60]) == COVERED
    around = [[177, 204, 1, 1], [177, 265, 1, 1], [176, 205, 1, 1], [313, 205, 1, 1]]
    assert [agents_page.evaluate(COLOURS, [url, *each]) == COVERED for each in around] == [
        False
    ] * 4


@pytest.mark.timeout(120)
def test_refused_picture_stays_in_the_tool(
    desk: Desk, customers_page: Any, running: RemoteSession
) -> None:
    choose(customers_page, 300, 200)
    drag(customers_page, (0.1, 0.1), (0.5, 0.5))
    service.pause(desk, running)
    desk.commit()
    customers_page.get_by_text("The session has changed meanwhile.").wait_for()
    customers_page.get_by_role("button", name="Send this picture").click()
    said = customers_page.get_by_text("The session is paused: no picture is taken")
    said.wait_for()
    assert customers_page.locator("[data-counted]").inner_text() == "Covered parts: 1"
    assert desk.session.scalars(select(StoredFile.id)).all() == []
    customers_page.get_by_role("button", name="Discard").click()
    # Nothing holds the page any more: it shows how things stand.
    customers_page.get_by_text("Paused: nothing of your screen is seen.").wait_for()


@pytest.mark.timeout(120)
def test_what_is_no_picture_is_told_before_anything_is_sent(
    customers_page: Any, asked: list[tuple[str, str]]
) -> None:
    svg = {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    customers_page.locator("input[type=file]").set_input_files(svg)
    customers_page.get_by_text("This is no picture that is taken").wait_for()
    assert [each for each in asked if each[0] == "POST"] == []


@pytest.mark.timeout(120)
def test_picture_that_was_chosen_before_the_tool_came_is_opened(customers_page: Any) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    customers_page.route("**/stills/covering.js", hold)
    customers_page.reload(wait_until="commit")
    body = bytes(customers_page.evaluate(NOISE, [30, 20]))
    given = {"name": "screen.png", "mimeType": "image/png", "buffer": body}
    customers_page.locator("input[type=file]").set_input_files(given)
    assert customers_page.locator(".board").is_hidden()
    held[0].continue_()
    customers_page.locator(".board").wait_for()
    assert customers_page.locator(".board canvas").get_attribute("width") == "30"


@pytest.mark.timeout(120)
def test_pasted_picture_is_opened(customers_page: Any) -> None:
    body = customers_page.evaluate(NOISE, [30, 20])
    customers_page.evaluate(
        """(bytes) => {
          const clipboardData = new DataTransfer();
          const file = new File([new Uint8Array(bytes)], "a.png", { type: "image/png" });
          clipboardData.items.add(file);
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
        }""",
        body,
    )
    customers_page.locator(".board").wait_for()
    assert customers_page.locator(".board canvas").get_attribute("width") == "30"


@pytest.mark.timeout(120)
def test_agents_drawing_comes_to_the_customer(
    desk: Desk, customers_page: Any, agents_page: Any, keep: Callable[..., Still], png: Any
) -> None:
    first = keep(png(300, 200))
    agents_page.locator("[data-still]").wait_for()
    with agents_page.context.expect_page() as opened:
        agents_page.locator("[data-still] a").click()
    page = opened.value
    page.locator(".board").wait_for()
    drag(page, (0.2, 0.2), (0.6, 0.6))
    page.get_by_label("Rectangle").check()
    page.get_by_label("Blue").check()
    page.get_by_role("button", name="Put one in the middle").press("Enter")
    page.keyboard.press("ArrowDown")
    page.get_by_role("radio", name="Pen").check()
    assert page.get_by_role("button", name="Put one in the middle").is_disabled()
    drag(page, (0.8, 0.8), (0.9, 0.9))
    assert page.locator("[data-counted]").inner_text() == "Drawn shapes: 3"
    assert_accessible(page)
    page.get_by_label("Words with it").fill("Press here")
    page.get_by_role("button", name="Show it to the customer").click()
    page.get_by_text("The customer sees your drawing now.").wait_for()
    customers_page.get_by_text("Anna Agent drew this on your picture").wait_for()
    customers_page.get_by_text("Press here").wait_for()
    drawn = desk.session.scalars(select(Still).where(Still.original_id == first.id)).one()
    assert (drawn.width, drawn.height) == (300, 200)
    assert_accessible(customers_page)


@pytest.mark.timeout(300)
def test_pages_with_pictures_can_be_used_by_everybody(
    agents_page: Any,
    customers_page: Any,
    running: RemoteSession,
    keep: Callable[..., Still],
    draw: Callable[..., Still],
) -> None:
    made = keep()
    draw(made)
    own = f"/remote_support/sessions/{running.reference}"
    assert_pages_usable(agents_page, [own, f"{own}/stills/{made.id}"])
    assert_pages_usable(customers_page, [f"/remote_support/seat/{running.reference}"])
