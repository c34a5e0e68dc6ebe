# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file's own bytes decide what a browser is told about it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.media import Image, file_headers, image_of

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x06\x00\x00\x00"
)
GIF = b"GIF89a" + struct.pack("<HH", 32, 16) + b"\x00\x00\x00"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xff\xc0\x00\x11\x08" + struct.pack(">HH", 300, 400) + b"\x03\x01\x22\x00"
)
WEBP_LOSSY = b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x40\x01\xf0\x00"
WEBP_LOSSLESS = b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + struct.pack(
    "<I", 99 | 49 << 14
)
WEBP_EXTENDED = (
    b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x03\x00\xff\x01\x00"
)


@pytest.mark.parametrize(
    ("data", "image"),
    [
        (PNG, Image("image/png", 640, 480)),
        (GIF, Image("image/gif", 32, 16)),
        (JPEG, Image("image/jpeg", 400, 300)),
        (WEBP_LOSSY, Image("image/webp", 320, 240)),
        (WEBP_LOSSLESS, Image("image/webp", 100, 50)),
        (WEBP_EXTENDED, Image("image/webp", 1024, 512)),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html>", None),
        (PNG[:18], None),
        (JPEG[:24], None),
        (b"\xff\xd8\xff\xe0\x00\x00", None),
        (b"", None),
    ],
)
def test_image_is_known_by_its_bytes(data: bytes, image: Image | None) -> None:
    assert image_of(data) == image


@given(
    st.sampled_from([PNG, GIF, JPEG, WEBP_LOSSY, WEBP_EXTENDED]), st.binary(max_size=60), st.data()
)
def test_image_with_broken_bytes_never_fails(
    good: bytes, noise: bytes, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(good)))
    assert isinstance(image_of(good[:cut] + noise), Image | None)


@pytest.mark.parametrize(("side", "is_showable"), [(6_324, True), (6_325, False), (50_000, False)])
def test_image_of_many_pixels_is_not_shown(side: int, is_showable: bool) -> None:
    assert Image("image/png", side, side).is_showable is is_showable


@pytest.mark.parametrize(
    ("declared", "data", "media_type"),
    [
        ("application/pdf", b"%PDF-1.7", "application/pdf"),
        ("text/plain; charset=latin-1", b"x", "text/plain; charset=utf-8"),
        ("text/html", b"<script>", "application/octet-stream"),
        ("image/svg+xml", b"<svg>", "application/octet-stream"),
        ("application/xhtml+xml", b"<html>", "application/octet-stream"),
        ("text/xml", b"<a/>", "application/octet-stream"),
        ("image/png", b"<svg>", "application/octet-stream"),
        ("image/svg+xml", PNG, "image/png"),
        ("text/html\r\nX: y", b"x", "application/octet-stream"),
    ],
)
def test_media_type_comes_from_list_or_bytes(declared: str, data: bytes, media_type: str) -> None:
    assert file_headers("x", declared, data)["Content-Type"] == media_type


def test_file_is_a_download_in_a_sandbox() -> None:
    assert file_headers("x.html", "text/html", b"<script>", may_show=True) == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename=x.html",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


@pytest.mark.parametrize(("may_show", "kind"), [(True, "inline"), (False, "attachment")])
def test_image_is_shown_only_when_asked(may_show: bool, kind: str) -> None:
    headers = file_headers("a.png", "image/png", PNG, may_show=may_show)
    assert headers["Content-Disposition"] == f"{kind}; filename=a.png"
