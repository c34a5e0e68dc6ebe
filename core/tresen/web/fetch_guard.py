# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetches an address that a stranger wrote, without being led into the operator's own network.

The name is looked up once, and the connection goes to just that address (see `networks`); redirects
are not followed, time and size are bounded.
"""

import http.client
import socket
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from tresen.errors import Refused
from tresen.i18n import _
from tresen.networks import PrivateNetworkError, public_address

_PORTS = {"http": 80, "https": 443}
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one fetch may take, and which hosts an administrator has let in by name."""

    size: int = 5_000_000  # bytes
    seconds: float = 5.0  # for the whole of it, from connecting to the last byte
    let_in: frozenset[str] = frozenset()


def fetch(address: str, limits: Limits | None = None) -> bytes:
    """Return the body found at the http or https `address`.

    It is asked for without cookies, credentials or referrer. Raises Refused when the address is not
    a public one, when the answer is anything but 200, and when a limit is reached.
    """
    limits = limits or Limits()
    parts = _checked(address, limits)
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    try:
        target = public_address(host, port, is_let_in=host in limits.let_in)
        return _read(parts, (target, port), limits)
    except PrivateNetworkError as error:
        raise Refused(_("This address leads into a private network.")) from error
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise Refused(_("%(host)s did not answer as it should.") % {"host": host}) from error


def _checked(address: str, limits: Limits) -> SplitResult:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Refused(_("This is not an address on the web.")) from error
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        raise Refused(_("Only http and https addresses without a password are fetched."))
    if port not in {None, 80, 443} and host not in limits.let_in:
        raise Refused(_("Only the usual ports 80 and 443 are asked."))
    return parts


def _read(parts: SplitResult, target: tuple[str, int], limits: Limits) -> bytes:
    with ExitStack() as stack:
        plain = stack.enter_context(socket.create_connection(target, timeout=limits.seconds))
        # A socket's own time-out starts anew with every byte; this one ends the whole. TLS takes
        # the socket itself apart, a second one of the connection still ends it.
        expired, ending = Event(), stack.enter_context(plain.dup())
        alarm = Timer(limits.seconds, _shut, [ending, expired])
        alarm.daemon = True
        alarm.start()
        stack.callback(alarm.cancel)
        connection = http.client.HTTPConnection(str(parts.hostname), target[1])
        connection.sock = _wrapped(plain, parts)
        stack.callback(connection.close)
        body = _body(_asked(connection, parts), limits)
        if expired.is_set():
            raise Refused(_("The answer took too long."))
        return body


def _wrapped(plain: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


def _shut(ending: socket.socket, expired: Event) -> None:
    expired.set()
    # Wakes the reader, which then finds the answer cut; a socket closed meanwhile needs nothing.
    try:
        ending.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _asked(connection: http.client.HTTPConnection, parts: SplitResult) -> http.client.HTTPResponse:
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    headers = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "Tresen"}
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def _body(response: http.client.HTTPResponse, limits: Limits) -> bytes:
    if response.status != 200:
        raise Refused(
            _("The answer was %(code)s; redirects are not followed.") % {"code": response.status}
        )
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > limits.size:
            raise Refused(_("The answer is too large."))
    if response.length:
        raise Refused(_("The answer broke off."))
    return bytes(body)
