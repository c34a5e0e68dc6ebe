# SPDX-License-Identifier: AGPL-3.0-or-later
"""Over TLS the same holds: who is asked proves its name, and time ends all of it."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tresen_licensing.networks.guards import Limits, guarded
from urllib3.exceptions import HTTPError, MaxRetryError
from urllib3.response import BaseHTTPResponse

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
NEAR = frozenset({"localhost", "127.0.0.1"})
# More than come until time is over, and an end where nothing ended it.
DROPS = 2_000

Serve = Callable[[Callable[[socket], None]], int]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the key and the certificate of a server that is called localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(pem))
    return file


@pytest.fixture
def serve(certificate: Path) -> Iterator[Serve]:
    """Return a function that answers over TLS, and gives the port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with ExitStack() as stack:

        def go(answer: Callable[[socket], None]) -> int:
            class Handler(BaseRequestHandler):
                def handle(self) -> None:
                    """Answer whoever wants to hear it to its end."""
                    try:
                        with context.wrap_socket(self.request, server_side=True) as sealed:
                            sealed.recv(65_536)
                            answer(sealed)
                    except OSError:
                        return

            server = stack.enter_context(ThreadingTCPServer(("127.0.0.1", 0), Handler))
            thread = Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return int(server.server_address[1])

        yield go


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine trust the certificate, as it would one of a known authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_server_that_proves_its_name_is_heard(serve: Serve) -> None:
    port = serve(lambda sealed: sealed.sendall(HEAD + b"\r\nberth"))
    with guarded(Limits(1_000, 30, NEAR)) as (pool, guard):
        answer = pool.request("GET", f"https://localhost:{port}/", preload_content=False)
        assert (guard.read(answer), answer.status, len(guard.open)) == (b"berth", 200, 1)


def is_heard(serve: Serve, host: str) -> bool:
    """Ask a server under a name that it cannot prove; tell whether it got the question."""
    heard = Event()
    port = serve(lambda _sealed: heard.set())
    with (
        guarded(Limits(1_000, 30, NEAR)) as (pool, _guard),
        pytest.raises(MaxRetryError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        pool.request("GET", f"https://{host}:{port}/")
    return heard.is_set()


@pytest.mark.usefixtures("trusted")
def test_server_of_another_name_is_not_heard(serve: Serve) -> None:
    assert not is_heard(serve, "127.0.0.1")


def test_server_that_nobody_vouches_for_is_not_heard(serve: Serve) -> None:
    assert not is_heard(serve, "localhost")


@pytest.mark.usefixtures("trusted")
def test_answer_that_drips_is_ended(serve: Serve) -> None:
    over, sent = Event(), []

    def drip(sealed: socket) -> None:
        sealed.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % DROPS)
        for each in range(DROPS):
            # Each resets the socket's own time-out.
            over.wait(0.02)
            sealed.sendall(b".")
            sent.append(each)

    port = serve(drip)
    with guarded(Limits(1_000_000, 1.0, NEAR)) as (pool, guard):
        answer: BaseHTTPResponse = pool.request(
            "GET", f"https://localhost:{port}/", preload_content=False
        )
        with pytest.raises((HTTPError, TimeoutError)):
            guard.read(answer)
        assert (guard.is_over, len(sent) < DROPS) == (True, True)
    over.set()
