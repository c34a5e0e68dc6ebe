# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attached pictures in a real browser: a dialog, walked by keyboard, that gives the focus back."""

import struct
import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tresen.desk import Desk
from tresen.files import service as files
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.browser import assert_accessible
from tresen.tickets import service
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], Page]


def png(grey: int) -> bytes:
    """Return a PNG of 60 by 40 pixels of one grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    lines = (b"\0" + bytes([grey]) * 60) * 40
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60, 40, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


@pytest.fixture
def page(sign_in_page: SignIn, agent: Person, customer: Person, desk: Desk) -> Page:
    """Return the page of a ticket with two pictures."""
    ticket = factories.make_ticket(desk, customer)
    kept = [files.store_file(desk, f"{n}.png", "image/png", png(n * 90)).id for n in (1, 2)]
    new = NewMessage("See", "web", files=tuple((file_id, "") for file_id in kept))
    service.add_message(desk, ticket, new)
    desk.commit()
    found = sign_in_page(agent)
    found.goto(f"/tickets/{ticket.number}")
    return found


def test_picture_opens_in_a_dialog_and_keys_walk_on_and_leave(page: Page) -> None:
    first = page.get_by_role("link", name="Show the picture 1.png")
    first.focus()
    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog", name="1.png")
    expect(viewer.locator("img")).to_have_js_property("naturalWidth", 60)
    expect(viewer.get_by_role("button", name="Previous picture")).to_be_disabled()
    assert_accessible(page)
    page.keyboard.press("ArrowRight")
    second = page.get_by_role("dialog", name="2.png")
    expect(second.get_by_role("img")).to_have_attribute("alt", "2.png")
    expect(second.get_by_role("button", name="Next picture")).to_be_disabled()
    download = second.get_by_role("link", name="Download").get_attribute("href")
    assert download == page.locator(".chip[download]").nth(1).get_attribute("href")
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    expect(first).to_be_focused()


def test_dialog_is_left_by_its_button_and_walked_by_mouse(page: Page) -> None:
    page.get_by_role("link", name="Show the picture 2.png").click()
    page.get_by_role("button", name="Previous picture").click()
    expect(page.get_by_role("dialog", name="1.png")).to_be_visible()
    page.locator("#viewer").get_by_role("button", name="Close").click()
    expect(page.locator("#viewer")).to_be_hidden()
