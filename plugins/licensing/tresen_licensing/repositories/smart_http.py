# SPDX-License-Identifier: AGPL-3.0-or-later
"""Speaks smart HTTP with a server of git that nobody vouches for: bounded in time and in size."""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event, Timer
from typing import Any
from urllib.parse import SplitResult, urljoin

from dulwich.client import AbstractHttpGitClient
from tresen.sdk import Refused, _

from tresen_licensing.repositories import addresses
from tresen_licensing.repositories.faults import Unreached

_MOST_HOPS = 3
_PIECE = 65_536
# Too many requests, and what a server says of itself for a time (RFC 6585, RFC 9110).
_PASSING = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Limits:
    """How much may come from outside, and whom the operator lets in by name."""

    size: int = 50_000_000  # bytes
    seconds: float = 300.0  # for the whole of it
    let_in: frozenset[str] = frozenset()


@dataclass
class Line:
    """What came so far, and the sockets that are shut when the time is over."""

    limits: Limits
    had: int = 0
    sockets: list[socket.socket] = field(default_factory=list)
    is_over: Event = field(default_factory=Event)

    def shut(self) -> None:
        """End all that is still read."""
        self.is_over.set()
        for each in self.sockets:
            # One that was closed meanwhile needs nothing.
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def count(self, piece: bytes) -> bytes:
        """Return what came; raises Refused once it is too much or took too long."""
        self.had += len(piece)
        if self.had > self.limits.size:
            raise Refused(_("Upstream's history is larger than the operator allows."))
        self.demand_time()
        return piece

    def demand_time(self) -> None:
        """Raise Unreached once the time is over."""
        if self.is_over.is_set():
            raise Unreached(_("Upstream took too long to answer."))


@dataclass
class Answer:
    """What the library wants to know of an answer."""

    response: http.client.HTTPResponse
    content_type: str | None
    redirect_location: str

    def close(self) -> None:
        """Let the connection go."""
        self.response.close()


class Client(AbstractHttpGitClient):
    """Asks a server of git by way of public addresses alone, following few redirects."""

    def __init__(self, address: str, limits: Limits) -> None:
        """Begin the time; `end` has to be called."""
        super().__init__(address, thin_packs=True, quiet=True)
        self.line = Line(limits)
        self._stack = ExitStack()
        alarm = Timer(limits.seconds, self.line.shut)
        alarm.daemon = True
        alarm.start()
        self._stack.callback(alarm.cancel)

    def end(self) -> None:
        """Close all connections."""
        self._stack.close()

    def _get_url(self, path: str | bytes) -> str:  # noqa: ARG002 - the library names it
        """Return the address to ask, which is the whole of it already."""
        return self._base_url

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: bytes | Iterator[bytes] | None = None,
        raise_for_status: bool = True,  # noqa: ARG002 - the library names it
    ) -> tuple[Any, Callable[[int], bytes]]:
        """Return an answer and how to read it: what the library calls for each request."""
        body = data if data is None or isinstance(data, bytes) else b"".join(data)
        moved = ""
        for _hop in range(_MOST_HOPS + 1):
            response = self._asked(moved or url, headers or {}, body)
            location = response.getheader("Location")
            if response.status not in (301, 302, 307, 308) or not location:
                break
            moved = urljoin(moved or url, location)
        if response.status != http.client.OK:
            kind = Unreached if response.status in _PASSING else Refused
            raise kind(_("Upstream answered %(code)s.") % {"code": response.status})
        answer = Answer(response, response.getheader("Content-Type"), moved)
        return answer, self._reading(response)

    def _asked(
        self, url: str, headers: dict[str, str], body: bytes | None
    ) -> http.client.HTTPResponse:
        limits = self.line.limits
        parts = addresses.checked(url, limits.let_in)
        target = addresses.target(parts, limits.let_in)
        plain = socket.create_connection(target, timeout=limits.seconds)
        self._stack.callback(plain.close)
        self.line.sockets.append(plain)
        self.line.demand_time()
        connection = http.client.HTTPConnection(str(parts.hostname), target[1])
        connection.sock = _wrapped(plain, parts)
        self._stack.callback(connection.close)
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        own = {"User-Agent": "git/Tresen", "Accept-Encoding": "identity"}
        connection.request("GET" if body is None else "POST", path, body, headers | own)
        response = connection.getresponse()
        self._stack.callback(response.close)
        return response

    def _reading(self, response: http.client.HTTPResponse) -> Callable[[int], bytes]:
        """Return a function that reads as many bytes as it is told, fewer only at the end."""

        def read(size: int) -> bytes:
            found = bytearray()
            while len(found) < size:
                piece = self.line.count(response.read1(min(size - len(found), _PIECE)))
                if not piece:
                    break
                found += piece
            return bytes(found)

        return read


def _wrapped(plain: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
