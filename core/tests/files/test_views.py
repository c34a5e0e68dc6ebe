# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed links hand out one picture for ten minutes; all else is a download or nothing."""

import struct
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.files import service, views
from tresen.web.signed_links import sign

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 2, 2) + b"\x08\x02"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def shown(app: Flask, desk: Desk, name: str, body: bytes) -> str:
    """Store a file and return the signed address under which it is shown."""
    file = service.store_file(desk, name, "image/png", body)
    desk.commit()
    with app.test_request_context():
        return views.shown_address(file.public_id)


def test_picture_is_shown_to_the_frame(app: Flask, client: FlaskClient, desk: Desk) -> None:
    answer = client.get(shown(app, desk, "Größe.png", PNG))
    assert (answer.status_code, answer.data, answer.content_type) == (200, PNG, "image/png")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Content-Disposition"].partition(";")[0] == "inline"
    assert answer.headers["Cache-Control"] == "private, max-age=600"


@pytest.mark.parametrize("body", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>x"])
def test_other_file_is_a_download_even_then(
    app: Flask, client: FlaskClient, desk: Desk, body: bytes
) -> None:
    answer = client.get(shown(app, desk, "a.png", body))
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename=a.png"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )


def test_link_ends_after_ten_minutes(app: Flask, client: FlaskClient, desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        address = shown(app, desk, "a.png", PNG)
        statuses = []
        for seconds in (600, 1):
            now.shift(seconds)
            statuses.append(client.get(address).status_code)
    assert statuses == [200, 404]


@pytest.mark.parametrize("change", ["cut", "other purpose", "no file", "public name"])
def test_link_not_signed_for_this_leads_nowhere(
    app: Flask, client: FlaskClient, desk: Desk, change: str
) -> None:
    file = service.store_file(desk, "a.png", "image/png", PNG)
    desk.commit()
    with app.test_request_context():
        address = views.shown_address(file.public_id)
        token = {
            "cut": address.rpartition("/")[2][:-1],
            "other purpose": sign("remote image", file.public_id),
            "no file": sign("shown file", "0" * 32),
            "public name": file.public_id,
        }[change]
    assert client.get(f"/files/shown/{token}").status_code == 404


@pytest.mark.parametrize("address", ["http://127.0.0.1/a.png", "http://[::1]/", "file:///a.png"])
def test_remote_image_inside_the_network_is_refused(
    app: Flask, client: FlaskClient, address: str
) -> None:
    with app.test_request_context():
        door = views.remote_address(address)
    assert door is not None
    assert client.get(door).status_code == 422


def test_remote_image_with_an_endless_address_stays_blocked(app: Flask) -> None:
    with app.test_request_context():
        assert views.remote_address("https://example.com/" + "x" * 2_000) is None


def test_remote_image_unsigned_is_not_fetched(client: FlaskClient) -> None:
    assert client.get("/files/remote/http%3A%2F%2Fexample.com").status_code == 404
