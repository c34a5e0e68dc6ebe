# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads patches as checks look at them: the lines they add, and the files they leave behind."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dulwich.patch import FilePatch, git_base85_decode, parse_unified_diff

from tresen_licensing.clearances.checks.records import Line, Place, TouchedFile
from tresen_licensing.patches.paths import sides
from tresen_licensing.patches.series import PatchText


def read(patches: Sequence[PatchText]) -> tuple[list[Line], dict[str, TouchedFile]]:
    """Return all lines that patches add, their words first, and the files that they touch."""
    lines: list[Line] = []
    files: dict[str, TouchedFile] = {}
    for number, patch in enumerate(patches, start=1):
        words = f"{patch.subject}\n\n{patch.message}".strip()
        lines += [
            Line(Place(number, "", at), text) for at, text in enumerate(words.split("\n"), start=1)
        ]
        for each in parse_unified_diff(patch.diff):
            lines += _added(each, number)
            _touch(files, each, number)
    return lines, files


def _added(patch: FilePatch, number: int) -> Iterator[Line]:
    path = _text(sides(patch)[1])
    for hunk in patch.hunks:
        at = hunk.new_start
        for line in hunk.lines:
            if line.startswith(b"+"):
                text = line[1:].rstrip(b"\r\n").decode("utf-8", "replace")
                yield Line(Place(number, path, at), text)
            at += not line.startswith((b"-", b"\\"))


def _touch(files: dict[str, TouchedFile], patch: FilePatch, number: int) -> None:
    source, target = (_text(each) for each in sides(patch))
    if patch.rename_from is not None and source in files:
        files[target] = replace(files.pop(source), path=target, patch=number)
        return
    if target == "":
        before = files.pop(source, None)
        if before is None or not before.is_new:
            files[source] = TouchedFile(source, number, is_gone=True)
        return
    before = files.get(target)
    is_new = before.is_new if before else source == "" or patch.copy_from is not None
    files[target] = TouchedFile(target, number, is_new, binary_size=_size(patch))


def _size(patch: FilePatch) -> int | None:
    """Return the bytes that a binary file has, or that its difference brings; -1 for none sent."""
    if not patch.binary:
        return None
    if patch.binary_new is None:
        return -1
    # As much as is needed to see that it is large: what unfolds further is not unfolded.
    try:
        body = git_base85_decode(patch.binary_new)
        return len(zlib.decompressobj().decompress(body, _ENOUGH))
    except (ValueError, zlib.error):
        return -1


_ENOUGH = 64 * 1024 * 1024


def _text(path: bytes | None) -> str:
    return (path or b"").decode("utf-8", "replace")
