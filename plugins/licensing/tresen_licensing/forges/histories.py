# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetches the latest history of a repository over HTTP, bounded, into a folder that goes again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from dulwich.client import HttpGitClient, HTTPUnauthorized
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository
from dulwich.object_store import BaseObjectStore
from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo
from tresen.sdk import _

from tresen_licensing.forges import addresses
from tresen_licensing.forges.faults import Fault
from tresen_licensing.forges.records import Access

# Commits in a row, and bytes, of a history that are looked through.
DEPTH, MOST_BYTES = 2000, 300 * 1024 * 1024
HEADS, TAGS, PEELED = b"refs/heads/", b"refs/tags/", b"^{}"
# What a server that answers with anything makes of the library, too.
FAILURES: tuple[type[Exception], ...] = (
    *(GitProtocolError, HangupException, OSError),
    *(ValueError, KeyError, AssertionError),
)


@dataclass(frozen=True)
class History:
    """Objects of a repository, the last commit of its branch, and the commit of each tag."""

    store: BaseObjectStore
    head: str
    tags: Mapping[str, str]


class Client(HttpGitClient):
    """A client of git that connects to allowed addresses alone and reads no more than it may."""

    def _http_request(self, *given: Any, **more: Any) -> Any:
        response, read = super()._http_request(*given, **more)
        return response, _bounded(read)


def client(access: Access, url: str) -> Client:
    """Return a client for a repository; only the forge's own server gets the token."""
    checked = addresses.checked(url, access.let_in)
    is_own = bool(access.token) and urlsplit(checked)[:2] == urlsplit(access.address)[:2]
    name, secret = (access.account or "token", access.token) if is_own else (None, None)
    pool = addresses.manager(access.let_in)
    return Client(checked, pool_manager=pool, username=name, password=secret, quiet=True)


@contextmanager
def fetched(access: Access, url: str, branch: str) -> Iterator[History]:
    """Yield the latest history of a branch, of the default one without a name; raises Fault."""
    with TemporaryDirectory() as folder, Repo.init_bare(folder) as repo:
        ours = client(access, url)
        with failing(access):
            found = ours.fetch("", repo, determine_wants=_wanting(branch), depth=DEPTH)
            # Only this names the commit behind a tag that is an object of its own.
            named = ours.get_refs("", ref_prefix=[TAGS]).refs
        refs = {name: value for name, value in {**found.refs, **named}.items() if value}
        head = refs.get(_wished(refs, branch))
        if head is None:
            sentence = _("%(forge)s has no branch %(branch)s.")
            words = {"forge": access.title, "branch": branch or "HEAD"}
            raise Fault(sentence % words, 404)
        yield History(repo.object_store, head.decode(), _tags(refs))


@contextmanager
def failing(access: Access) -> Iterator[None]:
    """Turn what goes wrong with a repository into Fault."""
    words = {"forge": access.title}
    try:
        yield
    except NotGitRepository as error:
        sentence = _("%(forge)s knows no such repository, or hides it from this account.")
        raise Fault(sentence % words, 404) from error
    except HTTPUnauthorized as error:
        sentence = _("%(forge)s does not accept the token: it is wrong, or its time is over.")
        raise Fault(sentence % words, 401) from error
    except FAILURES as error:
        sentence = _("The repository of %(forge)s cannot be read or written just now.")
        raise Fault(sentence % words) from error


def _wanting(branch: str) -> Callable[..., list[ObjectID]]:
    def wanting(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001 - dulwich names it
        head = refs.get(_wished(refs, branch))
        return [head] if head else []

    return wanting


def _wished(refs: Mapping[Ref, Any], branch: str) -> Ref:
    name = HEADS + branch.encode() if branch else b"HEAD"
    return Ref(name if name in refs or branch else HEADS + b"main")


def _tags(refs: Mapping[Ref, ObjectID]) -> dict[str, str]:
    """Return the commit of each tag; what an annotated one stands for counts."""
    found: dict[str, str] = {}
    for name in sorted(refs):
        if name.startswith(TAGS):
            plain = name.removeprefix(TAGS).removesuffix(PEELED).decode("utf-8", "replace")
            found[plain] = refs[name].decode()
    return found


def _bounded(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    left = MOST_BYTES

    def reading(size: int = -1) -> bytes:
        nonlocal left
        body = read(size)
        left -= len(body)
        if left < 0:
            raise GitProtocolError("more than may be read")
        return body

    return reading
