# SPDX-License-Identifier: AGPL-3.0-or-later
"""The browser fixtures serve the application, keep pages at home and notice barriers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page
from tresen.people.models import Person
from tresen.testing.browser import assert_accessible, find_chromium, guarded_page
from tresen.testing.live import served


def page_of(body: str) -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "page", lambda: f"<html lang=en><title>t</title><main>{body}</main>")
    return app


def test_page_reaches_the_application(browser_page: Page) -> None:
    answer = browser_page.goto("/")
    assert answer is not None
    assert answer.status == 200


def test_page_of_a_person_is_signed_in(
    sign_in_page: Callable[[Person], Page], agent: Person
) -> None:
    page = sign_in_page(agent)
    page.goto("/")
    assert page.get_by_text(agent.name).count() > 0


def test_page_that_asks_elsewhere_fails(chromium: Browser) -> None:
    with (
        served(page_of("<img src=http://127.0.0.1:9/x>")) as address,
        pytest.raises(AssertionError, match="The page asked elsewhere"),
        guarded_page(chromium, address) as page,
    ):
        page.goto("/")


def test_page_that_is_loading_again_can_be_left(chromium: Browser) -> None:
    with served(page_of("<img src=/x>" * 9)) as address:
        for _time in range(3):
            with guarded_page(chromium, address) as page:
                page.goto("/")
                page.evaluate("() => { setTimeout(() => location.reload(), 0) }")
        assert chromium.contexts == []


def test_page_that_is_left_asks_for_nothing_more(chromium: Browser) -> None:
    app = page_of("<p>fine</p>")
    asked: list[str] = []
    app.before_request(lambda: asked.append(request.path))
    with served(app) as address:
        for _time in range(5):
            with guarded_page(chromium, address) as page:
                page.goto("/")
    assert asked == ["/"] * 5


@pytest.mark.parametrize(("body", "is_fine"), [("<h1>a</h1>", True), ("<input>", False)])
def test_barriers_are_found(chromium: Browser, body: str, is_fine: bool) -> None:
    with served(page_of(body)) as address, guarded_page(chromium, address) as page:
        page.goto("/")
        if is_fine:
            assert_accessible(page)
        else:
            with pytest.raises(AssertionError, match="label"):
                assert_accessible(page)


def test_chromium_is_the_named_one_or_the_first_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRESEN_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = [find_chromium()]
    for name in ("google-chrome", "chromium"):
        program = tmp_path / name
        program.touch(mode=0o755)
        found.append(find_chromium())
    monkeypatch.setenv("TRESEN_CHROMIUM", "/opt/chromium")
    found.append(find_chromium())
    assert found == [
        None,
        str(tmp_path / "google-chrome"),
        str(tmp_path / "chromium"),
        "/opt/chromium",
    ]
