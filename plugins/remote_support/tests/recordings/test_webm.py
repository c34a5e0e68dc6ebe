# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is a film of the picture alone, however its bytes come; and what is refused as none."""

import itertools
import struct
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_remote_support.recordings import elements, indexing, webm
from tresen_remote_support.recordings.elements import Element, Malformed, children, element, written
from tresen_remote_support.recordings.webm import Sound, Walk

Build = Callable[..., bytes]
LIVE = b"\x01" + b"\xff" * 7


def track(kind: int = 1, codec: bytes = b"V_VP9", number: int = 7) -> bytes:
    told = (
        written(elements.TRACK_NUMBER, bytes([number])),
        written(elements.TRACK_TYPE, bytes([kind])),
        written(elements.CODEC, codec),
    )
    return written(elements.TRACK, b"".join(told))


def head(*tracks: bytes, doc: bytes = b"webm", info: bytes = b"", after: bytes = b"") -> bytes:
    opening = written(elements.EBML, written(elements.DOC_TYPE, doc))
    segment = elements.SEGMENT.to_bytes(4) + LIVE
    return opening + segment + info + written(elements.TRACKS, b"".join(tracks)) + after


def block(after: int = 0, *, is_whole: bool = True) -> bytes:
    flags = bytes([webm.IS_WHOLE if is_whole else 0])
    return written(elements.SIMPLE_BLOCK, b"\x87" + after.to_bytes(2, signed=True) + flags + b"x")


def cluster(moment: int, *blocks: bytes, is_live: bool = True) -> bytes:
    body = written(elements.TIMESTAMP, moment.to_bytes(4)) + b"".join(blocks)
    if is_live:
        return elements.CLUSTER.to_bytes(4) + LIVE + body
    return written(elements.CLUSTER, body)


CLUSTERS = b"".join(cluster(1000 * each, block(), block(500, is_whole=False)) for each in range(4))


def walked(data: bytes, *cuts: int) -> Walk:
    """Return the walk through clusters that come in pieces, cut at these places."""
    state, have = Walk(), 0
    for cut in (*sorted(cuts), len(data)):
        have = max(have, cut)
        begins = min(state.at, have)
        webm.walk(state, data[begins:have], begins)
        # As it is kept between two pieces.
        state = Walk.again(state.kept())
    return state


# ----------------------------------------------------------------------------- elements


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xec\x83abc", Element(0xEC, 2, 3)),
        (b"\x42\x82\x40\x01x", Element(0x4282, 4, 1)),
        (b"\x1f\x43\xb6\x75" + LIVE, Element(elements.CLUSTER, 12, None)),
        (b"\xec\xff", Element(0xEC, 2, None)),
        (b"", None),
        (b"\x1f\x43\xb6", None),
        (b"\xec", None),
        (b"\xec\x40", None),
    ],
)
def test_element_is_told_by_its_first_bytes(data: bytes, found: Element | None) -> None:
    assert element(data, 0) == found


@pytest.mark.parametrize("data", [b"\x00\x81", b"\x08\x81", b"\xec\x00"])
def test_number_that_no_element_has_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        element(data, 0)


def test_end_of_what_has_no_size_is_malformed() -> None:
    with pytest.raises(Malformed):
        Element(elements.CLUSTER, 0, None).ends()


@pytest.mark.parametrize("inside", [b"\xec\x85abc", b"\xec", b"\xec\xff"])
def test_children_that_do_not_fit_are_malformed(inside: bytes) -> None:
    with pytest.raises(Malformed):
        children(inside, Element(elements.TRACK, 0, len(inside)))


@given(number=st.sampled_from([0xEC, 0x4282, 0x2AD7B1, 0x1F43B675]), body=st.binary(max_size=300))
def test_what_is_written_is_read_again(number: int, body: bytes) -> None:
    data = written(number, body)
    found = element(data, 0)
    assert found is not None
    assert (found.number, data[found.begins : found.ends()]) == (number, body)


# --------------------------------------------------------------------------------- heads


@pytest.mark.parametrize("codec", webm.CODECS)
def test_head_of_one_picture_is_taken(codec: bytes) -> None:
    data = head(track(codec=codec))
    found = webm.head_of(data + CLUSTERS)
    assert found is not None
    assert (found.ends, found.track) == (len(data), 7)


def test_head_is_awaited_byte_by_byte() -> None:
    data = head(track()) + CLUSTERS
    ends = len(head(track()))
    found = [webm.head_of(data[:length]) is not None for length in range(len(data))]
    # Number and size of the first cluster tell that the head is over.
    assert found == [length >= ends + 12 for length in range(len(data))]


