# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which file a part of a diff comes from and goes to, as a tree of git knows it."""

from dulwich.patch import FilePatch


def sides(patch: FilePatch) -> tuple[bytes | None, bytes | None]:
    """Return source and target of one file's patch: None where it is new, and where it goes.

    In headers a path stands below `a/` or `b/`; where a file is renamed or copied it stands bare.
    """
    source = patch.rename_from or patch.copy_from or _bare(patch.old_path)
    target = patch.rename_to or patch.copy_to or _bare(patch.new_path)
    return source, target


def _bare(path: bytes | None) -> bytes | None:
    return None if path is None else path.partition(b"/")[2]
