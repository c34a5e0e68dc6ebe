# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody is led into the operator's own network, whichever way an address is written."""

import gzip
import socket

import pytest
from sites import Site
from tresen_licensing.networks.faults import NotLetInError
from tresen_licensing.networks.guards import Guard, Limits, TooLargeError, guarded

NEAR = Limits(seconds=30, let_in={"127.0.0.1"})


@pytest.mark.parametrize("port", [22, 25, 5432, 8080])
def test_no_other_port_than_the_usual_is_asked(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    public = [(0, 0, 0, "", ("93.184.215.14", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: public)
    with pytest.raises(NotLetInError):
        Guard(Limits()).connect("forge.example", port)


def test_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    public = [(0, 0, 0, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: public)
    tried: list[tuple[str, int]] = []
    made, theirs = socket.socketpair()

    def connect(target: tuple[str, int], **_more: object) -> socket.socket:
        tried.append(target)
        return made

    monkeypatch.setattr(socket, "create_connection", connect)
    guard = Guard(Limits())
    found = guard.connect("forge.example", 443)
    guard.close()
    made.close()
    theirs.close()
    assert (tried, found is made) == ([("93.184.215.14", 443)], True)


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


def connected(guard: Guard) -> tuple[socket.socket, socket.socket]:
    """Return both ends of a connection that a guard made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = guard.connect("127.0.0.1", server.getsockname()[1])
        return ours, server.accept()[0]


def test_connection_that_tls_took_over_is_shut() -> None:
    guard = Guard(NEAR)
    ours, theirs = connected(guard)
    # The one that is sealed has the number of the first, which has none any more.
    with theirs, socket.socket(fileno=ours.detach()) as sealed:
        guard.shut()
        assert (sealed.recv(1), theirs.recv(1)) == (b"", b"")
    guard.close()


def test_connection_that_is_there_too_late_is_not_used() -> None:
    guard = Guard(NEAR, is_over=True)
    with pytest.raises(TimeoutError):
        connected(guard)
    guard.close()


def test_connections_are_let_go() -> None:
    guard = Guard(NEAR)
    ours, theirs = connected(guard)
    guard.close()
    ours.close()
    with theirs:
        assert ([each.fileno() for each in guard.open], theirs.recv(1)) == ([-1], b"")


def test_connection_into_a_private_network_is_never_made(site: Site) -> None:
    with (
        guarded(Limits(let_in={"forge.example"})) as (pool, _guard),
        pytest.raises(NotLetInError, match="Only ports 80 and 443"),
    ):
        pool.request("GET", site.address("/"))
    assert site.asked == []


def test_redirect_goes_by_the_same_way(site: Site) -> None:
    site.answer("/old", b"", "302 Found", Location="http://10.0.0.1/")
    with (
        guarded(NEAR) as (pool, _guard),
        pytest.raises(NotLetInError, match=r"10\.0\.0\.1 leads into a private network"),
    ):
        pool.request("GET", site.address("/old"))
    assert site.asked == ["/old"]


def test_answer_is_read_as_it_came(site: Site) -> None:
    packed = gzip.compress(b"berth" * 999)
    site.answer("/berth", packed, Content_Encoding="gzip")
    with guarded(NEAR) as (pool, guard):
        found = guard.read(pool.request("GET", site.address("/berth"), preload_content=False))
    assert (found, guard.taken) == (packed, len(packed))


def test_alarm_does_not_go_off_after_the_look() -> None:
    with guarded(Limits(seconds=30)) as (_pool, guard):
        pass
    assert not guard.is_over
