# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks at an anchor's address and reads which source is there, without an account."""

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from dulwich.errors import GitProtocolError, HangupException
from tresen.sdk import Refused
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from tresen_licensing.networks.faults import Fault, NotLetInError
from tresen_licensing.networks.guards import Guard, Limits, TooLargeError, guarded
from tresen_licensing.publications import kinds
from tresen_licensing.publications.forges import read_commit
from tresen_licensing.publications.records import Reading, UnreadableError, Wanted

_ID = re.compile("[0-9a-f]{40}")
_GZIP = b"\x1f\x8b"
_OUTCOMES: Mapping[type[Refused], str] = {NotLetInError: kinds.REFUSED, Fault: kinds.SILENT}


def read(wanted: Wanted, limits: Limits) -> Reading:
    """Return what is found at the address; whatever goes wrong there is an outcome, too."""
    try:
        with guarded(limits) as (pool, guard):
            found = _READERS[wanted.kind](wanted, pool, guard)
            # An answer that was cut off can look like a whole one.
            guard.count(b"")
    except Refused as refusal:
        return Reading(_OUTCOMES.get(type(refusal), kinds.UNREADABLE))
    except (TooLargeError, UnreadableError, ValueError, RecursionError, zlib.error):
        return Reading(kinds.UNREADABLE)
    except (OSError, HTTPError, GitProtocolError, HangupException):
        return Reading(kinds.SILENT)
    if not all(_ID.fullmatch(each) for each in (found.tree, found.commit) if each):
        # Nothing but an id of git is kept of what strangers say.
        return Reading(kinds.UNREADABLE)
    if found.outcome == kinds.HELD and (not wanted.tree or found.tree != wanted.tree):
        return replace(found, outcome=kinds.OTHER)
    return found


def _archive(wanted: Wanted, pool: PoolManager, guard: Guard) -> Reading:
    """Read an archive whole, and compare its SHA-512, as it is and without its compression."""
    body = _body(wanted.address, pool, guard)
    if body is None:
        return Reading(kinds.GONE)
    plain = _unzipped(body, guard.limits.size) if body.startswith(_GZIP) else body
    digests = {hashlib.sha512(each).hexdigest() for each in (body, plain)}
    tree = wanted.tree if wanted.archive_sha512 in digests else ""
    return Reading(kinds.HELD, tree, "", kinds.ARCHIVE, hashlib.sha256(body).hexdigest())


def _unzipped(body: bytes, most: int) -> bytes:
    """Return what is packed in an archive; raises TooLargeError beyond `most` bytes."""
    plain = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, most + 1)
    if len(plain) > most:
        raise TooLargeError
    return plain


def _heritage(wanted: Wanted, pool: PoolManager, guard: Guard) -> Reading:
    """Read what Software Heritage says of a commit: `GET /api/1/revision/<commit>/`."""
    body = _body(wanted.address, pool, guard)
    if body is None:
        return Reading(kinds.GONE)
    said = json.loads(body)
    tree, commit = (said.get(key) if isinstance(said, dict) else None for key in _SAID)
    if not isinstance(tree, str) or not isinstance(commit, str):
        raise UnreadableError
    digest = hashlib.sha256(body).hexdigest()
    return Reading(kinds.HELD, tree, commit, kinds.TREE, digest)


_SAID = ("directory", "id")


def _body(address: str, pool: PoolManager, guard: Guard) -> bytes | None:
    """Return the bytes at an address; None where nothing is there any more."""
    headers = {"Accept": "*/*", "User-Agent": "Tresen"}
    answer = pool.request("GET", address, headers=headers, preload_content=False)
    try:
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise ConnectionError
        return guard.read(answer)
    finally:
        answer.close()


_READERS: Mapping[str, Callable[[Wanted, PoolManager, Guard], Reading]] = {
    kinds.FORGE: read_commit,
    kinds.OPENCODE: read_commit,
    kinds.PACKAGE_INDEX: _archive,
    kinds.SOFTWARE_HERITAGE: _heritage,
}