@pytest.mark.parametrize(
    "tracks",
    [
        [track(2, b"A_OPUS")],
        [track(), track(2, b"A_OPUS", 8)],
        [track(2, b"A_OPUS", 8), track()],
        [track(17, b"S_TEXT/UTF8")],
        [track(2, b"V_VP9")],
        [written(elements.TRACK, written(elements.CODEC, b"V_VP9"))],
        [
            written(
                elements.TRACK,
                written(elements.TRACK_TYPE, b"\1") + written(elements.TRACK_TYPE, b"\2"),
            )
        ],
    ],
    ids=["sound", "picture, sound", "sound, picture", "words", "disguised", "untold", "twice told"],
)
def test_track_that_is_no_picture_is_sound(tracks: list[bytes]) -> None:
    with pytest.raises(Sound):
        webm.head_of(head(*tracks) + CLUSTERS)


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF" + bytes(60),
        b"GIF89a" + bytes(60),
        head(track(), doc=b"matroska"),
        head(track(), track(number=8)),
        head(track(codec=b"V_MPEG4/ISO/AVC")),
        head(),
        head(track(), after=written(elements.TRACKS, track(2, b"A_OPUS"))),
        head(track(), after=written(elements.CUES, b"")),
        head(track(), after=written(elements.EBML, b"")),
        head(track(), info=written(elements.VOID, bytes(70_000))),
        written(elements.EBML, written(elements.DOC_TYPE, b"webm")) + CLUSTERS,
        head(track()).partition(elements.TRACKS.to_bytes(4))[0] + CLUSTERS,
    ],
    ids=[
        *("riff", "gif", "matroska", "two pictures", "h264", "no track", "second tracks", "cues"),
        *("second opening", "endless", "no segment", "no tracks"),
    ],
)
def test_head_that_no_browser_records_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        webm.head_of(data + CLUSTERS)


def test_head_may_hold_what_says_nothing() -> None:
    beside = written(elements.VOID, bytes(9)) + written(elements.TAGS, b"")
    data = head(track(), info=beside, after=written(elements.SEEK_HEAD, b""))
    found = webm.head_of(data + CLUSTERS)
    assert found is not None
    assert found.ends == len(data)


# ---------------------------------------------------------------------------------- walks


def test_walk_finds_where_each_second_begins() -> None:
    state = walked(CLUSTERS)
    size = len(CLUSTERS) // 4
    assert (state.cues, state.last) == ([(1000 * n, size * n) for n in range(4)], 3500)


@given(cuts=st.lists(st.integers(0, len(CLUSTERS)), max_size=8))
def test_walk_is_the_same_however_the_bytes_come(cuts: list[int]) -> None:
    assert walked(CLUSTERS, *cuts) == walked(CLUSTERS)


@pytest.mark.parametrize("is_live", [True, False])
def test_clusters_may_say_how_long_they_are(is_live: bool) -> None:
    data = b"".join(cluster(1000 * each, block(), is_live=is_live) for each in range(3))
    assert [moment for moment, _place in walked(data).cues] == [0, 1000, 2000]


def test_cluster_that_begins_with_a_difference_is_no_place_to_jump_to() -> None:
    data = cluster(0, block()) + cluster(2000, block(is_whole=False), block(9)) + cluster(4000)
    assert [moment for moment, _place in walked(data).cues] == [0]


def test_places_to_jump_to_are_a_second_apart_and_not_endless(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webm, "MOST_CUES", 3)
    data = b"".join(cluster(500 * each, block()) for each in range(20))
    assert [moment for moment, _place in walked(data).cues] == [0, 1000, 2000]


@pytest.mark.parametrize(
    "data",
    [
        written(elements.TRACKS, track(2, b"A_OPUS")),
        head(track(2, b"A_OPUS")),
        elements.SEGMENT.to_bytes(4) + LIVE,
        written(elements.INFO, b""),
        elements.CLUSTER.to_bytes(4) + LIVE + elements.SIMPLE_BLOCK.to_bytes(1) + b"\xff",
        cluster(0) + written(elements.SIMPLE_BLOCK, b"abc"),
        cluster(0) + written(elements.TIMESTAMP, bytes(9)),
        cluster(0) + written(elements.TIMESTAMP, b"\xff" * 8),
        written(elements.CLUSTER, block()[:-1]) + CLUSTERS,
        written(elements.CLUSTER, written(elements.TRACKS, b"")),
        b"\0" * 40,
    ],
    ids=[
        *("tracks", "second film", "second segment", "info", "endless block"),
        *("short block", "long moment", "late moment", "cut block", "tracks inside", "noughts"),
    ],
)
@pytest.mark.parametrize("before", [b"", CLUSTERS], ids=["at first", "later"])
def test_anything_but_the_picture_is_malformed(data: bytes, before: bytes) -> None:
    with pytest.raises(Malformed):
        walked(before + data)


def test_block_outside_of_a_cluster_is_malformed() -> None:
    with pytest.raises(Malformed):
        walked(block())


