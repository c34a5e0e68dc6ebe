# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody is led into the operator's own network, whichever way an address is written."""

import socket

import pytest
from tresen.sdk import PrivateNetworkError
from tresen_licensing.publications.guards import Guard, TooLargeError, guarded
from tresen_licensing.publications.records import Limits


@pytest.mark.parametrize("port", [22, 25, 5432, 8080])
def test_no_other_port_than_the_usual_is_asked(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    public = [(0, 0, 0, "", ("93.184.215.14", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: public)
    with pytest.raises(PrivateNetworkError):
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
