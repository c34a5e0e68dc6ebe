# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks addresses that somebody wrote down, without being led into the operator's own network.

Each name is looked up once for each connection, redirects' too, and the connection goes to just
that address; bytes and seconds are bounded.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Any

from tresen.sdk import PrivateNetworkError, public_address
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError

from tresen_licensing.publications.records import Limits

PORTS = (80, 443)
_REDIRECTS = 3


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
        """Return a connection to a public address; raises PrivateNetworkError and OSError."""
        is_let_in = host.lower() in self.limits.let_in
        if not is_let_in and port not in PORTS:
            raise PrivateNetworkError(host)
        found = public_address(host, port, is_let_in=is_let_in)
        made = socket.create_connection((found, port), timeout=self.limits.seconds)
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
