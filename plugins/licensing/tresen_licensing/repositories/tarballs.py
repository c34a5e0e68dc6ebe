# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes a commit as the tar that `git archive --format=tar` makes of it, to the byte.

So whoever has the repository computes the same SHA-512 with git alone. Attributes (`export-ignore`,
`export-subst`) are not obeyed: what is owed is the source as a whole.
"""

import gzip
import hashlib
import io
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from dulwich.object_store import BaseObjectStore
from dulwich.objects import S_IFGITLINK, Blob, Commit, ObjectID, Tree

_RECORD, _BLOCK = 512, 10_240
_NAME, _PREFIX, _LINK = 100, 155, 100
_UMASK = 0o002
# No later second goes into the eleven digits of a header.
_LATEST = 0o77777777777
_FILE, _FOLDER, _SYMLINK = b"0", b"5", b"2"
_EXTENDED, _GLOBAL = b"x", b"g"


@dataclass(frozen=True)
class Archive:
    """A tar by the SHA-512 of its bytes, and the same bytes as gzip packs them.

    `submodules` are path and commit of each other repository that the tree names: of these a tar
    holds nothing but an empty folder.
    """

    sha512: str
    packed: bytes
    submodules: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Entry:
    """A path of a tree; of a folder the path ends with a slash."""

    path: bytes
    mode: int
    name: ObjectID
    body: bytes = b""


def archive(store: BaseObjectStore, head: str) -> Archive:
    """Return the archive of a commit, reading file by file; raises KeyError for what is missing."""
    digest, out, size = hashlib.sha512(), io.BytesIO(), 0
    links: list[_Entry] = []
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as pressed:
        for piece in _pieces(store, head, links):
            digest.update(piece)
            pressed.write(piece)
            size += len(piece)
        # Two empty records at least, then up to a whole block.
        end = b"\0" * (2 * _RECORD + -(size + 2 * _RECORD) % _BLOCK)
        digest.update(end)
        pressed.write(end)
    named = ((each.path.rstrip(b"/").decode("utf-8", "replace"), each.name) for each in links)
    within = tuple((path, commit.decode()) for path, commit in named)
    return Archive(digest.hexdigest(), out.getvalue(), within)


def _pieces(store: BaseObjectStore, head: str, links: list[_Entry]) -> Iterator[bytes]:
    """Yield the tar piece by piece, and put down the other repositories that it meets."""
    commit = store[ObjectID(head.encode())]
    if not isinstance(commit, Commit):
        raise KeyError(head)
    moment = min(commit.commit_time, _LATEST)
    said = _record(b"comment", head.encode())
    if commit.commit_time > _LATEST:
        said += _record(b"mtime", b"%d" % commit.commit_time)
    yield from _with(b"pax_global_header", 0o666, _GLOBAL, moment, said)
    for entry in _walk(store, commit.tree, b""):
        if entry.mode == S_IFGITLINK:
            links.append(entry)
        yield from _written(entry, moment)


def _walk(store: BaseObjectStore, tree_id: ObjectID, above: bytes) -> Iterator[_Entry]:
    tree = store[tree_id]
    if not isinstance(tree, Tree):
        raise KeyError(tree_id)
    for item in tree.iteritems():
        path = above + item.path
        if stat.S_ISDIR(item.mode):
            yield from _below(_Entry(path + b"/", item.mode, item.sha), store)
        elif stat.S_ISREG(item.mode) or stat.S_ISLNK(item.mode):
            blob = store[item.sha]
            body = blob.as_raw_string() if isinstance(blob, Blob) else b""
            yield _Entry(path, item.mode, item.sha, body)
        else:
            # Another repository within this one: git writes its folder, empty.
            yield _Entry(path + b"/", S_IFGITLINK, item.sha)


def _below(folder: _Entry, store: BaseObjectStore) -> Iterator[_Entry]:
    """Yield a folder and what is in it; nothing of one that holds no file, as git leaves it out."""
    is_told = False
    for entry in _walk(store, folder.name, folder.path):
        if not is_told:
            yield folder
        is_told = True
        yield entry


def _written(entry: _Entry, moment: int) -> Iterator[bytes]:
    kind, mode = _kind(entry.mode)
    body = entry.body if kind == _FILE else b""
    link = entry.body if kind == _SYMLINK else b""
    prefix, name, extended = _place(entry)
    if len(link) > _LINK:
        extended += _record(b"linkpath", link)
        link = b"see %s.paxheader" % entry.name
    if extended:
        yield from _with(b"%s.paxheader" % entry.name, 0o666, _EXTENDED, moment, extended)
    yield _header(name, mode, kind, (len(body), moment), link, prefix)
    yield _padded(body)


def _kind(mode: int) -> tuple[bytes, int]:
    """Return the kind of an entry in a tar and its rights, as git gives them."""
    if stat.S_ISDIR(mode) or mode == S_IFGITLINK:
        return _FOLDER, 0o777 & ~_UMASK
    if stat.S_ISLNK(mode):
        return _SYMLINK, 0o777
    return _FILE, (0o777 if mode & 0o100 else 0o666) & ~_UMASK


def _place(entry: _Entry) -> tuple[bytes, bytes, bytes]:
    """Return prefix and name of a path, and what has to be said beside where it is too long."""
    path = entry.path
    if len(path) <= _NAME:
        return b"", path, b""
    # The last slash that still fits into the prefix, not counting the one that ends a folder.
    cut = path.rfind(b"/", 0, min(len(path) - path.endswith(b"/"), _PREFIX))
    if cut > 0 and len(path) - cut - 1 <= _NAME:
        return path[:cut], path[cut + 1 :], b""
    return b"", b"%s.data" % entry.name, _record(b"path", path)


def _with(name: bytes, mode: int, kind: bytes, moment: int, body: bytes) -> Iterator[bytes]:
    yield _header(name, mode, kind, (len(body), moment))
    yield _padded(body)


def _header(
    name: bytes,
    mode: int,
    kind: bytes,
    numbers: tuple[int, int],
    link: bytes = b"",
    prefix: bytes = b"",
) -> bytes:
    """Return the record before an entry's bytes; `numbers` are size and seconds."""
    size, moment = numbers
    before = b"".join(
        (
            name.ljust(_NAME, b"\0"),
            b"%07o\0%07o\0%07o\0" % (mode, 0, 0),
            b"%011o\0%011o\0" % (size, moment),
        )
    )
    after = b"".join(
        (
            kind + link.ljust(_LINK, b"\0") + b"ustar\x0000",
            b"root".ljust(32, b"\0") * 2,
            b"%07o\0%07o\0" % (0, 0) + prefix.ljust(_PREFIX, b"\0"),
        )
    )
    total = sum(before) + sum(after) + 8 * ord(" ")
    return (before + b"%07o\0" % total + after).ljust(_RECORD, b"\0")


def _record(key: bytes, value: bytes) -> bytes:
    """Return a record of an extended header, which begins with its own length."""
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    length = rest + len(str(length))
    return b"%d %s=%s\n" % (length, key, value)


def _padded(body: bytes) -> bytes:
    return body + b"\0" * (-len(body) % _RECORD)
