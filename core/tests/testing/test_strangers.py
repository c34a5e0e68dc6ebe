# SPDX-License-Identifier: AGPL-3.0-or-later
"""No socket leads to another machine unnoticed, whichever way it is opened."""

import socket
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace

import pytest
from hooks.workshop import HOOK, MANIFEST, Workshop
from tresen.testing import contract_people
from tresen.testing.strangers import guarded


def look_up(host: str) -> None:
    socket.getaddrinfo(host, 80)


def connect(host: str) -> None:
    with socket.socket() as opened:
        opened.settimeout(1)
        opened.connect((host, 9))


def send(host: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.sendto(b"hello", (host, 9))


@pytest.mark.parametrize(
    ("way", "host"),
    [(look_up, "home.example"), (connect, "192.0.2.1"), (send, "192.0.2.1")],
    ids=["look-up", "connection", "datagram"],
)
def test_other_machine_is_refused_and_named(way: Callable[[str], None], host: str) -> None:
    with guarded() as guard, pytest.raises(PermissionError, match=host):
        way(host)
    assert guard.strays == [host]


def test_swallowed_refusal_is_noted_all_the_same() -> None:
    with guarded() as guard, suppress(OSError):
        connect("192.0.2.1")
    assert guard.strays == ["192.0.2.1"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.7"])
def test_this_machine_may_be_asked(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, guarded() as guard:
        socket.getaddrinfo(host, server.getsockname()[1])
    assert guard.strays == []


def test_declared_host_may_be_asked() -> None:
    with guarded(["localhost", "192.0.2.1"]) as guard:
        send("192.0.2.1")
    assert guard.strays == []


def test_nothing_is_watched_outside_of_the_block() -> None:
    with guarded() as guard:
        pass
    look_up("192.0.2.1")  # a number is looked up without asking anybody
    assert guard.strays == []


def test_declared_host_that_nobody_knows_opens_no_other_address() -> None:
    with guarded(["no-such-host.invalid"]) as guard, suppress(OSError):
        connect("192.0.2.1")
    assert guard.strays == ["192.0.2.1"]


@pytest.mark.parametrize(
    ("manifest", "own", "hosts"),
    [
        ('[capabilities]\nnetwork = ["api.bell.example"]\n', (), ("api.bell.example",)),
        ('[capabilities]\nnetwork = ["a.example"]\n', ("b.test",), ("b.test", "a.example")),
        ("", ("b.test",), ("b.test",)),
        # It cannot be read, which sets the plugin aside; nobody is named by it.
        ("[capabilities]\nnetwork = 7\n", (), ()),
    ],
)
def test_kit_reads_from_the_manifest_whom_a_plugin_talks_to(
    workshop: Workshop, manifest: str, own: tuple[str, ...], hosts: tuple[str, ...]
) -> None:
    files = {"plugin.toml": MANIFEST + manifest} if manifest else {}
    workshop.make("bell", HOOK + "def permissions(): return []", **files)
    module = SimpleNamespace(PLUGIN="bell", HOSTS=own)
    assert contract_people._hosts(SimpleNamespace(module=module)) == hosts
