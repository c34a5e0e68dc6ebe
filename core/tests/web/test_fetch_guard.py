# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nothing leads a fetch into a private network, and nothing holds it for long."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from tresen.errors import Refused
from tresen.testing.live import served
from tresen.web.fetch_guard import Limits, fetch
from werkzeug.wrappers import Request, Response

LOCAL = frozenset({"127.0.0.1"})
CERTIFICATE = Path(__file__).parents[1] / "mail" / "certificate.pem"


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server and what was asked of it."""
    asked: list[str] = []

    @Request.application
    def site(request: Request) -> Response:
        asked.append(request.path)
        return Response(b"body")

    with served(site) as address:
        yield address.removeprefix("http://"), asked


@pytest.mark.parametrize(
    "form",
    [
        "http://127.0.0.1",
        "http://localhost",
        "http://localhost.",
        "http://2130706433",
        "http://0177.0.0.1",
        "http://0x7f.1",
        "http://127.1",
        "http://0.0.0.0",
        "http://[::1]",
        "http://[::ffff:127.0.0.1]",
        "https://127.0.0.1",
    ],
)
def test_loopback_in_any_spelling_is_refused_before_connecting(form: str) -> None:
    with listening() as (address, asked):
        for port in ("", ":" + address.partition(":")[2]):
            with pytest.raises(Refused):
                fetch(form + port)
    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "gopher://example.com/",
        "dict://example.com/",
        "ftp://example.com/",
        "//example.com/",
        "http://",
        "http://anna:secret@example.com/",
        "http://example.com@127.0.0.1/",
        "http://example.com:22/",
        "http://example.com:x/",
        "http://[::1/",
        "",
    ],
)
def test_address_of_another_kind_is_refused_before_look_up(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words, **_more: asked.append(words))
    with pytest.raises(Refused):
        fetch(address)
    assert asked == []


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], []])
def test_name_that_leads_inside_is_refused(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    asked: list[str] = []

    def answers(host: str, port: int, **_more: object) -> list[object]:
        asked.append(host)
        return [(0, 0, 0, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    with pytest.raises(Refused, match="private network"):
        fetch("http://rebound.example/")
    assert asked == ["rebound.example"]


@Request.application
def site(request: Request) -> Response:
    """Answer as the path says."""
    if request.path == "/away":
        return Response(status=302, headers={"Location": "http://127.0.0.1/"})
    if request.path == "/large":
        return Response(b"x" * 2_000)
    if request.path == "/headers":
        return Response("\n".join(sorted(name.lower() for name, _ in request.headers)))
    return Response(request.full_path)


def test_body_of_a_host_let_in_is_fetched() -> None:
    with served(site) as address:
        assert fetch(f"{address}/a%20b?c=d#e", Limits(let_in=LOCAL)) == b"/a b?c=d"


def test_request_tells_nothing_about_the_reader() -> None:
    with served(site) as address:
        names = fetch(f"{address}/headers", Limits(let_in=LOCAL)).decode().split("\n")
    assert names == ["accept", "accept-encoding", "host", "user-agent"]


@pytest.mark.parametrize(("path", "why"), [("/away", "redirects"), ("/large", "too large")])
def test_answer_beyond_the_rules_is_refused(path: str, why: str) -> None:
    with served(site) as address, pytest.raises(Refused, match=why):
        fetch(address + path, Limits(size=1_000, let_in=LOCAL))


@contextmanager
def dripping(answer: bytes, scheme: str) -> Iterator[str]:
    """Yield the address of a server that sends `answer`, then byte by byte without an end."""
    stop = Event()

    def drip(listener: socket.socket) -> None:
        caller, _ = listener.accept()
        try:
            with sealed(caller) if scheme == "https" else caller as line:
                line.sendall(answer)
                while not stop.wait(0.02):
                    line.sendall(b"x")
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=drip, args=[listener])
        thread.start()
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/"
        stop.set()
        thread.join()


def sealed(caller: socket.socket) -> socket.socket:
    """Return a connection over TLS, with the certificate of 127.0.0.1."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context.wrap_socket(caller, server_side=True)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_answer_that_never_ends_is_cut(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with dripping(answer, scheme) as address, pytest.raises(Refused):
        fetch(address, Limits(seconds=0.3, let_in=LOCAL))


def test_answer_over_tls_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nberth"
    with dripping(whole, "https") as address:
        assert fetch(address, Limits(let_in=LOCAL)) == b"berth"


def test_host_that_speaks_no_tls_is_refused() -> None:
    with served(site) as address, pytest.raises(Refused, match="did not answer"):
        fetch(address.replace("http:", "https:"), Limits(let_in=LOCAL))
