# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody is led into the operator's own network, whichever way an address is written."""

import socket

import pytest
from tresen_licensing.publications.guards import (
    Guard,
    PrivateAddressError,
    TooLargeError,
    guarded,
    is_public,
)
from tresen_licensing.publications.records import Limits


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *(
            "0.1.2.3",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1%eth0",
            "fc00::1",
        ),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "ff02::1"),
        # Ways to write 10.0.0.1 inside an IPv6 address.
        *("64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::"),
    ],
)
def test_address_of_a_private_network_is_none_of_the_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2a00:1450:4001:80b::200e", "8.8.8.8"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("port", [22, 25, 5432, 8080])
def test_no_other_port_than_the_usual_is_asked(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    public = [(0, 0, 0, "", ("93.184.215.14", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: public)
    with pytest.raises(PrivateAddressError):
        Guard(Limits()).connect("forge.example", port)


def test_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    public = [(0, 0, 0, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: public)
    tried: list[tuple[str, int]] = []
    made = socket.socket()

    def connect(target: tuple[str, int], **_more: object) -> socket.socket:
        tried.append(target)
        return made

    monkeypatch.setattr(socket, "create_connection", connect)
    guard = Guard(Limits())
    found = guard.connect("forge.example", 443)
    made.close()
    assert (tried, found is made, guard.open) == ([("93.184.215.14", 443)], True, [made])


def test_bytes_of_all_answers_are_counted_together() -> None:
    guard = Guard(Limits(size=10))
    guard.count(b"12345")
    guard.count(b"67890")
    with pytest.raises(TooLargeError):
        guard.count(b"1")


def test_nothing_is_read_once_time_is_over() -> None:
    guard = Guard(Limits())
    guard.shut()
    with pytest.raises(TimeoutError):
        guard.count(b"")


def test_every_open_connection_is_shut() -> None:
    ours, theirs = socket.socketpair()
    guard = Guard(Limits(), [ours])
    guard.shut()
    assert (theirs.recv(1), guard.is_over) == (b"", True)
    ours.close()
    theirs.close()


def test_shutting_what_is_shut_already_does_no_harm() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    guard = Guard(Limits(), [ours])
    guard.shut()
    assert guard.is_over


def test_alarm_does_not_go_off_after_the_look() -> None:
    with guarded(Limits(seconds=30)) as (_pool, guard):
        pass
    assert not guard.is_over
