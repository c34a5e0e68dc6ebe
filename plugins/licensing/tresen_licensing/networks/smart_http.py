# SPDX-License-Identifier: AGPL-3.0-or-later
"""Speaks smart HTTP with a server of git that nobody vouches for: bounded in time and in size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from dulwich.client import AbstractHttpGitClient
from tresen.sdk import Refused, _
from urllib3 import PoolManager, make_headers
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from tresen_licensing.networks.addresses import checked_repository
from tresen_licensing.networks.faults import Fault
from tresen_licensing.networks.guards import PIECE, Guard, Limits, guarded

_MOST_HOPS = 3
_MOVED = (301, 302, 307, 308)
_SMART, _PAGE = "application/x-git-", "text/html"
# Some forges answer nobody else who clones.
_OWN = {"User-Agent": "git/Tresen", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Account:
    """By which name and secret a server knows us; the secret stands in no text of this object."""

    name: str
    secret: str

    def __repr__(self) -> str:
        """Return what a log may hold."""
        return f"Account({self.name!r})"


@dataclass
class Answer:
    """What the library wants to know of an answer."""

    response: BaseHTTPResponse
    content_type: str
    redirect_location: str

    def close(self) -> None:
        """Let the connection go."""
        self.response.close()


class Client(AbstractHttpGitClient):
    """Asks a server of git over guarded connections, following few redirects.

    Besides what the library raises, each call raises Fault and Refused for what a server answers,
    OSError for what the network does, and what the guard raises.
    """

    def __init__(
        self, address: str, pool: PoolManager, guard: Guard, account: Account | None = None
    ) -> None:
        """Take an account that the server at the address is shown, and no other."""
        super().__init__(address, thin_packs=True, quiet=True)
        self.guard = guard
        self._pool, self._account = pool, account

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
            location = response.headers.get("Location")
            if response.status not in _MOVED or not location:
                break
            response.close()
            moved = urljoin(moved or url, _plain(location))
        kind = response.headers.get("Content-Type", "")
        try:
            _demand_git(response.status, kind)
        except Refused:
            response.close()
            raise
        return Answer(response, kind, moved), self._reading(response)

    def _asked(self, url: str, headers: dict[str, str], body: bytes | None) -> BaseHTTPResponse:
        checked_repository(url, self.guard.limits.let_in)
        method = "GET" if body is None else "POST"
        sent = headers | _OWN | self._shown(url)
        with self._connecting():
            return self._pool.request(
                method, url, body=body, headers=sent, redirect=False, preload_content=False
            )

    def _shown(self, url: str) -> dict[str, str]:
        """Return what proves the account, to the server alone that it is for."""
        if self._account is None or urlsplit(url)[:2] != urlsplit(self._base_url)[:2]:
            return {}
        return make_headers(basic_auth=f"{self._account.name}:{self._account.secret}")

    def _reading(self, response: BaseHTTPResponse) -> Callable[[int], bytes]:
        """Return a function that reads as many bytes as it is told, fewer only at the end."""

        def read(size: int) -> bytes:
            found = bytearray()
            while len(found) < size:
                with self._connecting():
                    piece = response.read(min(size - len(found), PIECE), decode_content=False)
                    found += self.guard.count(piece)
                if not piece:
                    break
            return bytes(found)

        return read

    @contextmanager
    def _connecting(self) -> Iterator[None]:
        """Tell what goes wrong with a connection as OSError, and as Fault once time is over."""
        try:
            yield
        except (HTTPError, OSError) as error:
            if self.guard.is_over:
                raise Fault(_("Upstream took too long to answer.")) from error
            raise ConnectionError from error


@contextmanager
def client(address: str, limits: Limits, account: Account | None = None) -> Iterator[Client]:
    """Yield a client whose connections end with the block."""
    with guarded(limits) as (pool, guard):
        yield Client(address, pool, guard, account)


def _plain(location: str) -> str:
    """Return where an answer leads; raises Refused for what stands in no address (RFC 3986)."""
    if not location.isascii() or not location.isprintable() or " " in location:
        raise Refused(_("This is not an address of a repository."))
    return location


def _demand_git(status: int, kind: str) -> None:
    """Raise Fault for a refusal, and Refused for an answer that is not git's.

    The library would take it for a folder of files, and unfold what is in them.
    """
    if status != HTTPStatus.OK:
        raise Fault(_("Upstream answered %(code)s.") % {"code": status}, status)
    if kind.startswith(_PAGE):
        raise Refused(
            _(
                "This leads to a web page, not to a repository: give the address that git clones"
                " from."
            )
        )
    if not kind.startswith(_SMART):
        raise Refused(_("Upstream does not speak git's smart protocol."))
