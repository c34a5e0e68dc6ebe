# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetches what is new in a repository: over the network, or from a folder the operator allows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dulwich.client import GitClient, LocalGitClient
from dulwich.errors import GitProtocolError, NotGitRepository
from dulwich.object_store import DiskObjectStore, ObjectStoreGraphWalker
from dulwich.objects import Commit, ObjectID
from dulwich.refs import Ref
from tresen.sdk import Refused, _

from tresen_licensing.networks import smart_http
from tresen_licensing.networks.faults import Fault
from tresen_licensing.networks.guards import Limits, TooLargeError
from tresen_licensing.repositories.histories import BROKEN, is_commit

_BRANCHES = b"refs/heads/"
_HEAD = b"HEAD"
FILE = "file://"


@dataclass(frozen=True)
class Wanted:
    """The branch that is asked for, empty for upstream's own, and commits that are needed."""

    branch: str
    commits: Collection[str] = ()


@dataclass(frozen=True)
class Fetched:
    """A pack with what is new, without an object where nothing is, and where branches stand."""

    pack: bytes
    heads: Mapping[str, str]


def fetch(
    store: DiskObjectStore, address: str, wanted: Wanted, known: Sequence[str], source: "Source"
) -> Fetched:
    """Return what a repository has beyond the commits `known`, which are in `store`.

    Raises Refused where nobody answers as a repository does, or a limit is reached; Fault where
    that may pass.
    """
    pack, seen = BytesIO(), dict[Ref, ObjectID]()

    def choose(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001 - the library's own
        seen.update(refs)
        return [each for each in _chosen(refs, wanted) if not is_commit(store, each.decode())]

    def keep(piece: bytes) -> int:
        if pack.tell() + len(piece) > source.limits.size:
            raise TooLargeError
        return pack.write(piece)

    heads = [ObjectID(each.encode()) for each in known]
    walker = ObjectStoreGraphWalker(heads, lambda each: _parents(store, each))
    with _failing(address), source.client(address) as (client, path):
        client.fetch_pack(path, choose, walker, keep)
    return Fetched(pack.getvalue(), _heads(seen, wanted))


@dataclass(frozen=True)
class Source:
    """From where may be fetched: limits for the network, and the folder that is allowed, if any."""

    limits: Limits
    folder: Path | None = None

    @contextmanager
    def client(self, address: str) -> Iterator[tuple[GitClient, str]]:
        """Yield what speaks to a repository, and its path; raises Refused for one not allowed."""
        if not address.startswith(FILE):
            with smart_http.client(address, self.limits) as ours:
                yield ours, ""
            return
        place = Path(unquote(urlsplit(address).path)).resolve()
        if self.folder is None or not place.is_relative_to(self.folder.resolve()):
            raise Refused(_("The operator allows no folder of this machine that holds it."))
        yield LocalGitClient(), str(place)


@contextmanager
def _failing(address: str) -> Iterator[None]:
    try:
        yield
    except TooLargeError as error:
        raise Refused(_("Upstream's history is larger than the operator allows.")) from error
    except (GitProtocolError, NotGitRepository, *BROKEN) as error:
        kind = Fault if isinstance(error, OSError) else Refused
        words = {"address": address}
        raise kind(_("%(address)s did not answer as a repository does.") % words) from error


def _parents(store: DiskObjectStore, commit: ObjectID) -> list[ObjectID]:
    found = store[commit]
    return list(found.parents) if isinstance(found, Commit) else []


def _chosen(found: Mapping[Any, Any], wanted: Wanted) -> list[ObjectID]:
    """Return the commits to ask for: of the branch, and those that are needed and offered."""
    ref = _BRANCHES + wanted.branch.encode() if wanted.branch else _HEAD
    if found.get(ref) is None:
        words = {"branch": wanted.branch or "HEAD"}
        raise Refused(_("Upstream has no branch “%(branch)s”.") % words)
    needed = {each.encode() for each in wanted.commits}
    return list(dict.fromkeys([found[ref], *(each for each in found.values() if each in needed)]))


def _heads(found: Mapping[Any, Any], wanted: Wanted) -> dict[str, str]:
    """Return where the branches that were asked for stand."""
    names = [_HEAD, _BRANCHES + wanted.branch.encode()]
    heads = {name.decode(): found[name].decode() for name in names if found.get(name)}
    return heads if not wanted.branch else {k: v for k, v in heads.items() if k != "HEAD"}
