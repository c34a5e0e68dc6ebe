# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks addresses that somebody wrote down, without being led into the operator's own network.

Each name is looked up once for each connection, redirects' too, and the connection goes to just
that address; bytes and seconds are bounded.
"""

import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse

from tresen_licensing.networks.targets import target

# Seconds until a host is there.
CONNECT = 10.0
PIECE = 65_536
# Redirects alone; who asks to come back later is not waited for.
_RETRIES = Retry(
    total=3, redirect=3, connect=0, read=0, status=0, other=0, respect_retry_after_header=False
)


class TooLargeError(Exception):
    """An answer has more bytes than anybody waits for."""


@dataclass(frozen=True)
class Limits:
    """How much may be asked: bytes and seconds for all of it, and hosts let in by their names."""

    size: int = 50_000_000
    seconds: float = 300.0
    let_in: Collection[str] = frozenset()


@dataclass
class Guard:
    """What may still be taken of all that is asked; `open` are its connections."""

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

    def read(self, response: BaseHTTPResponse) -> bytes:
        """Return all of an answer, counted, as it came; raises what `count` and urllib3 raise."""
        parts = response.stream(PIECE, decode_content=False)
        return b"".join(self.count(part) for part in parts)

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to where the host is; raises OSError and what `target` raises."""
        found = target(host, port, self.limits.let_in)
        made = socket.create_connection((found, port), timeout=min(CONNECT, self.limits.seconds))
        # TLS takes the socket itself apart; a second one of the connection still ends it.
        self.open.append(made.dup())
        made.settimeout(self.limits.seconds)
        if self.is_over:
            made.close()
            raise TimeoutError
        return made

    def shut(self) -> None:
        """End every connection, which wakes whoever still reads from one."""
        self.is_over = True
        for each in self.open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of all connections."""
        for each in self.open:
            each.close()


@contextmanager
def guarded(limits: Limits) -> Iterator[tuple[PoolManager, Guard]]:
    """Give connections that go where they may alone, and end them all when time is over."""
    guard = Guard(limits)
    # A socket's own time-out begins anew with every byte; this one ends the whole.
    alarm = Timer(limits.seconds, guard.shut)
    alarm.daemon = True
    alarm.start()
    pool = PoolManager(retries=_RETRIES, timeout=Timeout(limits.seconds))
    pool.pool_classes_by_scheme = _classes(guard)
    try:
        yield pool, guard
    finally:
        alarm.cancel()
        pool.clear()
        guard.close()


def _classes(guard: Guard) -> dict[str, Any]:
    """Return urllib3's pools, whose connections the guard makes."""

    def connect(connection: HTTPConnection) -> socket.socket:
        return guard.connect(connection.host, connection.port)

    plain = type("Plain", (HTTPConnection,), {"_new_conn": connect})
    sealed = type("Sealed", (HTTPSConnection,), {"_new_conn": connect})
    return {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SealedPool", (HTTPSConnectionPool,), {"ConnectionCls": sealed}),
    }
