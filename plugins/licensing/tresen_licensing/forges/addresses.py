# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses may be talked to, and connections that go nowhere else.

The name is looked up once, and what it led to is what is connected to: a name that leads somewhere
else a moment later reaches nothing.
"""

import socket
from typing import Any
from urllib.parse import urlsplit

from tresen.sdk import Refused, _
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection

from tresen_licensing.networks import is_public

# Seconds to connect, and between two pieces of an answer.
CONNECT, READ = 5.0, 20.0


def checked(address: str, *, may_be_private: bool) -> str:
    """Return the address of a server without its last slash; raises Refused.

    Without encryption only a private one may be named, and only where these are allowed.
    """
    parts = urlsplit(address.strip())
    schemes = ("https", "http") if may_be_private else ("https",)
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in schemes or not parts.hostname or not is_plain:
        raise Refused(_("The address of a server begins with https:// and names its host."))
    return address.strip().rstrip("/")


def manager(*, may_be_private: bool) -> PoolManager:
    """Return what makes connections; without leave it makes none into a private network."""
    made = PoolManager(
        num_pools=4,
        timeout=Timeout(connect=CONNECT, read=READ),
        retries=Retry(total=None, connect=0, read=0, redirect=3, status=0, other=0),
        headers={"User-Agent": "Tresen"},
    )
    if not may_be_private:
        made.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return made


def public(host: str, port: int) -> str:
    """Return the address of the network that a host's name leads to; raises Refused.

    One private address among several refuses them all.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Refused(_("There is no server %(host)s.") % {"host": host}) from error
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(map(is_public, addresses)):
        raise Refused(
            _("%(host)s lies in a private network; an administrator can allow that.")
            % {"host": host}
        )
    return addresses[0]


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _pinned(self, super()._new_conn)


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _pinned(self, super()._new_conn)


def _pinned(connection: Any, connect: Any) -> socket.socket:
    """Connect to the address that was looked at; the certificate is still checked by the name."""
    name = connection.host
    connection.host = public(name, connection.port)
    try:
        made: socket.socket = connect()
    finally:
        connection.host = name
    return made


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure
