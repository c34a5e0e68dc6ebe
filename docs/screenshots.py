# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes the pictures of README and documentation: `python docs/screenshots.py`.

Why: a picture made by hand is out of date soon. This one command fills a demo, opens each page in
Chromium, wide and narrow, light and dark, and writes them to `docs/pictures/`.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).resolve().parent / "pictures"
AGENT = "jonas.petersen@birkenhof.example"
CUSTOMER = "birgit.thomsen@gruenhafen.example"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
SIZES = ((1440, 900), (390, 844))
# Seconds until a freshly filled demo answers, on a slow machine.
PATIENCE = 180


@dataclass(frozen=True)
class Demo:
    """A running demo: its address, and the password of everybody in it."""

    address: str
    password: str


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Fill and serve a demo in a folder of its own until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tresen", "demo", "--folder", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
        try:
            yield _greeting(process)
        finally:
            process.terminate()
            process.wait()


def _greeting(process: "subprocess.Popen[str]") -> Demo:
    address = ""
    for line in process.stdout or ():
        if " is open: " in line:
            address = line.rpartition(" ")[2].strip()
        if line.strip().startswith("password"):
            urlopen(f"{address}/healthz", timeout=PATIENCE).close()  # noqa: S310 - loopback
            return Demo(address, line.split()[1])
    raise SystemExit("The demo ended before it was open; `tresen demo` says why.")


def main() -> None:
    """Take every picture anew."""
    PICTURES.mkdir(exist_ok=True)
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    with running_demo() as demo, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=CHROMIUM)
        for size, scheme in product(SIZES, ("light", "dark")):
            take_all(browser, demo, size, scheme)
        browser.close()


def take_all(browser: Browser, demo: Demo, size: tuple[int, int], scheme: str) -> None:
    """Take the pictures of one width and scheme, as an agent and as a customer."""
    mark = f"{scheme}-{size[0]}"
    for who, pages in ((AGENT, agent_pages), (CUSTOMER, customer_pages)):
        options = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=options, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]  # scheme is one of two words
        page = context.new_page()
        page.goto(f"{demo.address}/sign-in")
        if who == AGENT:
            take(page, f"sign-in-{mark}")
        page.fill("#address", who)
        page.fill("#password", demo.password)
        page.click("form.card button.button-main")
        page.wait_for_load_state()
        for name in pages(page, demo.address):
            take(page, f"{name}-{mark}")
        context.close()


def agent_pages(page: Page, address: str) -> Iterator[str]:
    """Open an agent's pages one after the other and yield their names."""
    page.goto(f"{address}/tickets/")
    yield "list"
    page.goto(address + str(page.locator("table.list tbody a").nth(4).get_attribute("href")))
    page.wait_for_timeout(500)
    yield "ticket"


def customer_pages(page: Page, address: str) -> Iterator[str]:
    """Open a customer's pages one after the other and yield their names."""
    page.goto(f"{address}/")
    yield "portal"
    page.locator(".requests a").first.click()
    page.wait_for_load_state()
    yield "request"


def take(page: Page, name: str) -> None:
    """Write the picture of what the page shows."""
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
