# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gives a recording that is over what a browser could not know while it recorded: its duration,
and where to find each moment.

Both stand in a new head before the clusters, so that a player jumps to a moment without reading
what lies before it (RFC 9559, 22).
"""

import struct
from collections.abc import Sequence

from tresen_remote_support.recordings import elements
from tresen_remote_support.recordings.elements import written
from tresen_remote_support.recordings.webm import Head, Walk

# Nanoseconds in a unit of time, where nothing else is said.
USUAL_SCALE = 1_000_000
KEPT = (elements.SCALE, elements.MUXER, elements.WRITER)


def head_with_index(head: Head, walk: Walk, size: int) -> bytes:
    """Return the head for clusters of that size in bytes, which follow it unchanged."""
    told = [written(each, head.info[each]) for each in KEPT if each in head.info]
    duration = written(elements.DURATION, struct.pack(">d", walk.last))
    info = written(elements.INFO, b"".join([*told, duration]))
    # Every cue takes the same room, whatever it says: so the room is known before the places are.
    before = len(info) + len(head.tracks) + len(_cues(walk.cues, head.track, 0))
    body = info + head.tracks + _cues(walk.cues, head.track, before)
    segment = written(elements.SEGMENT, b"")[:4] + (1 << 56 | len(body) + size).to_bytes(8)
    return head.opening + segment + body


def milliseconds(head: Head, walk: Walk) -> int:
    """Return how long it lasts."""
    scale = int.from_bytes(head.info.get(elements.SCALE, b"")) or USUAL_SCALE
    return walk.last * scale // 1_000_000


def _cues(cues: Sequence[tuple[int, int]], track: int, before: int) -> bytes:
    if not cues:
        return b""
    each = (_cue(moment, track, before + place) for moment, place in cues)
    return written(elements.CUES, b"".join(each))


def _cue(moment: int, track: int, place: int) -> bytes:
    number = written(elements.CUE_TRACK, track.to_bytes(8))
    where = number + written(elements.CUE_AT, place.to_bytes(8))
    time = written(elements.CUE_TIME, max(0, moment).to_bytes(8))
    return written(elements.CUE, time + written(elements.CUE_PLACE, where))
