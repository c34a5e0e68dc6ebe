# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree of parts, found on the bytes."""

from mail.samples import attached, multipart, nested, plain
from tresen.mail.reading.entities import Entity, Walk, content, read_entity
from tresen.mail.reading.limits import MAX_DEPTH, MAX_PARTS
from tresen.mail.records import Defect

OPEN = b"Content-Type: multipart/mixed; boundary=b\n\n"


def walked(data: bytes) -> tuple[Walk, Entity]:
    walk = Walk(data, set())
    return walk, read_entity(walk, 0, len(data))


def bodies(data: bytes) -> list[bytes]:
    _, root = walked(data)
    return [data[part.start : part.end] for part in root.children]


def test_read_entity_finds_each_part_without_its_line_breaks() -> None:
    assert bodies(multipart(b"\none", b"\ntwo\n", b"\n")) == [b"one", b"two\n", b""]


def test_read_entity_finds_parts_with_carriage_returns() -> None:
    data = multipart(b"\none", b"\ntwo").replace(b"\n", b"\r\n")
    assert bodies(data) == [b"one", b"two"]


def test_read_entity_leaves_preamble_and_epilogue_out() -> None:
    data = OPEN + b"preamble\n--b\n\none\n--b--\nepilogue\n"
    assert bodies(data) == [b"one"]


def test_read_entity_takes_delimiters_with_spaces_after_them() -> None:
    assert bodies(OPEN + b"--b \t\n\none\n--b--  \n") == [b"one"]


def test_read_entity_takes_no_line_that_only_begins_like_a_delimiter() -> None:
    assert bodies(OPEN + b"--b\n\n--bc\n --b\nx--b\n--b--\n") == [b"--bc\n --b\nx--b"]


def test_read_entity_tells_a_boundary_from_a_longer_one_within() -> None:
    inner = multipart(b"\nin", boundary=b"bb")
    walk, root = walked(multipart(inner, b"\nout", boundary=b"b"))
    assert [len(part.children) for part in root.children] == [1, 0]
    assert walk.defects == set()


def test_read_entity_takes_signs_in_a_boundary_as_they_are() -> None:
    assert bodies(multipart(b"\none", boundary=b"=_(.*)+?[x]")) == [b"one"]


def test_read_entity_guesses_a_boundary_that_is_not_the_one_named() -> None:
    data = multipart(b"\none", b"\ntwo").replace(b'"frontier"', b'"other"')
    walk, root = walked(data)
    assert [data[part.start : part.end] for part in root.children] == [b"one", b"two"]
    assert walk.defects == {Defect.NO_BOUNDARY}


def test_read_entity_takes_a_part_that_is_not_closed_to_the_end() -> None:
    walk, root = walked(OPEN + b"--b\n\none\n--b\n\ntwo\nlast")
    assert walk.data[root.children[1].start : root.children[1].end] == b"two\nlast"
    assert walk.defects == {Defect.NOT_CLOSED}


def test_read_entity_stops_at_its_depth() -> None:
    walk, root = walked(nested(MAX_DEPTH + 5))
    depth, entity = 0, root
    while entity.children:
        depth, entity = depth + 1, entity.children[0]
    assert (depth, entity.media_type) == (MAX_DEPTH, "application/octet-stream")
    assert Defect.TOO_DEEP in walk.defects


def test_read_entity_stops_at_so_many_parts_in_all() -> None:
    inner = multipart(*[b"\nx"] * 600, boundary=b"inner")
    walk, root = walked(multipart(inner, inner.replace(b"inner", b"other")))
    first, second = root.children
    assert len(first.children) + len(second.children) == MAX_PARTS - 2 + 1
    assert second.children[-1].file_name == "rest-of-mail.txt"
    assert walk.defects == {Defect.TOO_MANY_PARTS}


def test_read_entity_reads_types_and_names() -> None:
    _, root = walked(multipart(plain(b"x"), attached(b"a.pdf", b"%PDF"), b"\nx"))
    assert [part.media_type for part in root.children] == [
        "text/plain",
        "application/pdf",
        "text/plain",
    ]
    assert [part.file_name for part in root.children] == ["", "a.pdf", ""]


def test_read_entity_of_a_type_without_a_slash() -> None:
    _, root = walked(multipart(b"Content-Type: text\n\nx", b"Content-Type: what\n\nx"))
    assert [part.media_type for part in root.children] == ["text/plain", "application/octet-stream"]


def test_content_undoes_the_transfer_encoding() -> None:
    walk, root = walked(b"Content-Transfer-Encoding: BASE64 (all of it)\n\naGVsbG8=")
    assert (content(walk, root), walk.defects) == (b"hello", set())


def test_content_says_when_the_encoding_is_broken() -> None:
    walk, root = walked(b"Content-Transfer-Encoding: base64\n\naGVsb")
    assert (content(walk, root), walk.defects) == (b"hel", {Defect.BAD_ENCODING})
