# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what strangers send as a pack of git, and stops before it swells.

A pack of a few kilobytes can unfold to gigabytes: an object says how large it becomes, and so does
a difference. Both are read here before anything is unfolded whole (gitformat-pack(5)).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tresen.sdk import Refused, _

MOST_OBJECTS = 2_000_000
# Bytes of one object, and of all together, once they are unfolded.
LARGEST_OBJECT = 64 * 1024 * 1024
MOST_UNFOLDED = 4 * 1024 * 1024 * 1024

_HEAD = 12
_ID = 20
_PIECE = 4096
_BY_OFFSET, _BY_ID = 6, 7
# A number of more bytes than this is none.
_LONGEST_NUMBER = 10


class BrokenPackError(Exception):
    """The bytes are no pack."""


@dataclass(frozen=True)
class Limits:
    """How many objects a pack may have, and how many bytes they may become."""

    objects: int = MOST_OBJECTS
    largest: int = LARGEST_OBJECT
    unfolded: int = MOST_UNFOLDED


def demand_bounded(pack: bytes, limits: Limits | None = None) -> int:
    """Return how many objects a pack has; raises Refused for one that would swell or is broken."""
    limits = limits or Limits()
    try:
        count = _count(pack)
        if count > limits.objects:
            raise Refused(_("This history has too many objects."))
        total = 0
        for size in _sizes(pack, count, limits.largest):
            total += size
            if total > limits.unfolded:
                raise Refused(_("This history unfolds to more than can be kept."))
    except (BrokenPackError, zlib.error, IndexError) as error:
        raise Refused(_("The history is broken: it cannot be read.")) from error
    return count


def _count(pack: bytes) -> int:
    if pack[:4] != b"PACK" or len(pack) < _HEAD + _ID:
        raise BrokenPackError
    return int.from_bytes(pack[8:_HEAD], "big")


def _sizes(pack: bytes, count: int, largest: int) -> Iterator[int]:
    """Yield how large each object becomes, in bytes."""
    at = _HEAD
    for _number in range(count):
        kind, size, at = _head(pack, at)
        at += _base(pack, at, kind)
        _demand_size(size, largest)
        begun, at = _inflated(pack, at, size)
        if kind in (_BY_OFFSET, _BY_ID):
            size = _target(begun)
            _demand_size(size, largest)
        yield size


def _demand_size(size: int, largest: int) -> None:
    if size > largest:
        raise Refused(_("This history holds a file that is too large to be looked at."))


def _head(pack: bytes, at: int) -> tuple[int, int, int]:
    """Return kind and size of an object, and where its head ends."""
    byte = pack[at]
    kind, size, shift = byte >> 4 & 7, byte & 15, 4
    for at in range(at + 1, at + _LONGEST_NUMBER):  # noqa: B020, PLR1704 - goes on from there
        if not byte & 128:
            return kind, size, at
        byte = pack[at]
        size |= (byte & 127) << shift
        shift += 7
    raise BrokenPackError


def _base(pack: bytes, at: int, kind: int) -> int:
    """Return by how many bytes a difference names what it stands on."""
    if kind == _BY_ID:
        return _ID
    if kind != _BY_OFFSET:
        return 0
    for length in range(1, _LONGEST_NUMBER):
        if not pack[at + length - 1] & 128:
            return length
    raise BrokenPackError


def _inflated(pack: bytes, at: int, size: int) -> tuple[bytes, int]:
    """Return the first bytes of what is unfolded, which must have `size`, and where it ends."""
    stream = zlib.decompressobj()
    begun, had, given = b"", 0, b""
    while not stream.eof:
        if not given:
            given = pack[at : at + _PIECE]
            at += len(given)
            if not given:
                raise BrokenPackError
        piece = stream.decompress(given, _PIECE)
        given = stream.unconsumed_tail
        had += len(piece)
        begun = begun or piece
        if had > size:
            raise BrokenPackError
    if had != size:
        raise BrokenPackError
    return begun, at - len(stream.unused_data)


def _target(difference: bytes) -> int:
    """Return how large a difference makes its object: the second of two numbers."""
    at = 0
    for _number in range(2):
        size = shift = 0
        for _byte in range(_LONGEST_NUMBER):
            byte = difference[at]
            at, size, shift = at + 1, size | (byte & 127) << shift, shift + 7
            if not byte & 128:
                break
        else:
            raise BrokenPackError
    return size
