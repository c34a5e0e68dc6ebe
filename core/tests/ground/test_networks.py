# SPDX-License-Identifier: AGPL-3.0-or-later
"""No way to write an address of a private network passes for a public one, and none is asked."""

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen import sdk
from tresen.networks import PrivateNetworkError, is_public_address, public_address

PRIVATE = (
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    *("0.1.2.3", "127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255"),
    *("::", "::1", "fd00::1", "fc00::1", "fe80::1%eth0", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    # An IPv4 address within an IPv6 one: NAT64, 6to4, Teredo.
    *(
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001:0:a00:1::",
        "2001:0:1::",
    ),
)
PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "93.184.216.34", "::ffff:8.8.8.8"),
    *("2606:2800:220:1::1", "2606:4700::1111", "2a00:1450:4001:80b::200e"),
)


@pytest.mark.parametrize("address", PRIVATE)
def test_address_of_a_private_network_is_known(address: str) -> None:
    assert is_public_address(address) is False


@pytest.mark.parametrize("address", PUBLIC)
def test_address_of_the_public_network_is_known(address: str) -> None:
    assert is_public_address(address) is True


@pytest.mark.parametrize("address", ["", "forge.example", "10.0.0", "1.2.3.4.5", "[::1]"])
def test_what_is_no_address_is_not_judged(address: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        is_public_address(address)


@given(st.ip_addresses())
def test_private_addresses_are_never_public(address: Any) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert is_public_address(str(address)) is (
            address.version == 6
            and address.ipv4_mapped is not None
            and is_public_address(str(address.ipv4_mapped))
        )


def asked(found: list[str], *, is_let_in: bool = False) -> str:
    """Return at which address a name with the addresses `found` is asked; "" for none."""
    answers = [(0, 0, 0, "", (each, 443)) for each in found]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", lambda *_words, **_more: answers)
        try:
            return public_address("forge.example", 443, is_let_in=is_let_in)
        except PrivateNetworkError:
            return ""


@given(st.lists(st.ip_addresses().map(str), max_size=4), st.booleans())
def test_name_is_asked_only_when_each_of_its_addresses_is_public(
    found: list[str], is_let_in: bool
) -> None:
    is_asked = bool(found) and (is_let_in or all(map(is_public_address, found)))
    assert asked(found, is_let_in=is_let_in) == (found[0] if is_asked else "")


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_beside_a_public_one_refuses_both(address: str) -> None:
    assert [asked(["8.8.8.8", address]), asked([address, "8.8.8.8"]), asked([address])] == [""] * 3


def test_number_is_asked_as_it_is() -> None:
    assert [public_address(each, 443) for each in ("8.8.8.8", "2606:4700::1111")] == [
        "8.8.8.8",
        "2606:4700::1111",
    ]


def test_host_that_is_let_in_is_asked_wherever_it_leads() -> None:
    with pytest.raises(PrivateNetworkError, match=r"127\.0\.0\.1"):
        public_address("127.0.0.1", 80)
    assert public_address("127.0.0.1", 80, is_let_in=True) == "127.0.0.1"


def test_name_that_is_not_known_is_an_error_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_words: object, **_more: object) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", none)
    with pytest.raises(OSError):  # noqa: PT011 - any that the system raises
        public_address("forge.example", 443)


def test_plugins_are_offered_the_same() -> None:
    assert (sdk.public_address, sdk.PrivateNetworkError) == (public_address, PrivateNetworkError)
