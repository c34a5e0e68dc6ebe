# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks through what a browser records: a picture alone, from the first byte to the last.

A recording is taken in pieces that end anywhere. So the way through it can be left and taken up
again: what was seen is kept as a `Walk`. A second description of tracks, in which sound could come
later, is refused wherever it stands (section 201 of the German criminal code).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from tresen_remote_support.recordings import elements
from tresen_remote_support.recordings.elements import Element, Malformed, children, element

# Of the part before the first cluster, which has some 300 bytes.
LARGEST_HEAD = 64 * 1024
CODECS = (b"V_VP8", b"V_VP9", b"V_AV1")
_PICTURE = (elements.TRACK_TYPE, b"\1")
# What may stand beside the description of tracks, and between clusters.
BESIDE = (elements.SEEK_HEAD, elements.TAGS, elements.VOID, elements.CRC)
BETWEEN = (elements.CUES, elements.TAGS, elements.VOID)
INSIDE = (
    elements.TIMESTAMP,
    elements.POSITION,
    elements.PREVIOUS,
    elements.SIMPLE_BLOCK,
    elements.BLOCK_GROUP,
    elements.VOID,
    elements.CRC,
)
# Of a block what tells its track, its moment and whether it is a whole picture (RFC 9559, 10.2).
BLOCK_BEGINS = 4
IS_WHOLE = 0x80
# Moments to jump to: so far apart at least, in the unit of the head, and so many at most.
APART, MOST_CUES = 1000, 10_000
# With which a cluster begins, of a size that is not known.
CLUSTER_BEGINS = elements.CLUSTER.to_bytes(4) + b"\xff"
# What JSON and every player can count to.
LATEST = 2**53


class Sound(Malformed):
    """It has a track that is no picture."""


@dataclass(frozen=True)
class Head:
    """What stands before the first cluster: descriptions, and where they end."""

    ends: int
    opening: bytes
    info: Mapping[int, bytes]
    tracks: bytes
    # The number of the only track.
    track: int


@dataclass
class Walk:
    """How far the clusters were looked through; places are counted from the first of them.

    `cues` are moment and place of the clusters that begin with a whole picture; moments are in
    the unit that the head names, a millisecond with browsers.
    """

    at: int = 0
    is_inside: bool = False
    # Where the open cluster begins, and where it ends if that was said.
    began: int = 0
    ends: int | None = None
    moment: int = 0
    last: int = 0
    has_block: bool = False
    cues: list[tuple[int, int]] = field(default_factory=list)

    def kept(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return asdict(self)

    @classmethod
    def again(cls, kept: Mapping[str, Any]) -> Self:
        """Return what was kept."""
        return cls(**{**kept, "cues": [(moment, place) for moment, place in kept["cues"]]})


def head_of(data: bytes) -> Head | None:
    """Return the head; None where it is not complete yet. Raises Malformed, and Sound."""
    opening = element(data, 0)
    if opening is None:
        return None
    _check_opening(data, opening)
    segment = element(data, opening.ends())
    if segment is None:
        return None
    if segment.number != elements.SEGMENT:
        raise Malformed
    return _described(data, opening, segment)


def walk(state: Walk, data: bytes, begins: int) -> None:
    """Go on through the clusters; `data` begin at that place. Raises Malformed.

    The caller hands over all bytes from `state.at` on that it has.
    """
    while (found := element(data, state.at - begins)) is not None:
        if state.is_inside and state.ends == state.at:
            state.is_inside = False
        if state.is_inside and found.number in INSIDE:
            if not _take(state, found, data, begins):
                return
            state.at = begins + found.ends()
        elif state.is_inside and state.ends is not None:
            raise Malformed
        elif found.number == elements.CLUSTER:
            _enter(state, found, begins)
        elif found.number in BETWEEN:
            state.is_inside = False
            state.at = begins + found.ends()
        else:
            raise Malformed


def _check_opening(data: bytes, opening: Element) -> None:
    if opening.number != elements.EBML or opening.ends() > LARGEST_HEAD:
        raise Malformed
    if len(data) < opening.ends():
        return
    if dict(children(data, opening)).get(elements.DOC_TYPE, b"").rstrip(b"\0") != b"webm":
        raise Malformed


def _described(data: bytes, opening: Element, segment: Element) -> Head | None:
    info: dict[int, bytes] = {}
    tracks, track, at = b"", 0, segment.begins
    while (found := element(data, at)) is not None:
        if found.number == elements.CLUSTER:
            if not tracks:
                raise Malformed
            return Head(at, data[: opening.ends()], info, tracks, track)
        if found.ends() > LARGEST_HEAD:
            raise Malformed
        if found.ends() > len(data):
            return None
        if found.number == elements.TRACKS and not tracks:
            tracks, track = data[at : found.ends()], _track_in(data, found)
        elif found.number == elements.INFO and not info:
            info = dict(children(data, found))
        elif found.number not in BESIDE:
            raise Malformed
        at = found.ends()
    return None


def _track_in(data: bytes, tracks: Element) -> int:
    """Return the number of the only track; raises Sound for one that is no picture."""
    found = [child for child in children(data, tracks) if child[0] not in BESIDE]
    told = []
    for number, body in found:
        inside = children(body, Element(number, 0, len(body)))
        if [each for each in inside if each[0] == elements.TRACK_TYPE] != [_PICTURE]:
            raise Sound
        told.append(dict(inside))
    if [number for number, _body in found] != [elements.TRACK]:
        raise Malformed
    if told[0].get(elements.CODEC) not in CODECS:
        raise Malformed
    return int.from_bytes(told[0].get(elements.TRACK_NUMBER, b""))


def _enter(state: Walk, cluster: Element, begins: int) -> None:
    state.is_inside, state.has_block = True, False
    state.began = state.at
    state.at = begins + cluster.begins
    state.ends = None if cluster.size is None else state.at + cluster.size


def _take(state: Walk, found: Element, data: bytes, begins: int) -> bool:
    """Note what an element of a cluster tells; False where more of it is needed."""
    if state.ends is not None and begins + found.ends() > state.ends:
        raise Malformed
    body = data[found.begins : found.ends()]
    if found.number == elements.TIMESTAMP:
        if len(body) < (found.size or 0):
            return False
        if len(body) > elements.LONGEST_SIZE:
            raise Malformed
        state.moment = int.from_bytes(body)
        if state.moment > LATEST:
            raise Malformed
    if found.number == elements.SIMPLE_BLOCK:
        if found.ends() - found.begins < BLOCK_BEGINS:
            raise Malformed
        if len(body) < BLOCK_BEGINS:
            return False
        _note_block(state, body)
    return True


def _note_block(state: Walk, body: bytes) -> None:
    at = state.moment + int.from_bytes(body[1:3], signed=True)
    state.last = max(state.last, at)
    is_apart = not state.cues or at - state.cues[-1][0] >= APART
    if not state.has_block and body[3] & IS_WHOLE and is_apart and len(state.cues) < MOST_CUES:
        state.cues.append((at, state.began))
    state.has_block = True
