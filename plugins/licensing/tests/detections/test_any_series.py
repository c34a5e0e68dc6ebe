# SPDX-License-Identifier: AGPL-3.0-or-later
"""Any series rebased onto anything is found, and a different one never."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from detections.conftest import REFERENCE
from dulwich.object_store import BaseObjectStore, MemoryObjectStore
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.patch import write_tree_diff
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_licensing.detections.finding import find
from tresen_licensing.detections.records import Sought
from tresen_licensing.patches.identity import stable_id
from tresen_licensing.patches.series import PatchText

Files = Mapping[bytes, bytes]
NAMES = (b"a", b"b", b"c")
LINES = [b"line %d\n" % number for number in range(12)]


def commit(store: BaseObjectStore, files: Files, parents: Sequence[ObjectID], words: str) -> Any:
    tree = Tree()
    for name, body in files.items():
        blob = Blob.from_string(body)
        store.add_object(blob)
        tree.add(name, 0o100644, blob.id)
    store.add_object(tree)
    made = Commit()
    made.tree, made.parents, made.message = tree.id, list(parents), words.encode()
    made.author = made.committer = b"A <a@b.example>"
    made.author_time = made.commit_time = len(words)
    made.author_timezone = made.commit_timezone = 0
    store.add_object(made)
    return made


def patch(store: BaseObjectStore, old: Commit, new: Commit) -> PatchText:
    text = BytesIO()
    write_tree_diff(text, store, old.tree, new.tree)
    diff = text.getvalue()
    changes = store.tree_changes(old.tree, new.tree)
    paths = {path.decode() for pair, _modes, _ids in changes for path in pair if path}
    signed = ("a@b.example",)
    about = {"patch_id": stable_id(diff), "paths": tuple(sorted(paths)), "added": 1, "removed": 1}
    return PatchText("Change", "", "A", "a@b.example", None, signed, diff, **about)


# Where a line of ours is put into which file, and what upstream writes meanwhile elsewhere.
OURS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(4, 7), st.integers(0, 999)),
    min_size=1,
    max_size=4,
)
THEIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.booleans(), st.integers(0, 9)), max_size=4)


def changed(files: Files, name: bytes, at: int, line: bytes) -> dict[bytes, bytes]:
    lines = files[name].splitlines(keepends=True)
    return {**files, name: b"".join([*lines[:at], line, *lines[at:]])}


def written(files: Files, marks: Sequence[tuple[bytes, int, int]], word: bytes) -> list[Files]:
    """Return the files after each of our changes: a line after a line that stays."""
    found = [files]
    for name, after, number in marks:
        last = found[-1]
        at = last[name].splitlines(keepends=True).index(LINES[after]) + 1
        found.append(changed(last, name, at, word + b" %d\n" % number))
    return found[1:]


def history(
    theirs: Sequence[tuple[bytes, bool, int]], marks: Any, word: bytes
) -> tuple[BaseObjectStore, Commit, Commit, list[PatchText]]:
    """Return objects, base, head and our patches, which stand at the head on what they did."""
    store = MemoryObjectStore()
    files: Files = {name: b"".join(LINES) for name in NAMES}
    base = commit(store, files, [], "Begin")
    patches, last = [], base
    for each in written(files, marks, b"ours"):
        made = commit(store, each, [last.id], "Change")
        patches.append(patch(store, last, made))
        last = made
    head = base
    for name, is_above, number in theirs:
        at = 0 if is_above else len(files[name].splitlines())
        files = changed(files, name, at, b"theirs %d\n" % number)
        head = commit(store, files, [head.id], "Go on")
    for each in written(files, marks, word):
        head = commit(store, each, [head.id], "Another word")
    return store, base, head, patches


@settings(max_examples=60, deadline=None)
@given(theirs=THEIRS, marks=OURS)
def test_series_that_was_rebased_is_found(theirs: Any, marks: Any) -> None:
    store, base, head, patches = history(theirs, marks, b"ours")
    found = find(store, head.id.decode(), Sought(REFERENCE, base.id.decode(), patches))
    assert (found.is_whole, found.differently) == (True, "")


@settings(max_examples=60, deadline=None)
@given(theirs=THEIRS, marks=OURS)
def test_different_series_is_never_found(theirs: Any, marks: Any) -> None:
    store, base, head, patches = history(theirs, marks, b"other")
    found = find(store, head.id.decode(), Sought(REFERENCE, base.id.decode(), patches))
    assert (dict(found.hits), found.differently) == ({}, "")
