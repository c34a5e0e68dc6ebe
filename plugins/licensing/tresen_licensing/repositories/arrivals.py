# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes that come as commits, on a branch or in a bundle: they are kept as a series of patches.

Their history is looked at and goes again; what is upstream's own is taken in elsewhere.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from dulwich.object_store import DiskObjectStore
from dulwich.objects import Commit, ObjectID
from dulwich.pack import Pack
from tresen.sdk import Desk, Refused, _, desk_for, release

from tresen_licensing.changes import service as changing
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments.models import Development
from tresen_licensing.patches.series import MOST_PATCHES
from tresen_licensing.patches.writing import mailbox_of
from tresen_licensing.repositories import histories, queries
from tresen_licensing.repositories.fetching import Wanted, fetch
from tresen_licensing.repositories.models import MirrorPack
from tresen_licensing.repositories.service import opened_bundle, source_of

MAGIC = b"# v"
_BRANCH = "refs/heads/"


def is_bundle(body: bytes) -> bool:
    """Tell whether a file is a bundle, or wants to be one."""
    return body.startswith(MAGIC)


def from_bundle(desk: Desk, row: Development, body: bytes, branch: str, base: str) -> ChangeSet:
    """Keep the commits of a bundle as the next version of the changes.

    `branch` is needed where it holds several; `base` is the commit that they stand on, else the
    last one that upstream has. Raises Refused.
    """
    changing.demand_open(row)
    bundle = opened_bundle(desk, body)
    head = _head(bundle.heads, branch)
    with _history(desk, row) as store:
        known = tuple(store.packs)
        histories.take_in(store, bundle.pack)
        written = mailbox_of(store, base.strip().lower() or _base(known, store, head), head)
    return changing.add(desk, row, [written], "")


def from_branch(desk: Desk, row: Development, address: str, branch: str, base: str) -> None:
    """Fetch a branch, and keep its commits as the next version; other words as `from_bundle`.

    Nobody waits for the network within a transaction: the desk is let go of before.
    """
    changing.demand_open(row)
    if not branch.strip():
        raise Refused(_("Which branch holds the changes?"))
    reference, source = row.reference, source_of(desk)
    place = queries.address_of(address) or queries.address_of(row.upstream_url)
    mirror = queries.mirror(desk, queries.address_of(row.upstream_url))
    heads = list(queries.heads_of(desk, mirror.id).values()) if mirror else []
    wanted = Wanted(branch.strip().removeprefix(_BRANCH))
    with _history(desk, row) as store:
        release(desk)
        known = tuple(store.packs)
        found = fetch(store, place, wanted, heads, source)
        if found.pack:
            histories.take_in(store, found.pack)
        head = _head(found.heads, branch)
        written = mailbox_of(store, base.strip().lower() or _base(known, store, head), head)
    with desk_for(desk.core, desk.actor, write=True) as later:
        changing.add(later, developments.development(later, reference), [written], "")


def _history(desk: Desk, row: Development) -> AbstractContextManager[DiskObjectStore]:
    """Return upstream's history as it is known, to which others are added."""
    mirror = queries.mirror(desk, queries.address_of(row.upstream_url))
    packs: Sequence[MirrorPack] = queries.packs_of(desk, mirror.id) if mirror else []
    return histories.opened(desk, packs)


def _head(heads: Mapping[str, str], branch: str) -> str:
    """Return the commit of a branch; without a name, of the only one there is."""
    if branch.strip():
        found = queries.head_of(heads, branch)
        if found is None:
            raise Refused(_("The bundle has no branch “%(branch)s”.") % {"branch": branch.strip()})
        return found
    known = {each for name, each in heads.items() if name.startswith(_BRANCH)}
    if len(known) != 1:
        raise Refused(_("Which branch of the bundle holds the changes?"))
    return known.pop()


def _base(known: Sequence[Pack], store: DiskObjectStore, head: str) -> str:
    """Return the first commit behind a branch that upstream has; raises Refused for none."""
    at = ObjectID(head.encode())
    for _number in range(MOST_PATCHES + 1):
        found = store[at] if histories.is_commit(store, at.decode()) else None
        if not isinstance(found, Commit):
            break
        if any(at in each for each in known):
            return at.decode()
        if not found.parents:
            break
        at = found.parents[0]
    raise Refused(
        _("Upstream's history knows none of these commits: fetch it, or say on which they stand.")
    )
