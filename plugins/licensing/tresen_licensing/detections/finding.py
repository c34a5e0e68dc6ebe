# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks through a history for a contribution, however it was merged.

Evidence is what a commit changes: the same patch by its stable id (a merge, a rebase), the same
content when our patches are put where the commit's parent left its files (a squash, a moved file),
or the same lines taken out and put in where their surroundings are other ones by now.
What a message says, its trailer or its sign-offs, tells which patches to compare; by itself it
proves only that upstream merged it differently.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from dulwich.object_store import BaseObjectStore, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.patch import write_tree_diff
from dulwich.walk import Walker

from tresen_licensing.detections.records import (
    CONTENT,
    LINES,
    PATCH_ID,
    SIGN_OFF,
    TRAILER,
    Findings,
    Hit,
    Sought,
)
from tresen_licensing.forges.trailers import names, signed_by
from tresen_licensing.patches.identity import stable_id
from tresen_licensing.patches.moved import changed_lines, outcome
from tresen_licensing.patches.series import PatchText

# As many commits are looked through, the latest of a history.
MOST_COMMITS = 5000


def find(store: BaseObjectStore, head: str, sought: Sought) -> Findings:
    """Return what the history that ends with the commit `head` holds of a contribution.

    Commits from before its base are not looked at, where the base is there. Raises KeyError where
    `head` is not in the store.
    """
    look = _Look(store, sought)
    for commit in _commits(store, head, sought.base):
        look.at(commit)
        if len(look.hits) == len(sought.patches):
            break
    differently = "" if len(look.hits) == len(sought.patches) else look.differently
    return Findings(len(sought.patches), look.hits, differently)


def first_tag(
    store: BaseObjectStore, head: str, commit: str, tags: Iterable[tuple[str, str]]
) -> str:
    """Return the earliest of the tags (name, commit) that holds a commit; empty for none."""
    after = {ObjectID(commit.encode())}
    order: dict[ObjectID, int] = {}
    for place, each in enumerate(_commits(store, head, "")):
        order[each.id] = place
        if after.intersection(each.parents):
            after.add(each.id)
    held = [
        (order[ObjectID(at.encode())], name)
        for name, at in tags
        if ObjectID(at.encode()) in after and ObjectID(at.encode()) in order
    ]
    return min(held)[1] if held else ""


def _commits(store: BaseObjectStore, head: str, base: str) -> Iterator[Commit]:
    """Return the commits of a history, parents before their children."""
    start = ObjectID(head.encode())
    if start not in store:
        raise KeyError(head)
    before = [ObjectID(base.encode())] if base and ObjectID(base.encode()) in store else None
    walker = Walker(
        store,
        [start],
        exclude=before,
        order="topo",
        max_entries=MOST_COMMITS,
        get_parents=lambda commit: [each for each in commit.parents if each in store],
    )
    return reversed([entry.commit for entry in walker])


