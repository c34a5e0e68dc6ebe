# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells how large a binary file of a patch becomes, before anything is unfolded whole."""

import zlib

from dulwich.patch import FilePatch, git_base85_decode

_LONGEST_NUMBER = 10
_PIECE = 64 * 1024


def unfolded_size(patch: FilePatch, most: int) -> int:
    """Return the bytes that the file, or its difference, becomes; not counted far beyond `most`.

    A text, and what cannot be read, is nought.
    """
    if not patch.binary or patch.binary_new is None:
        return 0
    try:
        begun, size = _inflated(git_base85_decode(patch.binary_new), most)
    except (ValueError, zlib.error):
        return 0
    return max(size, _target(begun)) if patch.binary_new_delta else size


def _inflated(body: bytes, most: int) -> tuple[bytes, int]:
    """Return the first bytes of what was deflated, and how many there are."""
    unfolding = zlib.decompressobj()
    begun = piece = unfolding.decompress(body, _PIECE)
    size = len(piece)
    while piece and size <= most and not unfolding.eof:
        piece = unfolding.decompress(unfolding.unconsumed_tail, _PIECE)
        size += len(piece)
    return begun, size


def _target(difference: bytes) -> int:
    """Return how large the file becomes that a difference of git makes; nought for none."""
    at = size = 0
    for _number in ("source", "target"):
        size = shift = 0
        for byte in difference[at : at + _LONGEST_NUMBER]:
            at, size, shift = at + 1, size | (byte & 127) << shift, shift + 7
            if not byte & 128:
                break
    return size
