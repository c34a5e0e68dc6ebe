# SPDX-License-Identifier: AGPL-3.0-or-later
"""C15: whether the archive that is handed out gives the tree that was published."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from tarfile import TarError

from tresen.sdk import Desk, lazy, read_file

from tresen_licensing.audits.records import NOT_YET, NOTHING, Audit, Looked, ended
from tresen_licensing.bundles.verify import tree_of
from tresen_licensing.clearances.checks.records import Found
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import queries as publications
from tresen_licensing.repositories.queries import source_tree


def _look(desk: Desk, row: Development) -> Looked:
    change = publications.source(desk, row).change
    made = source_tree(desk, change.id) if change else None
    if made is None:
        return NOT_YET
    if made.archive is None:
        return NOTHING
    links = dict(json.loads(made.submodules))
    return ended([*faults(read_file(desk, made.archive), made.archive_sha512, made.tree, links)])


def faults(
    body: bytes, sha512: str, tree: str, links: Mapping[str, str] | None = None
) -> Iterator[Found]:
    """Yield how a tar.gz differs: in the SHA-512 of its tar, or in git's id of its tree.

    `links` are the commits of submodules by their path, which the tree names and no tar holds.
    """
    try:
        plain = gzip.decompress(body)
        found = tree_of(plain, dict(links or {}))
    except (OSError, EOFError, zlib.error, TarError):
        yield Found("unreadable")
        return
    if hashlib.sha512(plain).hexdigest() != sha512:
        yield Found("digest")
    if found != tree:
        yield Found("tree")


REPRODUCED = Audit(
    "C15",
    lazy("The archive gives the same tree"),
    lazy("Put the changes on their base again, so that the source is packed anew."),
    {
        "unreadable": lazy("The archive cannot be unpacked."),
        "digest": lazy("The archive has another SHA-512 than it was given."),
        "tree": lazy("The archive gives another tree of git."),
    },
    _look,
)
