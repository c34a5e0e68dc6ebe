# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pytest plugin: Chromium, pages that may talk to nobody else, and the check by axe.

Why: what a stranger's text does, and whether a page can be used by everybody, only a real browser
can say. Without Chromium or Playwright these tests are skipped and counted.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tresen.testing.live import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

    from tresen.desk import Desk

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Language, width in pixels and colour scheme in which pages are looked at.
_DRESSES: "tuple[tuple[str, int, Literal['dark', 'light']], ...]" = (
    ("de", 390, "dark"),
    ("en", 1440, "light"),
)
# Milliseconds that a page may take to become what is expected of it, on a machine that is busy.
PATIENCE = 30_000
_LOCAL_SCHEMES = {"about", "data", "blob", "chrome-error"}


def find_chromium() -> str | None:
    """Return the program that `TRESEN_CHROMIUM` names, or the first that is on the path."""
    found = (shutil.which(name) for name in _PROGRAMS)
    return os.environ.get("TRESEN_CHROMIUM") or next(filter(None, found), None)


# One per module, not per session: while Playwright runs, its thread may start no other event loop,
# which tests of other modules need.
@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """Return a running Chromium; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = find_chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def live_address(app: Flask, desk: "Desk") -> Iterator[str]:
    """Return the address at which the application is served."""
    with served(app) as address:
        yield address
        # The last requests need the database before the server ends, and SQLite has one writer.
        desk.rollback()


@pytest.fixture
def browser_page(chromium: "Browser", live_address: str) -> Iterator["Page"]:
    """Return an empty page that may talk to the application alone; paths are relative to it."""
    with guarded_page(chromium, live_address) as page:
        yield page


@pytest.fixture
def sign_in_page(
    browser_page: "Page", live_address: str, sign_in: Callable[..., object]
) -> Callable[..., "Page"]:
    """Return a function that signs a person in on `browser_page` and gives the page."""

    def signed_in(person: object) -> "Page":
        client = sign_in(person)
        cookies = getattr(client, "_cookies", {}).values()
        browser_page.context.add_cookies(
            [{"name": c.key, "value": c.value, "url": live_address} for c in cookies]
        )
        return browser_page

    return signed_in


@contextmanager
def guarded_page(browser: "Browser", address: str, **options: object) -> Iterator["Page"]:
    """Yield a page that reaches `address` alone; any other request is cut and fails the test.

    `options` are those of Playwright's ``new_context``, such as ``viewport`` or ``color_scheme``.
    """
    with ExitStack() as stack:
        context: BrowserContext = browser.new_context(base_url=address, **options)  # type: ignore[arg-type] # passed through
        stack.callback(context.close)
        # A page that is still loading waits for our word on its requests, and closing for the page.
        stack.callback(context.unroute_all, behavior="ignoreErrors")
        stack.callback(_leave_pages, context)
        strays = _guarded(context, urlsplit(address).netloc)
        yield context.new_page()
    assert strays == [], f"The page asked elsewhere: {strays}"


def _leave_pages(context: "BrowserContext") -> None:
    """Stop what the pages load while each request is still judged, so that none slips through."""
    from playwright.sync_api import Error  # noqa: PLC0415 - without Playwright there is no page

    for page in context.pages:
        with suppress(Error):  # a page that goes elsewhere by itself in this moment
            page.goto("about:blank", timeout=5_000)


def _guarded(context: "BrowserContext", host: str) -> list[str]:
    strays: list[str] = []

    def decide(route: "Route", request: "Request") -> None:
        parts = urlsplit(request.url)
        if parts.netloc == host or parts.scheme in _LOCAL_SCHEMES:
            route.continue_()
        else:
            strays.append(request.url)
            route.abort()

    context.route("**/*", decide)
    return strays


def assert_pages_usable(page: "Page", paths: Sequence[str]) -> None:
    """Fail unless every page answers, fits its window and can be used by everybody.

    Each is looked at in German on a dark phone and in English on a bright desk, and must not make
    the browser complain, as it does of a page that breaks its own content policy.
    """
    complaints: list[str] = []
    page.on("console", lambda said: complaints.extend([said.text] if said.type == "error" else []))
    for language, width, scheme in _DRESSES:
        page.goto(paths[0])
        page.evaluate(f"document.cookie = 'language={language}; path=/'")
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for path in paths:
            answer = page.goto(path)
            assert (path, answer and answer.status) == (path, 200)
            assert page.locator("html").get_attribute("lang") == language
            is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert (path, width, is_wider) == (path, width, False)
            assert_accessible(page)
    assert complaints == []


def assert_accessible(page: "Page") -> None:
    """Fail when axe finds anything serious or critical on `page` as it stands."""
    page.evaluate(f"{_axe_source()}; null")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = {
        f"{rule['id']}: {rule['help']}": [node["target"] for node in rule["nodes"][:5]]
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
    }
    assert serious == {}


def _axe_source() -> str:
    """Return axe from the asset build, otherwise the copy that axe-playwright-python brings."""
    built = Path("node_modules/axe-core/axe.min.js")
    if not built.exists():
        package = pytest.importorskip("axe_playwright_python", reason="axe is not installed")
        built = Path(package.__file__).with_name("axe.min.js")
    return built.read_text("utf-8")
