# SPDX-License-Identifier: AGPL-3.0-or-later
"""An address that somebody typed is one of a server or a repository, or is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.networks.addresses import checked_repository, checked_server
from tresen_licensing.networks.faults import NotLetInError
from tresen_licensing.networks.targets import PORTS


@pytest.mark.parametrize(
    "address",
    [
        *("", "forge.example", "ftp://forge.example", "http://forge.example", "https://"),
        *("https://a:b@forge.example", "https://forge.example/?q=1", "https://forge.example/#x"),
        *("file:///etc/passwd", "javascript:alert(1)", "https://[broken", "https://a.example:x"),
    ],
)
def test_address_of_no_server_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="begins with https://"):
        checked_server(address, {"other.example"})


def test_server_that_is_let_in_may_be_asked_without_encryption() -> None:
    address = "http://Forge.example:3000/git"
    assert checked_server(address, {"forge.example"}) == address


def test_other_port_of_a_server_is_for_one_that_is_let_in() -> None:
    with pytest.raises(NotLetInError, match="Only ports 80 and 443 are asked"):
        checked_server("https://forge.example:3000", {"other.example"})


def test_server_is_kept_without_its_last_slash() -> None:
    assert checked_server(" https://forge.example/git/ ", ()) == "https://forge.example/git"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://forge.example/quay",
        "https://user:word@forge.example/quay",
        "https:///quay",
        "https://forge.example:8443/quay",
        "https://[broken/quay",
        "git@forge.example:quay.git",
    ],
)
def test_other_addresses_are_no_repository_s(address: str) -> None:
    with pytest.raises(Refused):
        checked_repository(address, ())


@pytest.mark.parametrize("address", ["http://forge.example/quay", "https://forge.example:443/"])
def test_repository_may_be_asked_without_encryption(address: str) -> None:
    assert checked_repository(address, ()).geturl() == address


def test_repository_that_is_let_in_may_have_any_port() -> None:
    found = checked_repository("http://Forge.example:3000/quay", {"forge.example"})
    assert (found.hostname, found.port) == ("forge.example", 3000)


@given(
    st.text(max_size=30), st.sampled_from(["", "http://", "https://", "http://a.example/", "//"])
)
def test_any_text_is_an_address_or_refused(text: str, before: str) -> None:
    try:
        parts = checked_repository(before + text, ())
    except Refused:
        return
    known = (parts.scheme in PORTS, bool(parts.hostname), parts.port in (None, 80, 443))
    assert (known, "@" in parts.netloc) == ((True, True, True), False)
