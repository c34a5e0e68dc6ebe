# SPDX-License-Identifier: AGPL-3.0-or-later
"""The elements of which WebM is made: what each begins with, and how one is written.

After RFC 8794 (EBML) and RFC 9559 (Matroska, of which WebM is a part); numbers are those of its
section 27.1. Nothing is decoded.
"""

from dataclasses import dataclass

EBML, DOC_TYPE, VOID, CRC = 0x1A45DFA3, 0x4282, 0xEC, 0xBF
SEGMENT, SEEK_HEAD, TAGS = 0x18538067, 0x114D9B74, 0x1254C367
INFO, SCALE, DURATION, MUXER, WRITER = 0x1549A966, 0x2AD7B1, 0x4489, 0x4D80, 0x5741
TRACKS, TRACK, TRACK_NUMBER, TRACK_TYPE, CODEC = 0x1654AE6B, 0xAE, 0xD7, 0x83, 0x86
CLUSTER, TIMESTAMP, POSITION, PREVIOUS = 0x1F43B675, 0xE7, 0xA7, 0xAB
SIMPLE_BLOCK, BLOCK_GROUP = 0xA3, 0xA0
CUES, CUE, CUE_TIME, CUE_PLACE, CUE_TRACK = 0x1C53BB6B, 0xBB, 0xB3, 0xB7, 0xF7
CUE_AT = 0xF1

# Bytes that number and size of an element have at most, as WebM allows them.
LONGEST_ID, LONGEST_SIZE = 4, 8


class Malformed(ValueError):  # noqa: N818 - it reads as a sentence where raised
    """What came is no WebM as a browser records it."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its number, where its data begin, and their size; None for an unknown one."""

    number: int
    begins: int
    size: int | None

    def ends(self) -> int:
        """Return where the next one begins; raises Malformed where nothing says so."""
        if self.size is None:
            raise Malformed
        return self.begins + self.size


def element(data: bytes, at: int) -> Element | None:
    """Return the element that begins there; None where more bytes are needed to tell."""
    if at >= len(data):
        return None
    length = _length(data[at], LONGEST_ID)
    begins = at + length
    if begins >= len(data):
        return None
    width = _length(data[begins], LONGEST_SIZE)
    if begins + width > len(data):
        return None
    mark = 1 << 7 * width
    size = int.from_bytes(data[begins : begins + width]) ^ mark
    number = int.from_bytes(data[at:begins])
    # All ones: the sender did not know yet, as of a live stream (RFC 8794, 6.2).
    return Element(number, begins + width, None if size == mark - 1 else size)


def children(data: bytes, parent: Element) -> list[tuple[int, bytes]]:
    """Return number and data of each element inside; raises Malformed where they do not fit."""
    found, at = [], parent.begins
    while at < parent.ends():
        each = element(data, at)
        if each is None or each.ends() > parent.ends():
            raise Malformed
        found.append((each.number, data[each.begins : each.ends()]))
        at = each.ends()
    return found


def written(number: int, data: bytes) -> bytes:
    """Return an element as bytes; its size always takes eight of them."""
    width = (number.bit_length() + 7) // 8
    return number.to_bytes(width) + (1 << 56 | len(data)).to_bytes(8) + data


def _length(first: int, most: int) -> int:
    """Return how many bytes a number has whose first is this: the zeros in front tell."""
    length = 9 - first.bit_length()
    if length > most:
        raise Malformed
    return length
