# SPDX-License-Identifier: AGPL-3.0-or-later
"""Applies patches to a tree of git in memory: nothing is checked out, no program of git's runs."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dulwich.errors import ApplyDeltaError
from dulwich.object_store import (
    BaseObjectStore,
    MemoryObjectStore,
    OverlayObjectStore,
    commit_tree_changes,
    tree_lookup_path,
)
from dulwich.objects import S_IFGITLINK, Blob, Commit, ObjectID, SubmoduleEncountered
from dulwich.pack import apply_delta
from dulwich.patch import FilePatch, apply_patch_hunks, git_base85_decode, parse_unified_diff

from tresen_licensing.patches.paths import sides
from tresen_licensing.patches.series import PatchText

# A path of a tree with its mode and blob; both None where it goes.
Change = tuple[bytes, int | None, ObjectID | None]
_FILE = 0o100644
_SUBPROJECT = re.compile(b"Subproject commit ([0-9a-f]{40})\n")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PatchError(Exception):
    """A patch does not fit: `position` counts from 1, `path` is the file at which it failed."""

    def __init__(self, position: int, path: str) -> None:
        """Keep where it failed."""
        super().__init__(f"patch {position} does not apply to {path}")
        self.position, self.path = position, path


@dataclass(frozen=True)
class Applied:
    """What comes out: ids of git in 40 hexadecimal digits, and where all the objects are."""

    head: str
    tree: str
    store: BaseObjectStore


def apply_series(store: BaseObjectStore, base: str, patches: Sequence[PatchText]) -> Applied:
    """Return the commit and tree that come out when the patches stand on the commit `base`.

    `store` is read only; what is new stays in memory. The author is the committer, too, so that the
    same patches give the same commit anywhere. Raises KeyError where the base is not there, and
    PatchError for a patch that does not fit to the letter.
    """
    both, tree = _begun(store, base)
    head = ObjectID(base.encode())
    for position, patch in enumerate(patches, start=1):
        tree = _applied(both, tree, patch, position)
        made = _commit(patch, tree, head)
        both.add_object(made)
        head = made.id
    return Applied(head.decode(), tree.decode(), both)


def conflicts(
    store: BaseObjectStore, base: str, patches: Sequence[PatchText]
) -> list[tuple[int, str]]:
    """Return each patch's position with a file that it does not fit on the commit `base`.

    What does not fit is left as it is, and the rest tried on. Raises KeyError as `apply_series`.
    """
    both, tree = _begun(store, base)
    found = []
    for position, patch in enumerate(patches, start=1):
        for each in parse_unified_diff(patch.diff):
            changes = _changes(both, tree, each)
            if changes is None:
                found.append((position, _named(each)))
            else:
                tree = commit_tree_changes(both, tree, changes)
    return found


def _begun(store: BaseObjectStore, base: str) -> tuple[OverlayObjectStore, ObjectID]:
    """Return a store that keeps what is new in memory, and the tree of the commit `base`."""
    both = OverlayObjectStore([MemoryObjectStore(), store], None)
    both.add_store = both.bases[0]
    commit = both[ObjectID(base.encode())]
    if not isinstance(commit, Commit):
        raise KeyError(base)
    return both, commit.tree


def _applied(
    store: OverlayObjectStore, tree: ObjectID, patch: PatchText, position: int
) -> ObjectID:
    for each in parse_unified_diff(patch.diff):
        changes = _changes(store, tree, each)
        if changes is None:
            raise PatchError(position, _named(each))
        tree = commit_tree_changes(store, tree, changes)
    return tree


def _named(patch: FilePatch) -> str:
    """Return the file that a patch is about."""
    return next(filter(None, reversed(sides(patch))), b"").decode("utf-8", "replace")


def _changes(store: OverlayObjectStore, tree: ObjectID, patch: FilePatch) -> list[Change] | None:
    """Return what one file's patch changes in a tree; None where it does not fit."""
    source, target = sides(patch)
    found = _found(store, tree, source) if source is not None else (_FILE, b"")
    is_taken = source is None and _found(store, tree, target or b"") is not None
    body = _body(patch, found[1]) if found is not None and not is_taken else None
    if found is None or body is None:
        return None
    if target is None:
        # What is deleted has to be there to the last line.
        return None if body else [(source or b"", None, None)]
    mode = patch.new_mode or found[0]
    name = _named_commit(body) if mode == S_IFGITLINK else _kept(store, body)
    if name is None:
        return None
    change: Change = (target, mode, name)
    return [(patch.rename_from, None, None), change] if patch.rename_from else [change]


def _kept(store: OverlayObjectStore, body: bytes) -> ObjectID:
    blob = Blob.from_string(body)
    store.add_object(blob)
    return blob.id


def _named_commit(body: bytes) -> ObjectID | None:
    """Return the commit of another repository that a patch names; None for other words."""
    found = _SUBPROJECT.fullmatch(body)
    return ObjectID(found[1]) if found is not None else None


def _found(store: BaseObjectStore, tree: ObjectID, path: bytes) -> tuple[int, bytes] | None:
    """Return mode and bytes of a file in a tree; None where there is none.

    Of another repository within the tree these are the words by which patches name its commit.
    """
    try:
        mode, blob_id = tree_lookup_path(store.__getitem__, tree, path)
        if mode == S_IFGITLINK:
            return mode, b"Subproject commit %s\n" % blob_id
        blob = store[blob_id]
    except (KeyError, NotADirectoryError, SubmoduleEncountered, ValueError):
        return None
    return (mode, blob.as_raw_string()) if isinstance(blob, Blob) else None


def _body(patch: FilePatch, old: bytes) -> bytes | None:
    """Return the file's new bytes; None where the patch does not fit."""
    if patch.binary:
        return binary_body(patch, old)
    lines = apply_patch_hunks(patch, old.splitlines(keepends=True))
    return None if lines is None else b"".join(lines)


def binary_body(patch: FilePatch, old: bytes) -> bytes | None:
    """Return what a binary patch makes of a file's bytes; None where it does not fit."""
    if patch.binary_new is None:
        return None
    try:
        body = zlib.decompress(git_base85_decode(patch.binary_new))
        return b"".join(apply_delta(old, body)) if patch.binary_new_delta else body
    except (ValueError, zlib.error, ApplyDeltaError):
        return None


def _commit(patch: PatchText, tree: ObjectID, parent: ObjectID) -> Commit:
    made = Commit()
    made.tree, made.parents = tree, [parent]
    made.author = made.committer = f"{patch.author_name} <{patch.author_address}>".encode()
    moment = patch.authored_at or _EPOCH
    made.author_time = made.commit_time = int(moment.timestamp())
    zone = moment.utcoffset()
    made.author_timezone = made.commit_timezone = int(zone.total_seconds()) if zone else 0
    made.message = f"{patch.subject}\n\n{patch.message}".strip().encode() + b"\n"
    return made