def test_what_closes_a_film_is_passed_over() -> None:
    closing = written(elements.CUES, b"x") + written(elements.TAGS, b"y")
    data = CLUSTERS + closing + written(elements.VOID, b"z")
    assert (walked(data).last, walked(data).at) == (3500, len(data))


@settings(max_examples=300)
@given(data=st.binary(max_size=200), cut=st.integers(0, 200))
def test_noise_is_malformed_or_waited_for_and_never_worse(data: bytes, cut: int) -> None:
    def tried(body: bytes) -> bool:
        for act in (lambda: webm.head_of(body), lambda: walked(body, cut)):
            with suppress(Malformed):
                act()
        return True

    bodies = data, CLUSTERS[:cut] + data, data + CLUSTERS, head(track()) + data
    assert {tried(body) for body in bodies} == {True}


@given(at=st.integers(0, len(CLUSTERS) - 1), value=st.integers(0, 255))
def test_one_wrong_byte_is_malformed_or_harmless(at: int, value: int) -> None:
    data = CLUSTERS[:at] + bytes([value]) + CLUSTERS[at + 1 :]
    try:
        state = walked(data)
    except Malformed:
        return
    assert all(0 <= place < len(data) for _moment, place in state.cues)


# ----------------------------------------------------------------------------------- index


def parts(data: bytes) -> dict[int, bytes]:
    """Return what stands in the segment of a finished film, by number."""
    opening = element(data, 0)
    assert opening is not None
    segment = element(data, opening.ends())
    assert segment is not None
    assert segment.ends() == len(data)
    found = []
    at = segment.begins
    while (each := element(data, at)) is not None and each.number != elements.CLUSTER:
        found.append((each.number, data[each.begins : each.ends()]))
        at = each.ends()
    return dict(found)


def finished(clusters: bytes = CLUSTERS, *, info: bytes = b"") -> tuple[bytes, int]:
    """Return a film with its index, and where its clusters begin."""
    found = webm.head_of(head(track(), info=info) + clusters)
    assert found is not None
    made = indexing.head_with_index(found, walked(clusters), len(clusters))
    return made + clusters, len(made)


def test_finished_film_tells_its_duration() -> None:
    body = parts(finished()[0])[elements.INFO]
    told = children(body, Element(0, 0, len(body)))
    assert told == [(elements.DURATION, struct.pack(">d", 3500))]


def test_finished_film_keeps_who_wrote_it_and_its_unit() -> None:
    kept = written(elements.SCALE, b"\x0f\x42\x40") + written(elements.MUXER, b"Chrome")
    info = written(elements.INFO, kept + written(elements.DURATION, b"\0" * 4))
    body = parts(finished(info=info)[0])[elements.INFO]
    numbers = [number for number, _data in children(body, Element(0, 0, len(body)))]
    assert numbers == [elements.SCALE, elements.MUXER, elements.DURATION]


def test_each_cue_leads_to_a_cluster_at_its_moment() -> None:
    data, begins = finished()
    body = parts(data)[elements.CUES]
    opening = element(data, 0)
    assert opening is not None
    inside = element(data, opening.ends())
    assert inside is not None
    found = []
    for _number, cue in children(body, Element(0, 0, len(body))):
        told = dict(children(cue, Element(0, 0, len(cue))))
        where = told[elements.CUE_PLACE]
        place = dict(children(where, Element(0, 0, len(where))))
        at = inside.begins + int.from_bytes(place[elements.CUE_AT])
        there = element(data, at)
        moment = int.from_bytes(told[elements.CUE_TIME])
        number = int.from_bytes(place[elements.CUE_TRACK])
        found.append((moment, number, there is not None and there.number, at >= begins))
    assert found == [(1000 * each, 7, elements.CLUSTER, True) for each in range(4)]


def test_film_without_a_whole_picture_has_no_cues() -> None:
    data, _begins = finished(cluster(0, block(is_whole=False)))
    assert elements.CUES not in parts(data)


@pytest.mark.parametrize(("scale", "lasts"), [(b"", 3500), (b"\x07\xa1\x20", 1750)])
def test_milliseconds_follow_the_films_own_unit(scale: bytes, lasts: int) -> None:
    info = written(elements.INFO, written(elements.SCALE, scale)) if scale else b""
    found = webm.head_of(head(track(), info=info) + CLUSTERS)
    assert found is not None
    assert indexing.milliseconds(found, walked(CLUSTERS)) == lasts


def test_every_cut_of_three_is_walked_alike() -> None:
    small = cluster(0, block()) + cluster(1000, block())
    whole = walked(small)
    cuts = itertools.combinations(range(0, len(small), 3), 2)
    assert {walked(small, *each) == whole for each in cuts} == {True}
