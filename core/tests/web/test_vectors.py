# SPDX-License-Identifier: AGPL-3.0-or-later
"""Known attacks, through each way a stranger's text takes to a page, in a real browser.

None runs, none asks another host, none breaks out of its place; in the mail frame and in a page
that has no policy at all to fall back on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser, Page
from tresen.testing.browser import guarded_page
from tresen.testing.live import served
from tresen.web.file_names import clean_file_name, content_disposition
from tresen.web.html_text import html_to_text
from tresen.web.mail_frame import SANDBOX, mail_frame
from tresen.web.markdown import markdown_to_html
from tresen.web.plain_text import FoldTitles, text_to_html
from tresen.web.quotes import quote_for_reply
from tresen.web.sanitise import SafeHtml, sanitise_mail_html
from tresen.web.text import one_line, visible_text
from web.vectors import COLLECTIONS, vectors
from werkzeug.wrappers import Request, Response


def as_mail(vector: str) -> str:
    return sanitise_mail_html(vector, cid_urls={"own": "/own.png"}).html


def as_markdown(vector: str) -> str:
    return str(markdown_to_html(vector))


def as_plain(vector: str) -> str:
    return str(text_to_html(vector, FoldTitles("Quote", "Signature")))


def as_reply(vector: str) -> str:
    return str(markdown_to_html(quote_for_reply(html_to_text(vector), f"{vector} wrote:")))


def as_name(vector: str) -> str:
    name, file = one_line(vector), clean_file_name(vector)
    return str(Markup('<b title="{}">{}</b><i>{}</i>').format(name, file, visible_text(vector)))


WAYS: dict[str, Callable[[str], str]] = {
    "mail": as_mail,
    "markdown": as_markdown,
    "plain": as_plain,
    "reply": as_reply,
    "name": as_name,
}
# What the browser made of each place: anything that could act, and whether reading it anew differs.
INSPECT = """() => {
  const tags = new Set(`a abbr address article b bdi bdo big blockquote br caption center cite code
    col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6
    header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub
    summary sup table tbody td tfoot th thead tr tt u ul var wbr`.split(/\\s+/));
  const names = new Set(`align alt bgcolor border cellpadding cellspacing class color colspan dir
    face height href lang rel rowspan size span src start style target title type valign value
    width`.split(/\\s+/));
  const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:']);
  const bad = [];
  const places = [...document.querySelectorAll('main > section')];
  for (const place of places) {
    for (const element of place.querySelectorAll('*')) {
      if (!tags.has(element.localName)) bad.push([place.id, element.outerHTML.slice(0, 200)]);
      for (const {name, value} of element.attributes) {
        const isLink = name !== 'href' || schemes.has(element.protocol);
        const isOwn = name !== 'src' || value === '/own.png' || value.startsWith('data:image/');
        if (!names.has(name) || !isLink || !isOwn) bad.push([place.id, name, value]);
      }
    }
    const again = document.createElement('section');
    again.id = place.id;
    again.innerHTML = place.innerHTML;
    if (!again.isEqualNode(place)) bad.push([place.id, 'reads differently', place.innerHTML]);
  }
  return [places.map(place => place.id), bad];
}"""
ALARM = """for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
  window[name] = () => console.error(`${name} was called`);"""


class Site:
    """Serves one page and its frame, and counts who asked for what."""

    def __init__(self, places: list[str]) -> None:
        self.asked: list[str] = []
        body = "".join(f'<section id="n{n}">{html}</section>' for n, html in enumerate(places))
        frame = mail_frame(SafeHtml(f"<main>{body}</main>"))
        bare = {"Content-Type": "text/html; charset=utf-8"}
        self.pages = {
            "/bare": (
                f"<!doctype html><title>t</title><main>{body}</main>",
                bare,
            ),
            "/frame": (frame.body, frame.headers),
            "/around": (
                f'<!doctype html><title>t</title><iframe sandbox="{SANDBOX}" src="/frame">',
                bare | {"Content-Security-Policy": "frame-src 'self'"},
            ),
        }

    @Request.application
    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        body, headers = self.pages.get(request.path, ("", {}))
        return Response(body, 200 if body else 404, headers)


@contextmanager
def opened(chromium: Browser, site: Site) -> Iterator[tuple[Page, list[str]]]:
    """Yield a page on which everything that runs or complains ends in the list."""
    alarms: list[str] = []
    with served(site) as address, guarded_page(chromium, address) as page:
        page.on("dialog", lambda dialog: alarms.append(dialog.message))
        page.on("pageerror", lambda error: alarms.append(str(error)))
        page.on("console", lambda line: alarms.append(line.text))
        page.add_init_script(ALARM)
        yield page, alarms


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_attack_finds_nothing_to_hold_on_to(chromium: Browser, collection: str, way: str) -> None:
    places = [WAYS[way](vector) for vector in vectors(collection)]
    site = Site(places)
    with opened(chromium, site) as (page, alarms):
        page.goto("/bare")
        ids, bad = page.evaluate(INSPECT)
        assert (ids, bad) == ([f"n{n}" for n in range(len(places))], [])
        page.mouse.move(200, 200)
        page.keyboard.press("Tab")
        page.goto("/around")
    assert alarms == []
    assert set(site.asked) <= {"/bare", "/around", "/frame", "/own.png", "/favicon.ico"}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_attack_on_mail_is_cleaned_for_good(collection: str) -> None:
    once = [sanitise_mail_html(vector).html for vector in vectors(collection)]
    assert [sanitise_mail_html(html).html for html in once] == once


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_attack_in_a_file_name_stays_one_header(collection: str) -> None:
    headers = [content_disposition(vector) for vector in vectors(collection)]
    assert [header for header in headers if not header.isascii() or not header.isprintable()] == []


def test_alarm_is_heard(chromium: Browser) -> None:
    with opened(chromium, Site(["<img src=x onerror=alert(1)>"])) as (page, alarms):
        with page.expect_console_message(lambda line: line.text == "alert was called"):
            page.goto("/bare")
        assert page.evaluate(INSPECT)[1] != []
    assert "alert was called" in alarms


def test_frame_stops_what_the_cleaner_might_miss(chromium: Browser) -> None:
    attack = (
        "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)></svg>"
        "<style>@import '/sheet.css'; main{background:url(/ground.png)}</style>"
        "<link rel=stylesheet href=/sheet.css><iframe src=/inner></iframe>"
        "<object data=/inner></object><video src=/film></video><base href=/other/>"
    )
    site = Site([attack])
    with opened(chromium, site) as (page, alarms):
        page.goto("/around")
        page.wait_for_load_state("networkidle")
    assert [line for line in alarms if "was called" in line] == []
    assert set(site.asked) <= {"/around", "/frame", "/x", "/favicon.ico"}
