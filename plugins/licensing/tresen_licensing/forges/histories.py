# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetches the latest history of a repository over HTTP, bounded, into a folder that goes again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from dulwich.errors import GitProtocolError, HangupException
from dulwich.object_store import BaseObjectStore
from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo
from tresen.sdk import _

from tresen_licensing.forges.records import Access
from tresen_licensing.networks import smart_http
from tresen_licensing.networks.faults import Fault
from tresen_licensing.networks.guards import Limits, TooLargeError
from tresen_licensing.networks.smart_http import Account, Client

# Commits in a row, bytes, and seconds of a history that is looked through.
DEPTH, MOST_BYTES, LONGEST = 2000, 300 * 1024 * 1024, 300.0
HEADS, TAGS, PEELED = b"refs/heads/", b"refs/tags/", b"^{}"
# What a server that answers with anything makes of the library, too.
FAILURES: tuple[type[Exception], ...] = (
    *(GitProtocolError, HangupException, OSError, TooLargeError),
    *(ValueError, KeyError, AssertionError),
)


@dataclass(frozen=True)
class History:
    """Objects of a repository, the last commit of its branch, and the commit of each tag."""

    store: BaseObjectStore
    head: str
    tags: Mapping[str, str]


@contextmanager
def connected(access: Access, url: str) -> Iterator[Client]:
    """Yield a client for a repository; only the forge's own server gets the token.

    What goes wrong with it in the block becomes Fault.
    """
    is_own = bool(access.token) and urlsplit(url)[:2] == urlsplit(access.address)[:2]
    account = Account(access.account or "token", access.token) if is_own else None
    limits = Limits(MOST_BYTES, LONGEST, access.let_in)
    with _failing(access), smart_http.client(url, limits, account) as ours:
        yield ours


@contextmanager
def fetched(access: Access, url: str, branch: str) -> Iterator[History]:
    """Yield the latest history of a branch, of the default one without a name; raises Fault."""
    with TemporaryDirectory() as folder, Repo.init_bare(folder) as repo:
        with connected(access, url) as ours:
            found = ours.fetch("", repo, determine_wants=_wanting(branch), depth=DEPTH)
            # Only this names the commit behind a tag that is an object of its own.
            named = ours.get_refs("", ref_prefix=[TAGS]).refs
        refs = {name: value for name, value in {**found.refs, **named}.items() if value}
        head = refs.get(_wished(refs, branch))
        if head is None:
            sentence = _("%(forge)s has no branch %(branch)s.")
            words = {"forge": access.title, "branch": branch or "HEAD"}
            raise Fault(sentence % words, HTTPStatus.NOT_FOUND)
        yield History(repo.object_store, head.decode(), _tags(refs))


@contextmanager
def _failing(access: Access) -> Iterator[None]:
    words = {"forge": access.title}
    try:
        yield
    except Fault as fault:
        if not fault.status:
            raise
        raise Fault(_sentence(fault.status) % words, fault.status) from fault
    except FAILURES as error:
        raise Fault(_sentence(0) % words) from error


def _sentence(status: int) -> str:
    sentences: dict[int, str] = {
        HTTPStatus.NOT_FOUND: _(
            "%(forge)s knows no such repository, or hides it from this account."
        ),
        HTTPStatus.UNAUTHORIZED: _(
            "%(forge)s does not accept the token: it is wrong, or its time is over."
        ),
    }
    broken = _("The repository of %(forge)s cannot be read or written just now.")
    return sentences.get(status, broken)


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
