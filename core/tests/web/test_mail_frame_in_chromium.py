# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a real browser does with the sandboxed frame: its images, its links, its look."""

import struct
import zlib

import pytest
from playwright.sync_api import Browser, expect
from tresen.testing.browser import guarded_page
from tresen.testing.live import served
from tresen.web.mail_frame import SANDBOX, mail_frame
from tresen.web.media import file_headers
from tresen.web.sanitise import sanitise_mail_html
from werkzeug.wrappers import Request, Response


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00"))
    + chunk(b"IEND", b"")
)
MAIL = '<p style="color:#c00">Hello</p><img src="cid:a"><a href="https://x.example/">go</a>'


class Site:
    """A page around the frame of one mail, with a session cookie, and the mail's picture."""

    def __init__(self, picture: dict[str, str], mail: str = MAIL) -> None:
        self.frame = mail_frame(sanitise_mail_html(mail, cid_urls={"a": "/a.png"}))
        self.picture = picture
        self.cookies: dict[str, str] = {}

    @Request.application
    def __call__(self, asked: Request) -> Response:
        self.cookies[asked.path] = asked.headers.get("Cookie", "")
        if asked.path == "/a.png":
            return Response(PNG, headers=self.picture)
        if asked.path == "/frame":
            return Response(self.frame.body, headers=self.frame.headers)
        page = f'<iframe name=mail sandbox="{SANDBOX}" src=/frame title=Mail></iframe>'
        response = Response(page, content_type="text/html")
        response.set_cookie("session", "secret", httponly=True, samesite="Lax")
        return response


@pytest.mark.parametrize(("may_show", "failed"), [(True, []), (False, ["/a.png"])])
def test_frame_shows_own_pictures_without_the_session(
    chromium: Browser, may_show: bool, failed: list[str]
) -> None:
    site = Site(file_headers("a.png", "image/png", PNG, may_show=may_show))
    failures: list[str] = []
    with served(site) as address, guarded_page(chromium, address) as page:
        page.on("requestfailed", lambda request: failures.append(request.url))
        page.goto("/")
        page.wait_for_load_state("networkidle")
    assert [url.removeprefix(address) for url in failures] == failed
    assert site.cookies["/a.png"] == ""


def test_frame_applies_the_styles_of_the_mail_on_white(chromium: Browser) -> None:
    site = Site(file_headers("a.png", "image/png", PNG, may_show=True))
    complaints: list[str] = []
    with (
        served(site) as address,
        guarded_page(chromium, address, color_scheme="dark") as page,
    ):
        page.on("console", lambda line: complaints.append(line.text))
        page.goto("/frame")
        colours = page.evaluate(
            "() => ['p', 'body'].map(name => getComputedStyle(document.querySelector(name)))"
            ".map(style => [style.color, style.backgroundColor])"
        )
    assert colours[0][0] == "rgb(204, 0, 0)"
    assert colours[1] == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert complaints == []


def test_quote_is_folded_and_opens_without_script(chromium: Browser) -> None:
    site = Site(
        {}, '<p>New</p><div class="gmail_quote">On Monday<blockquote>Old</blockquote></div>'
    )
    with served(site) as address, guarded_page(chromium, address) as page:
        page.goto("/")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_text("New")).to_be_visible()
        expect(frame.get_by_text("Old")).to_be_hidden()
        frame.get_by_text("Quoted text").click()
        expect(frame.get_by_text("Old")).to_be_visible()
