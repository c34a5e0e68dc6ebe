# SPDX-License-Identifier: AGPL-3.0-or-later
"""What patches make of files that went on since: a hunk fits wherever its old lines stand.

Nothing else is forgiven: its lines, context and all, have to be there to the letter, in order.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dulwich.patch import FilePatch, PatchHunk, apply_patch_hunks, parse_unified_diff

from tresen_licensing.patches.applying import binary_body
from tresen_licensing.patches.paths import sides
from tresen_licensing.patches.series import PatchText

# Returns the bytes of a file by its path; None where there is none.
Read = Callable[[bytes], bytes | None]
# As many places are tried for one hunk.
MOST_PLACES = 200


def outcome(read: Read, patches: Sequence[PatchText]) -> dict[bytes, bytes | None] | None:
    """Return each touched path with the bytes that patches make of it, None for one that goes.

    None as a whole where they do not fit.
    """
    made: dict[bytes, bytes | None] = {}

    def reading(path: bytes) -> bytes | None:
        return made[path] if path in made else read(path)

    for patch in patches:
        for each in parse_unified_diff(patch.diff):
            changed = _changed(each, reading)
            if changed is None:
                return None
            made |= changed
    return made


def fitted(patch: FilePatch, old: bytes) -> bytes | None:
    """Return what one file's patch makes of bytes; None where a hunk fits nowhere."""
    lines, moved = old.splitlines(keepends=True), 0
    for hunk in patch.hunks:
        for start in _places(hunk, lines, hunk.old_start + moved):
            one = replace(patch, hunks=[replace(hunk, old_start=start)])
            tried = apply_patch_hunks(one, lines)
            if tried is not None:
                break
        else:
            return None
        moved = start - hunk.old_start + len(tried) - len(lines)
        lines = tried
    return b"".join(lines)


def changed_lines(diff: bytes) -> dict[bytes, list[bytes]]:
    """Return the lines that a diff takes out and puts in, by the path; none of a binary file."""
    found: dict[bytes, list[bytes]] = {}
    for each in parse_unified_diff(diff):
        path = next(filter(None, reversed(sides(each))), b"")
        lines = [line for hunk in each.hunks for line in hunk.lines if line[:1] in (b"-", b"+")]
        if lines:
            found.setdefault(path, []).extend(line.rstrip(b"\n") for line in lines)
    return found


def _changed(patch: FilePatch, read: Read) -> dict[bytes, bytes | None] | None:
    source, target = sides(patch)
    old = b"" if source is None else read(source)
    if old is None or (source is None and target is not None and read(target) is not None):
        return None
    body = binary_body(patch, old) if patch.binary else fitted(patch, old)
    if body is None or (target is None and body):
        return None
    made: dict[bytes, bytes | None] = {patch.rename_from: None} if patch.rename_from else {}
    if target is None:
        made[source or b""] = None
    else:
        made[target] = body
    return made


def _places(hunk: PatchHunk, lines: Sequence[bytes], near: int) -> Iterator[int]:
    """Yield lines (from 1) where a hunk may stand, the nearest first."""
    old = next((line[1:] for line in hunk.lines if line[:1] in (b" ", b"-")), None)
    if old is None:
        yield near
        return
    first = old.rstrip(b"\n")
    found = [at for at, line in enumerate(lines, start=1) if line.rstrip(b"\n") == first]
    yield from sorted(found, key=lambda at: (abs(at - near), at))[:MOST_PLACES]
