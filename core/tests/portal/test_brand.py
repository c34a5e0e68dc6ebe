# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator's logo and accent: kept, checked, served safely, seen by visitors."""

import io
import re
import struct
import zlib
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Desk
from tresen.errors import Refused
from tresen.files.models import StoredFile
from tresen.people import privacy
from tresen.people.models import Person
from tresen.portal import brand
from tresen.settings import service as settings
from tresen.web.colours import Colour, contrast, readable_on

SignIn = Callable[[Person], FlaskClient]
FORM = "/admin/settings/portal"
STYLE = re.compile(r'<link rel="stylesheet" href="(/brand/style/[^"]+)">')
LOGO = re.compile(r'<img src="(/brand/[^"]+)" alt="" height="\d+">')


def png(width: int = 1, height: int = 1, padding: int = 0) -> bytes:
    """Return a PNG of one colour, followed by so many more bytes."""
    rows = b"".join(b"\0" + b"\x3a\x53\xc5" * width for _row in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + b"\0" * padding


@pytest.fixture
def boss(administrator: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(administrator)


def upload(browser: FlaskClient, body: bytes | None = None, **colours: str) -> object:
    form: dict[str, object] = {"accent_light": "", "accent_dark": ""} | colours
    if body is not None:
        form["logo"] = (io.BytesIO(body), "our logo.svg")
    return browser.post(FORM, data=form, content_type="multipart/form-data")


def test_visitors_see_the_logo(app: Flask, boss: FlaskClient) -> None:
    upload(boss, png())
    visitor = app.test_client()
    addresses = [LOGO.findall(visitor.get(path).text) for path in ("/sign-in", "/requests/new")]
    answer = visitor.get(addresses[0][0])
    assert (addresses[0], answer.data) == (addresses[1], png())
    headers = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Content-Disposition")
    assert [answer.headers[name].partition(";")[0] for name in headers] == [
        "image/png",
        "public, max-age=31536000, immutable",
        "nosniff",
        "inline",
    ]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_name_of_the_operator_stands_beside_it(app: Flask, boss: FlaskClient) -> None:
    upload(boss, png())
    page = app.test_client().get("/requests/new").text
    assert re.search(r'<img src="/brand/[^"]+" alt="" height="28"><span>Tresen</span>', page)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "must be a PNG"),
        (b"GIF89a" + b"\x01\0\x01\0" + b"\0" * 20, "must be a PNG"),
        (png(padding=brand.MOST_BYTES), "200 kB and 2,000 pixels"),
        (png(2_001, 1), "200 kB and 2,000 pixels"),
    ],
)
def test_what_is_no_logo_is_refused(
    boss: FlaskClient, desk: Desk, body: bytes, sentence: str
) -> None:
    answer = upload(boss, body)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert desk.session.scalars(select(StoredFile)).all() == []


def test_logo_stays_when_colours_change_and_goes_with_the_defaults(
    app: Flask, boss: FlaskClient
) -> None:
    upload(boss, png())
    before = LOGO.findall(app.test_client().get("/sign-in").text)
    upload(boss, accent_light="#1c6e3c")
    after = LOGO.findall(app.test_client().get("/sign-in").text)
    boss.post(f"{FORM}/reset")
    gone = app.test_client().get(before[0]).status_code
    assert (len(before), after, gone) == (1, before, 404)
    assert LOGO.findall(app.test_client().get("/sign-in").text) == []


def test_logo_stays_when_who_brought_it_is_erased(
    app: Flask, boss: FlaskClient, desk: Desk, administrator: Person
) -> None:
    upload(boss, png())
    file = desk.session.scalars(select(StoredFile)).one()
    assert (file.uploader_id, file.name) == (None, "logo.png")
    assert "logo.png" not in privacy.export(desk, administrator.id)


def test_another_file_is_never_handed_out(app: Flask, boss: FlaskClient, desk: Desk) -> None:
    upload(boss, png())
    other = brand.keep_logo(desk, png(2, 2))
    desk.commit()
    assert app.test_client().get(f"/brand/{other}").status_code == 404


def test_visitors_see_the_accent_by_a_sheet_of_its_own(app: Flask, boss: FlaskClient) -> None:
    upload(boss, accent_light="#1C6E3C", accent_dark="#7bd69a")
    visitor = app.test_client()
    address = STYLE.findall(visitor.get("/sign-in").text)[0]
    answer = visitor.get(address)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == (
        "text/css",
        "public, max-age=31536000, immutable",
    )
    assert answer.text.count("--accent:#1c6e3c;--accent-fill:#1c6e3c;") == 2
    assert answer.text.count("--accent:#7bd69a;--accent-fill:#7bd69a;") == 2
    assert answer.text.count("--on-accent:#ffffff") == answer.text.count("--on-accent:#000000") == 2
    upload(boss, accent_light="#3a53c5")
    assert visitor.get(address).status_code == 404


def test_theme_without_a_colour_keeps_that_of_tresen(desk: Desk) -> None:
    settings.write(desk, brand.SETTINGS, {"accent_dark": "#7bd69a"})
    sheet = brand.style_sheet(desk)
    assert ("data-theme=dark]{" in sheet, "data-theme=light]{" in sheet) == (True, False)


def test_nothing_chosen_leaves_the_pages_as_they_were(app: Flask) -> None:
    page = app.test_client().get("/sign-in").text
    assert (STYLE.findall(page), LOGO.findall(page)) == ([], [])


@pytest.mark.parametrize(
    ("field", "colour", "sentence"),
    [
        (
            "accent_light",
            "#ffcc00",
            (
                "#ffcc00 cannot be read well on its ground: the contrast is 1.3 to 1, and WCAG AA "
                "asks for 4.5 to 1. Choose a darker colour."
            ),
        ),
        (
            "accent_dark",
            "#1c6e3c",
            (
                "#1c6e3c cannot be read well on its ground: the contrast is 2.5 to 1, and WCAG AA "
                "asks for 4.5 to 1. Choose a lighter colour."
            ),
        ),
        ("accent_light", "url(x)", "“url(x)” is no colour. Write it as #3a53c5."),
        ("accent_dark", "red;}*{x:y", "“red;}*{x:y” is no colour. Write it as #3a53c5."),
    ],
)
def test_colour_that_cannot_be_read_is_refused(
    boss: FlaskClient, desk: Desk, field: str, colour: str, sentence: str
) -> None:
    answer = upload(boss, **{field: colour})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert settings.read(desk, brand.SETTINGS)[field] == ""


@pytest.mark.parametrize("ground", [brand.LIGHT, brand.DARK])
def test_whatever_is_taken_can_be_read_both_ways(ground: Colour) -> None:
    taken = 0
    for shade in range(0, 256, 15):
        for colour in (Colour(shade, 80, 160), Colour(200, shade, 40), Colour(shade, shade, shade)):
            try:
                brand.accent(str(colour), ground)
            except Refused:
                assert contrast(colour, ground) < 4.5
            else:
                taken += 1
                assert contrast(readable_on(colour), colour) >= 4.5
    assert taken > 0


def test_agents_pages_ask_for_no_brand(boss: FlaskClient, agent: Person, sign_in: SignIn) -> None:
    upload(boss, png(), accent_light="#1c6e3c")
    page = sign_in(agent).get("/tickets/").text
    assert "/brand/" not in page
