# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses may be talked to, and connections that go nowhere else.

The name is looked up once, and what it led to is what is connected to: a name that leads somewhere
else a moment later reaches nothing.
"""

import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from tresen.sdk import Refused, _
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection

from tresen_licensing.forges.faults import Fault
from tresen_licensing.networks import targets

# Seconds to connect, and between two pieces of an answer.
CONNECT, READ = 5.0, 20.0


def checked(address: str, let_in: Collection[str]) -> str:
    """Return the address of a server without its last slash; raises Refused.

    Without encryption only a host may be named that the operator lets in.
    """
    parts = urlsplit(address.strip())
    schemes = ("https", "http") if parts.hostname in let_in else ("https",)
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in schemes or not parts.hostname or not is_plain:
        raise Refused(
            _(
                "The address of a server begins with https:// and names its host; http:// is for"
                " hosts that the operator lets in."
            )
        )
    return address.strip().rstrip("/")


def manager(let_in: Collection[str]) -> PoolManager:
    """Return what makes connections: into a private network to hosts alone that are let in."""
    made = PoolManager(
        num_pools=4,
        timeout=Timeout(connect=CONNECT, read=READ),
        retries=Retry(total=None, connect=0, read=0, redirect=3, status=0, other=0),
        headers={"User-Agent": "Tresen"},
    )
    made.pool_classes_by_scheme = _pools(let_in)
    return made


def target(host: str, port: int, let_in: Collection[str]) -> str:
    """Return the IP address to connect to for a host's name; raises Refused."""
    name = host.strip("[]")
    try:
        return targets.target(name, port, let_in)
    except (OSError, UnicodeError) as error:
        raise Fault(_("There is no server %(host)s.") % {"host": name}) from error


def _pools(let_in: Collection[str]) -> dict[str, Any]:
    """Return urllib3's pools, whose connections go where `target` says."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _pinned(self, super()._new_conn, let_in)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _pinned(self, super()._new_conn, let_in)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _pinned(connection: Any, connect: Any, let_in: Collection[str]) -> socket.socket:
    """Connect to the address that was looked at; the certificate is still checked by the name."""
    name = connection.host
    connection.host = target(name, connection.port, let_in)
    try:
        made: socket.socket = connect()
    finally:
        connection.host = name
    return made
