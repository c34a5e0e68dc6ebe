# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens upstream's history from the packs that are kept, and takes new ones in."""

import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dulwich.errors import ApplyDeltaError, ChecksumMismatch, FileFormatException
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Commit, ObjectID
from dulwich.pack import UnresolvedDeltas
from tresen.sdk import Desk, Refused, _, read_file

from tresen_licensing.repositories.models import MirrorPack
from tresen_licensing.repositories.packs import demand_bounded

# What the library raises for bytes that are not what they say.
BROKEN = (
    *(ApplyDeltaError, ChecksumMismatch, FileFormatException, UnresolvedDeltas, zlib.error),
    *(AssertionError, EOFError, LookupError, OSError, ValueError),
)


class NewPack(NamedTuple):
    """A pack that came in, complete in itself, and its index."""

    pack: bytes
    listing: bytes


@contextmanager
def opened(desk: Desk, packs: Sequence[MirrorPack]) -> Iterator[DiskObjectStore]:
    """Yield the objects of packs for reading, in a folder that goes when the block ends."""
    with TemporaryDirectory() as folder:
        store = DiskObjectStore.init(folder)
        for each in packs:
            name = Path(folder) / "pack" / f"pack-{each.index.sha256}"
            name.with_suffix(".pack").write_bytes(read_file(desk, each.pack))
            name.with_suffix(".idx").write_bytes(read_file(desk, each.index))
        try:
            yield store
        finally:
            store.close()


def take_in(store: DiskObjectStore, pack: bytes) -> NewPack | None:
    """Take a pack in, which may stand on objects that are there; None for one without any.

    Raises Refused for one that is broken, would swell, or stands on what is not there.
    """
    if not demand_bounded(pack):
        return None
    folder = Path(store.path) / "pack"
    before = set(folder.glob("*.pack"))
    stream = io.BytesIO(pack)
    try:
        store.add_thin_pack(stream.read, None)
    except BROKEN as error:
        raise Refused(_("The history is broken: it cannot be read.")) from error
    for new in set(folder.glob("*.pack")) - before:
        return NewPack(new.read_bytes(), new.with_suffix(".idx").read_bytes())
    return None


def demand_commits(store: DiskObjectStore, heads: Mapping[str, str]) -> None:
    """Raise Refused unless every branch ends in a commit that is there."""
    for name, commit in heads.items():
        if not is_commit(store, commit):
            words = {"branch": name, "commit": commit[:12]}
            raise Refused(_("“%(branch)s” ends in %(commit)s, which is not there.") % words)


def is_commit(store: DiskObjectStore, commit: str) -> bool:
    """Tell whether a commit is there."""
    try:
        return isinstance(store[ObjectID(commit.encode())], Commit)
    except BROKEN:
        return False
