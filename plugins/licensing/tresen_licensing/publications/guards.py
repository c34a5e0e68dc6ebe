# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks addresses that somebody wrote down, without being led into the operator's own network.

A server that fetches what it is told is a door to all it can reach (OWASP "Server-Side Request
Forgery"). So each name is looked up once for each connection, redirects' too; every address that
it has must be a public one, and the connection goes to just that; bytes and seconds are bounded.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError

from tresen_licensing.networks import is_public
from tresen_licensing.publications.records import Limits

PORTS = (80, 443)
_REDIRECTS = 3


class PrivateAddressError(Exception):
    """An address leads where nobody from outside comes."""


class TooLargeError(Exception):
    """An answer has more bytes than anybody waits for."""


class UnreadableError(Exception):
    """Something else is there than was to be."""


@dataclass
class Guard:
    """What one look at an address may still take; `open` are its sockets."""

    limits: Limits
    open: list[socket.socket] = field(default_factory=list)
    taken: int = 0
    is_over: bool = False

    def count(self, body: bytes) -> bytes:
        """Return the bytes once they are counted; raises TooLargeError, or TimeoutError."""
        self.taken += len(body)
        if self.is_over:
            raise TimeoutError
        if self.taken > self.limits.size:
            raise TooLargeError
        return body

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to a public address; raises PrivateAddressError and OSError."""
        is_let_in = host.lower() in self.limits.let_in
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = [str(each[4][0]) for each in answers]
        # All must be public: a name with two addresses could be turned between two questions.
        if not is_let_in and not (port in PORTS and all(map(is_public, found))):
            raise PrivateAddressError(host)
        made = socket.create_connection((found[0], port), timeout=self.limits.seconds)
        self.open.append(made)
        return made

    def shut(self) -> None:
        """End every connection, which wakes whoever still reads from one."""
        self.is_over = True
        for each in self.open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def guarded(limits: Limits) -> Iterator[tuple[PoolManager, Guard]]:
    """Give connections that ask public addresses alone, and end them all when time is over."""
    guard = Guard(limits)
    # A socket's own time-out begins anew with every byte; this one ends the whole.
    alarm = Timer(limits.seconds, guard.shut)
    alarm.daemon = True
    alarm.start()
    retries = Retry(total=_REDIRECTS, connect=0, read=0, status=0, redirect=_REDIRECTS)
    pool = PoolManager(retries=retries, timeout=Timeout(limits.seconds))
    pool.pool_classes_by_scheme = _classes(guard)
    try:
        yield pool, guard
    finally:
        alarm.cancel()
        pool.clear()


def _classes(guard: Guard) -> dict[str, Any]:
    """Return urllib3's pools, whose connections the guard makes."""

    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            return guard.connect(connection.host, connection.port)
        except socket.gaierror as error:
            raise NameResolutionError(connection.host, connection, error) from error

    plain = type("Plain", (HTTPConnection,), {"_new_conn": connect})
    sealed = type("Sealed", (HTTPSConnection,), {"_new_conn": connect})
    return {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SealedPool", (HTTPSConnectionPool,), {"ConnectionCls": sealed}),
    }
