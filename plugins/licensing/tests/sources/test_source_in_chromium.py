# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the source with something on them can be used by everybody, on a phone as well."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tresen.sdk import Desk, Person
from tresen.testing import browser
from tresen_licensing.requests import service, states
from tresen_licensing.sources.distributions import Running

Install = Callable[..., Running]
Again = Callable[..., Running]
Look = Callable[..., int]
CODE = "tresen_kettle/__init__.py"


def fill(install: Install, again: Again, site: Path, look: Look) -> None:
    """Let something run that was changed, something long, and parts of others."""
    one = install()
    (site / CODE).write_text("ANSWER = 43\n")
    edited = again()
    named = {"name": "tresen-customer-relations-of-the-future", "version": "10.11.12.post13"}
    long = replace(edited, origin=replace(edited.origin, **named))
    others = replace(one, is_own=False, origin=replace(one.origin, name="kettle-by-others"))
    look(edited, long, others)


def test_public_pages_can_be_used_by_everybody(
    install: Install, again: Again, site: Path, look: Look, browser_page: Any
) -> None:
    fill(install, again, site, look)
    browser.assert_pages_usable(browser_page, ["/source", "/licensing/source/request"])


def test_pages_of_agents_can_be_used_by_everybody(
    install: Install,
    look: Look,
    desk: Desk,
    administrator: Person,
    sign_in_page: Callable[..., Any],
) -> None:
    look(install())
    wish = service.Wish(states.SOURCE, "Lagerwerk 5.0", states.CARRIER, "To Harbour Street 7")
    row = service.ask(desk, administrator, wish)
    desk.commit()
    register = "/licensing/source-requests"
    paths = ["/licensing/sources", register, f"{register}/{row.id}/answer", "/tickets/10001"]
    browser.assert_pages_usable(sign_in_page(administrator), paths)


def test_archive_is_loaded_with_a_click(install: Install, look: Look, browser_page: Any) -> None:
    look(install())
    browser_page.goto("/source")
    with browser_page.expect_download() as loading:
        browser_page.get_by_role("link", name="tresen-kettle-2.1.tar.gz").click()
    assert loading.value.suggested_filename == "tresen-kettle-2.1.tar.gz"
