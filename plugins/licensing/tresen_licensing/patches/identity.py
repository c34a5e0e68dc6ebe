# SPDX-License-Identifier: AGPL-3.0-or-later
"""The id of a patch that stays the same when the patch is applied elsewhere.

As `git patch-id --stable` reckons it, so that whoever checks us needs git alone (git's manual,
git-patch-id(1)): for each file the SHA-1 of its lines without white space, line numbers and ids of
blobs; then the sum of these, so that the order of the files does not matter.
"""

import hashlib
import re

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_INDEX = re.compile(rb"index ([0-9a-f]+)\.\.([0-9a-f]+)")
_BINARY = (b"GIT binary patch", b"Binary files")
_NO_NEWLINE = b"\\ "
_BYTES = 20


def stable_id(diff: bytes) -> str:
    """Return the id of a unified diff in 40 hexadecimal digits; empty for a text without one."""
    parts = _files(diff)
    if not parts:
        return ""
    total = bytes(_BYTES)
    for part in parts:
        total = _sum(total, _hash_of(part))
    if any(line.startswith(_BINARY) for line in parts[-1]):
        # git closes a binary file at once, and at the end once more: with nothing.
        total = _sum(total, _sha1().digest())
    return total.hex()


def _files(diff: bytes) -> list[list[bytes]]:
    """Return the lines of each file's part; a file without lines counts to the next one."""
    parts: list[list[bytes]] = []
    for line in diff.splitlines(keepends=True):
        if line.startswith(b"diff --git ") and (not parts or _has_body(parts[-1])):
            parts.append([])
        if parts:
            parts[-1].append(line)
    return parts


def _has_body(part: list[bytes]) -> bool:
    return any(line.startswith((b"--- ", *_BINARY)) for line in part)


def _hash_of(part: list[bytes]) -> bytes:
    """Return the SHA-1 of one file's part; what follows its last hunk is not part of it."""
    digest = _sha1()
    ids: tuple[bytes, bytes] = (b"", b"")
    before, after, in_header = 0, 0, True
    for line in part:
        if in_header:
            if index := _INDEX.match(line):
                ids = index[1], index[2]
                continue
            if line.startswith(_BINARY):
                digest.update(ids[0] + ids[1])
                break
        if before <= 0 and after <= 0 and not (in_header and not line.startswith(b"@@ -")):
            hunk = _HUNK.match(line)
            if hunk is None:
                break
            in_header = False
            before, after = (int(count) if count is not None else 1 for count in hunk.groups())
            continue
        if line.startswith(_NO_NEWLINE):
            continue
        before -= line[:1] in (b"-", b" ") and not in_header
        after -= line[:1] in (b"+", b" ") and not in_header
        digest.update(b"".join(line.split()))
    return digest.digest()


def _sha1() -> "hashlib._Hash":
    return hashlib.sha1(usedforsecurity=False)


def _sum(one: bytes, other: bytes) -> bytes:
    """Return the sum of two numbers of twenty bytes, the lowest byte first; the last carry goes."""
    size = 1 << (8 * _BYTES)
    total = int.from_bytes(one, "little") + int.from_bytes(other, "little")
    return (total % size).to_bytes(_BYTES, "little")
