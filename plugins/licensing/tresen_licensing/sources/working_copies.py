# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a working copy of git: what is tracked, what is new, and what is not committed.

What runs from a working copy can be compared with nothing but its last commit.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from dulwich.errors import NotGitRepository
from dulwich.ignore import IgnoreFilterManager
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit
from dulwich.repo import Repo


@dataclass(frozen=True)
class WorkingCopy:
    """What lies below one folder of a working copy; names are relative to that folder.

    `committed` holds the blob of each file in the commit, as 40 hexadecimal digits.
    """

    folder: Path
    commit: str
    committed: dict[str, str]
    names: tuple[str, ...]

    def differing(self) -> list[str]:
        """Return the names that are not as the commit has them: changed, new or removed."""
        present = set(self.names)
        gone = [name for name in self.committed if name not in present]
        return sorted([*gone, *(name for name in self.names if self._differs(name))])

    def _differs(self, name: str) -> bool:
        known = self.committed.get(name)
        return known is None or known != blob_id((self.folder / name).read_bytes())


def blob_id(body: bytes) -> str:
    """Return the name that git gives these bytes."""
    return Blob.from_string(body).id.decode("ascii")


def working_copy(folder: Path, packages: Iterable[Path]) -> WorkingCopy | None:
    """Return what is tracked below the folder, and what is new in the packages.

    None where no working copy tracks anything there.
    """
    try:
        repo = Repo.discover(str(folder))
    except NotGitRepository:
        return None
    with closing(repo):
        root = Path(repo.path).resolve()
        within = folder.resolve().relative_to(root)
        tracked = set(_below(within, (os.fsdecode(name) for name in repo.open_index())))
        if not tracked:
            return None
        commit, blobs = _head(repo)
        fresh = set(_fresh(repo, root, packages))
        names = tracked | set(_below(within, fresh))
        committed = {name: blobs[_whole(within, name)] for name in _below(within, blobs)}
        present = tuple(sorted(name for name in names if (folder / name).is_file()))
        return WorkingCopy(folder, commit, committed, present)


def _head(repo: Repo) -> tuple[str, dict[str, str]]:
    """Return the commit that is checked out with its blobs by name; nothing before the first."""
    try:
        commit = repo[repo.head()]
    except KeyError:
        return "", {}
    if not isinstance(commit, Commit):
        return "", {}
    entries = iter_tree_contents(repo.object_store, commit.tree)
    blobs = {os.fsdecode(each.path): each.sha.decode("ascii") for each in entries}
    return commit.id.decode("ascii"), blobs


def _fresh(repo: Repo, root: Path, packages: Iterable[Path]) -> Iterator[str]:
    """Yield what lies in the packages and is not to be ignored, tracked or not."""
    rules = IgnoreFilterManager.from_repo(repo)
    for package in packages:
        for file in package.rglob("*"):
            name = file.resolve().relative_to(root).as_posix() if file.is_file() else ""
            if name and not file.is_symlink() and not rules.is_ignored(name):
                yield name


def _below(within: Path, names: Iterable[str]) -> Iterator[str]:
    head = "" if within == Path() else f"{within.as_posix()}/"
    return (name.removeprefix(head) for name in names if name.startswith(head))


def _whole(within: Path, name: str) -> str:
    return (within / name).as_posix()