@dataclass
class _Look:
    """One look through a history: what was found so far."""

    store: BaseObjectStore
    sought: Sought
    hits: dict[int, Hit] = field(default_factory=dict)
    differently: str = ""

    def at(self, commit: Commit) -> None:
        """Compare a commit with what is still to be found."""
        # A merge adds nothing to what its parents hold; before the first commit of a cut history
        # nobody knows what was.
        if len(commit.parents) > 1 or any(each not in self.store for each in commit.parents):
            return
        parent = self._tree(commit.parents[0]) if commit.parents else None
        message = commit.message.decode("utf-8", "replace")
        changed = self._changed(parent, commit.tree)
        if changed & self._paths(self._pending()):
            before = len(self.hits)
            self._singly(commit, parent, changed)
            if len(self.hits) == before:
                self._together(commit, parent, message)
            if len(self.hits) == before:
                self._by_lines(commit, parent, changed)
        if self._is_named(message) and commit.id.decode() not in self._commits_hit():
            self.differently = self.differently or commit.id.decode()

    def _pending(self) -> list[int]:
        return [at for at in range(1, len(self.sought.patches) + 1) if at not in self.hits]

    def _patches(self, positions: Sequence[int]) -> list[PatchText]:
        return [self.sought.patches[at - 1] for at in positions]

    def _paths(self, positions: Sequence[int]) -> set[bytes]:
        return {path.encode() for patch in self._patches(positions) for path in patch.paths}

    def _commits_hit(self) -> set[str]:
        return {each.commit for each in self.hits.values()}

    def _tree(self, commit_id: ObjectID) -> ObjectID | None:
        commit = self.store[commit_id]
        return commit.tree if isinstance(commit, Commit) else None

    def _changed(self, old: ObjectID | None, new: ObjectID) -> set[bytes]:
        sides = (paths for paths, _modes, _ids in self.store.tree_changes(old, new))
        return {path for pair in sides for path in pair if path}

    def _singly(self, commit: Commit, parent: ObjectID | None, changed: set[bytes]) -> None:
        """Look whether the commit is one of the patches: it has to touch the same files."""
        same = self._touching(changed)
        own = stable_id(self._diff(parent, commit.tree)) if same else ""
        for at in same:
            if self.sought.patches[at - 1].patch_id == own:
                self.hits[at] = Hit(commit.id.decode(), PATCH_ID)
                return
        for at in same:
            if self._gives(parent, commit.tree, [at]):
                self.hits[at] = Hit(commit.id.decode(), CONTENT)
                return

    def _by_lines(self, commit: Commit, parent: ObjectID | None, changed: set[bytes]) -> None:
        """Look whether the commit is one of the patches in other surroundings."""
        same = self._touching(changed)
        lines = changed_lines(self._diff(parent, commit.tree)) if same else {}
        for at in same:
            if lines and changed_lines(self.sought.patches[at - 1].diff) == lines:
                self.hits[at] = Hit(commit.id.decode(), LINES)
                return

    def _touching(self, changed: set[bytes]) -> list[int]:
        return [at for at in self._pending() if self._paths([at]) == changed]

    def _together(self, commit: Commit, parent: ObjectID | None, message: str) -> None:
        """Look whether the commit is several of the patches at once."""
        pending = self._pending()
        signed, has_trailer = self._signed(message), names(message, self.sought.reference)
        named = [at for at in pending if at in signed]
        for group, detector in ((named, SIGN_OFF), (pending, CONTENT)):
            if group and self._gives(parent, commit.tree, group):
                found = TRAILER if has_trailer else detector
                self.hits |= {at: Hit(commit.id.decode(), found) for at in group}
                return

    def _signed(self, message: str) -> set[int]:
        """Return the patches whose subject and sign-off stand in a message."""
        lines = {line.strip().lstrip("*- ").strip() for line in message.splitlines()}
        who = signed_by(message)
        return {
            at
            for at, patch in enumerate(self.sought.patches, start=1)
            if patch.subject in lines and who.intersection(patch.signed_off)
        }

    def _is_named(self, message: str) -> bool:
        is_all = len(self._signed(message)) == len(self.sought.patches)
        return names(message, self.sought.reference) or is_all

    def _diff(self, old: ObjectID | None, new: ObjectID) -> bytes:
        text = BytesIO()
        write_tree_diff(text, self.store, old, new)
        return text.getvalue()

    def _gives(self, old: ObjectID | None, new: ObjectID, positions: Sequence[int]) -> bool:
        """Tell whether patches make of one tree's files what stands in the other one."""
        made = outcome(lambda path: self._body(old, path), self._patches(positions))
        if made is None or not any(self._body(old, path) != body for path, body in made.items()):
            return False
        return all(self._body(new, path) == body for path, body in made.items())

    def _body(self, tree: ObjectID | None, path: bytes) -> bytes | None:
        if tree is None:
            return None
        try:
            blob = self.store[tree_lookup_path(self.store.__getitem__, tree, path)[1]]
        except (KeyError, NotADirectoryError, ValueError):
            return None
        return blob.as_raw_string() if isinstance(blob, Blob) else None
