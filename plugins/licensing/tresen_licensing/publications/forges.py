# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a commit and its tree from a repository over git's own protocol, as a stranger does."""

import hashlib
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from dulwich.errors import GitProtocolError, HangupException, ObjectFormatException
from dulwich.object_store import ObjectStoreGraphWalker
from dulwich.objects import Commit, ObjectID
from dulwich.refs import Ref
from tresen.sdk import Refused
from urllib3 import PoolManager

from tresen_licensing.networks.faults import Fault
from tresen_licensing.networks.guards import Guard
from tresen_licensing.networks.smart_http import Client
from tresen_licensing.publications import kinds
from tresen_licensing.publications.records import Reading, UnreadableError, Wanted

# A commit is far smaller; so much of a pack is looked at, since its commit comes first.
_ENOUGH = 65_536
_COMMIT, _TAG = 1, 4
_HEADER = 12
# The first is what forges answer for what is deleted, too; nobody without an account gets it.
_GONE = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)
_HEX = frozenset("0123456789abcdef")


class _EnoughError(Exception):
    """The commit is there; the rest of the pack is not needed."""


@dataclass(frozen=True)
class _Named:
    """A commit that is looked for, and the object by which a server lets itself be asked for it."""

    commit: ObjectID
    asked: ObjectID


def read_commit(wanted: Wanted, pool: PoolManager, guard: Guard) -> Reading:
    """Return the commit that a branch, a tag or its own id names, with its tree.

    A commit that was seen once is asked for first, as a branch goes on; servers that give out
    nothing but the ends of branches are asked for the revision then. The SHA-256 is that of the
    commit's bytes. Raises UnreadableError, GitProtocolError, and what the client raises.
    """
    client = Client(wanted.address, pool, guard)
    try:
        refs = client.get_refs("").refs
    except Fault as fault:
        if fault.status in _GONE:
            return Reading(kinds.GONE)
        raise
    if wanted.commit:
        with suppress(ConnectionError, Refused, UnreadableError):
            found = _read(client, _object(wanted.commit))
            if found is not None:
                return found
    named = _named(refs, wanted.revision)
    return (named and _read(client, named)) or Reading(kinds.GONE)


def _read(client: Client, named: _Named) -> Reading | None:
    body = _fetched(client, named)
    if body is None:
        return None
    commit = _parsed(body, named)
    digest = hashlib.sha256(body).hexdigest()
    return Reading(kinds.HELD, commit.tree.decode(), commit.id.decode(), kinds.TREE, digest)


def _object(name: str) -> _Named:
    return _Named(ObjectID(name.encode()), ObjectID(name.encode()))


def _named(refs: Mapping[Ref, ObjectID | None], revision: str) -> _Named | None:
    """Return what a revision names; None where there is none of the name."""
    if len(revision) == 40 and set(revision) <= _HEX:
        return _object(revision)
    plain = revision.encode()
    for name in (b"refs/tags/%s" % plain, b"refs/heads/%s" % plain):
        found = refs.get(Ref(name))
        if found is not None:
            return _Named(refs.get(Ref(name + b"^{}")) or found, found)
    return None


def _fetched(client: Client, named: _Named) -> bytes | None:
    """Return the bytes of a commit; None where the server does not give it out."""
    pack = bytearray()

    def keep(part: bytes) -> int:
        pack.extend(part)
        if len(pack) >= _ENOUGH:
            raise _EnoughError
        return len(part)

    def wants(*_refs: object, **_more: object) -> list[ObjectID]:
        return [named.asked]

    walker = ObjectStoreGraphWalker([], lambda _sha: [])
    try:
        with suppress(_EnoughError):
            client.fetch_pack("", wants, walker, keep, depth=1, filter_spec=b"tree:0")
    except (GitProtocolError, HangupException):
        # Servers say in many ways that they do not have it; what the network does is no such.
        return None
    return _first_commit(bytes(pack))


def _first_commit(pack: bytes) -> bytes:
    """Return the bytes of a pack's first commit; raises UnreadableError where none comes first.

    A tag may stand before it. The rest is left alone: it may unfold into any number of bytes.
    Source: gitformat-pack(5).
    """
    kind, body, rest = _TAG, b"", pack[_HEADER:] if pack[:4] == b"PACK" else b""
    while kind == _TAG and rest:
        kind, body, rest = _unpacked(rest)
    if kind != _COMMIT:
        raise UnreadableError
    return body


def _unpacked(rest: bytes) -> tuple[int, bytes, bytes]:
    """Return an object's kind and bytes, and what follows it; raises UnreadableError."""
    # Its head goes on while the highest bit is set.
    head = next((at for at, each in enumerate(rest, start=1) if not each & 0x80), len(rest))
    opened = zlib.decompressobj()
    body = opened.decompress(rest[head:], _ENOUGH)
    if not opened.eof:
        raise UnreadableError
    return (rest[0] >> 4) & 7, body, opened.unused_data


def _parsed(body: bytes, named: _Named) -> Commit:
    """Return the commit, whose id is reckoned anew from its bytes."""
    try:
        commit = Commit.from_string(body)
        commit.check()
    except ObjectFormatException as error:
        raise UnreadableError from error
    if not isinstance(commit, Commit) or commit.id != named.commit:
        raise UnreadableError
    return commit
