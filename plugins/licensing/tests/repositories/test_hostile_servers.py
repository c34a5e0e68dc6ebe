# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a server says, a fetch ends with a sentence, and nothing but that comes of it."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dulwich.object_store import DiskObjectStore
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.networks.guards import Limits
from tresen_licensing.repositories.fetching import Source, Wanted, fetch

NEAR = frozenset({"127.0.0.1"})
TYPE = b"Content-Type: application/x-git-upload-pack-advertisement\r\n"
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
Says = Callable[[bytes], str]


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Read the head of a question and say what is to be said."""
        if not self.rfile.readline():
            return
        while self.rfile.readline().strip():
            continue
        assert isinstance(self.server, _Server)
        self.server.asked += 1
        self.wfile.write(self.server.said)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    asked = 0
    said = b""

    def handle_error(self, *_words: object) -> None:
        """Say nothing where the client hung up."""


@pytest.fixture(scope="module")
def server() -> Iterator[_Server]:
    """Return a server that says one thing to everybody."""
    with _Server(("127.0.0.1", 0), _Handler) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> DiskObjectStore:
    """Return an empty store of objects."""
    return DiskObjectStore.init(str(tmp_path))


def outcome(server: _Server, store: DiskObjectStore, said: bytes, size: int = 100_000) -> str:
    """Return why a fetch from a server that says this is refused; empty where it is not."""
    server.said, server.asked = said, 0
    address = f"http://127.0.0.1:{server.server_address[1]}/quay.git"
    limits = Limits(size=size, seconds=20, let_in=NEAR)
    try:
        fetch(store, address, Wanted(""), [], Source(limits))
    except Refused as refusal:
        return refusal.sentence.removeprefix(address).strip()
    return ""


def line(body: bytes) -> bytes:
    """Return a line of git's protocol."""
    return b"%04x" % (len(body) + 4) + body


ADVERTISED = line(b"# service=git-upload-pack\n") + b"0000"
NO_REPOSITORY = "did not answer as a repository does."
PRIVATE = "leads into a private network; the operator can let it in."


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: " + b"b" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        OK + TYPE + b"Content-Length: 999\r\n\r\n",
        OK + TYPE + b"Content-Length: -1\r\n\r\n",
        OK + TYPE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        OK + TYPE + b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\nab",
        OK + TYPE + b"\r\n",
        OK + TYPE + b"\r\n0000",
        OK + TYPE + b"\r\nfffe",
        OK + TYPE + b"\r\n0001",
        OK + TYPE + b"\r\n" + ADVERTISED,
        OK + TYPE + b"\r\n" + line(b"# service=git-receive-pack\n") + b"0000",
        OK + TYPE + b"\r\n" + ADVERTISED + line(b"ERR no such thing\n"),
        OK + TYPE + b"\r\n" + ADVERTISED + line(b"\xff\xfe\0\n") + b"0000",
        OK + TYPE + b"\r\n" + ADVERTISED + line(b"z" * 40 + b" HEAD\0multi_ack\n") + b"0000",
        OK + TYPE + b"\r\n" + ADVERTISED + line(b"4" * 40 + b" HEAD\0multi_ack\n") + b"0000",
        OK + TYPE + b"\r\n" + ADVERTISED + line(b"version 9\n") + b"0000",
    ],
)
def test_answer_that_is_none_of_a_repository_is_said(
    server: _Server, store: DiskObjectStore, said: bytes
) -> None:
    found = outcome(server, store, said)
    sentences = {NO_REPOSITORY, "Upstream has no branch “HEAD”."}
    assert (found in sentences, [*store]) == (True, []), found


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (b"http://[::1", NO_REPOSITORY),
        (b"http://a.example:99999/", "This is not an address of a repository."),
        (b"file:///etc/passwd", "Only http and https addresses without a password are asked."),
        (b"//u:p@a.example/", "Only http and https addresses without a password are asked."),
        (b"gopher://a.example/", "Only http and https addresses without a password are asked."),
        (b"http://10.0.0.1/", f"10.0.0.1 {PRIVATE}"),
        (b"http://[::ffff:10.0.0.1]/", f"::ffff:10.0.0.1 {PRIVATE}"),
        (b"http://2130706433/", f"2130706433 {PRIVATE}"),
        (b"http://127.1:80/", f"127.1 {PRIVATE}"),
        (b"/\xff\xfe", "This is not an address of a repository."),
        (b"/a b", "This is not an address of a repository."),
        (b"/a\x01b", "This is not an address of a repository."),
    ],
)
def test_place_to_which_it_moves_is_checked_like_the_first(
    server: _Server, store: DiskObjectStore, location: bytes, expected: str
) -> None:
    said = b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: " + location + b"\r\n\r\n"
    assert (outcome(server, store, said), server.asked) == (expected, 1)


@pytest.mark.parametrize("status", [b"201", b"204", b"304", b"401", b"418", b"500", b"999"])
def test_any_other_status_is_said(server: _Server, store: DiskObjectStore, status: bytes) -> None:
    said = b"HTTP/1.1 " + status + b" Odd\r\nConnection: close\r\n\r\n"
    assert outcome(server, store, said) == f"Upstream answered {status.decode()}."


def test_larger_answer_than_is_allowed_is_said(server: _Server, store: DiskObjectStore) -> None:
    said = OK + TYPE + b"\r\n" + ADVERTISED + line(b"a" * 9000) * 20
    expected = "Upstream's history is larger than the operator allows."
    assert outcome(server, store, said, size=9_000) == expected


PIECES = st.sampled_from(
    [
        *(
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 302 Found\r\n",
            TYPE,
            b"\r\n",
            b"0000",
            b"0001",
            b"ffff",
        ),
        *(
            ADVERTISED,
            line(b"4" * 40 + b" HEAD\0side-band-64k\n"),
            line(b"NAK\n"),
            b"PACK",
            b"\0\0\0\2",
        ),
        *(b"Location: /quay.git\r\n", b"Location: http://10.0.0.1/\r\n", b"Content-Length: 9\r\n"),
        *(b"Transfer-Encoding: chunked\r\n", b"5\r\n", b"Content-Encoding: gzip\r\n", b"\x1f\x8b"),
    ]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(PIECES | st.binary(max_size=9), max_size=12).map(b"".join))
def test_any_answer_is_refused_with_a_sentence(
    server: _Server, store: DiskObjectStore, said: bytes
) -> None:
    found = outcome(server, store, OK + TYPE + b"\r\n" + ADVERTISED + said)
    assert (found.endswith("."), server.asked < 9, [*store]) == (True, True, []), found
