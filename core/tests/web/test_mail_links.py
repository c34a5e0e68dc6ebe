# SPDX-License-Identifier: AGPL-3.0-or-later
"""Only addresses of allowed schemes are linked, only granted ones are loaded."""

import pytest
from tresen.web.mail_links import ImageSources, safe_link


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        (" HTTP://example.com/a b ", "HTTP://example.com/a%20b"),
        ("mailto:anna@example.org", "mailto:anna@example.org"),
        ("tel:+4930123456", "tel:+4930123456"),
    ],
)
def test_link_of_allowed_scheme_is_kept(address: str, link: str) -> None:
    assert safe_link(address) == link


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "cid:part1",
        "//example.com/",
        "/tickets/1",
        "#top",
        "file:///etc/passwd",
        "https://example.com/\x00x",
        "https:" + "/" * 9_000,
        "",
    ],
)
def test_link_of_other_kind_is_dropped(address: str) -> None:
    assert safe_link(address) is None


def test_image_of_own_part_resolves() -> None:
    sources = ImageSources({"logo@example.org": "/files/7"})
    addresses = ["cid:logo@example.org", "CID:logo%40example.org", "cid:other", "/files/7"]
    assert [sources.safe_source(a) for a in addresses] == ["/files/7", "/files/7", None, "/files/7"]


def test_image_from_afar_is_counted_and_left_out() -> None:
    sources = ImageSources({})
    for address in ("https://example.com/a.png", "//example.com/b", "ht\ntp://example.com/c"):
        assert sources.safe_source(address) is None
    assert sources.blocked == 3


def test_image_from_afar_asked_for_goes_through_the_given_door() -> None:
    sources = ImageSources({}, lambda address: f"/images?of={address}")
    assert sources.safe_source("//example.com/a b") == "/images?of=https://example.com/a%20b"
    assert sources.blocked == 0


@pytest.mark.parametrize(
    ("address", "is_kept"),
    [
        ("data:image/png;base64,iVBORw0KGgo=", True),
        ("data:image/svg+xml;base64,PHN2Zz4=", False),
        ("data:text/html;base64,PHN2Zz4=", False),
        ("data:image/png,<svg>", False),
        ("/files/1", False),
        ("javascript:alert(1)", False),
    ],
)
def test_image_without_host(address: str, is_kept: bool) -> None:
    assert ImageSources({}).safe_source(address) == (address if is_kept else None)
