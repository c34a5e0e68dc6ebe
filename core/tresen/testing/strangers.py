# SPDX-License-Identifier: AGPL-3.0-or-later
"""Watches for connections to other machines while a test runs.

A plugin that talks to somebody says so; what it does not say must not happen. Python's audit events
see every socket of this process, whichever library opens it.
"""

import socket
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname"}
_CONNECTIONS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


@dataclass
class Guard:
    """Who may be talked to besides this machine, and who else was asked."""

    hosts: Collection[str]
    strays: list[str] = field(default_factory=list)

    def judge(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise PermissionError where an event leads to another machine; note which one."""
        host = _host_of(event, arguments)
        if host and not self._may_be_asked(host):
            self.strays.append(host)
            raise PermissionError(f"{host} is another machine, and the plugin does not name it")

    def _may_be_asked(self, host: str) -> bool:
        if host in self.hosts or host == "localhost":
            return True
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified or host in self._resolved()

    def _resolved(self) -> set[str]:
        return {address for host in self.hosts for address in _addresses_of(host)}


def _addresses_of(host: str) -> set[str]:
    """Return the addresses of a host; none where nobody answers, as without a network."""
    with suppress(OSError):
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    return set()


_guards: list[Guard] = []
_watched: list[bool] = []


@contextmanager
def guarded(hosts: Collection[str] = ()) -> Iterator[Guard]:
    """Let nothing in the block reach another machine than those; yield who was tried."""
    if not _watched:
        # An audit hook stays for good; it does nothing while nobody guards.
        _watched.append(True)
        sys.addaudithook(_watch)
    guard = Guard(hosts)
    _guards.append(guard)
    try:
        yield guard
    finally:
        _guards.remove(guard)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _guards and (event in _LOOKUPS or event in _CONNECTIONS):
        _guards[-1].judge(event, arguments)


def _host_of(event: str, arguments: tuple[Any, ...]) -> str:
    """Return the host that an event names; empty for none and for sockets in the file system."""
    if event in _LOOKUPS:
        host = arguments[0]
        return host.decode() if isinstance(host, bytes) else host or ""
    address = arguments[1]
    return str(address[0]) if isinstance(address, tuple) else ""
