# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of advisories come from outside: what can be read is kept, what does harm is named."""

import json
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from records_of_osv import record
from tresen_licensing.advisories import files
from tresen_licensing.advisories.files import Fault, Limits

FEW = Limits(3, 1_000_000)


def packed(*parts: tuple[str, bytes], how: int = ZIP_DEFLATED) -> bytes:
    """Return a zip of these parts."""
    out = BytesIO()
    with ZipFile(out, "w", how) as made:
        for name, body in parts:
            made.writestr(name, body)
    return out.getvalue()


def as_json(**given: Any) -> bytes:
    """Return a record as the bytes of its JSON."""
    return json.dumps(record(**given)).encode()


def read(body: bytes, limits: Limits = FEW) -> list[tuple[str, str]]:
    """Return ids of what is read, and names with sentences of what is refused."""
    found: Iterable[Any] = files.read("all.zip", BytesIO(body), limits)
    return [
        (each.name, each.sentence) if isinstance(each, Fault) else (each.osv_id, "")
        for each in found
    ]


def test_one_record_is_read() -> None:
    assert read(as_json()) == [("TEST-1", "")]


def test_zip_is_read_and_what_is_none_in_it_is_named() -> None:
    body = packed(("a.json", as_json()), ("folder/", b""), ("b.json", b"{"), ("c.txt", b"words"))
    found = read(body, Limits(4, 1_000_000))
    assert [(name, sentence[:20]) for name, sentence in found] == [
        ("TEST-1", ""),
        ("b.json", "The file is no JSON:"),
        ("c.txt", "The file is no JSON:"),
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The file is no JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"[]", "The file holds no object of JSON, in braces."),
        (b"{}", "It has no id, as every advisory of OSV has."),
        (b'{"a":' * 5000, "The file is nested more than 64 levels deep."),
        (b'{"id": "a", "id": "b"}', "The file says “id” twice in one object."),
        (b"\xff\xfe{}", "The file is not written in UTF-8: byte 0 fits no character."),
        (b"PK not a zip", "The zip cannot be read."),
        (b" " * (files.LARGEST + 1), "It has more than 5 MB."),
    ],
)
def test_file_that_is_none_is_refused(body: bytes, sentence: str) -> None:
    assert read(body) == [("all.zip", sentence)]


def test_zip_of_too_many_files_is_refused_before_its_list_is_read() -> None:
    body = packed(*((f"{each}.json", as_json()) for each in range(4)))
    assert read(body) == [("all.zip", "It holds more than 3 files.")]


def test_bomb_is_read_up_to_the_limit() -> None:
    body = packed(("a.json", as_json()), ("bomb.json", b" " * 60_000_000), ("c.json", as_json()))
    whole = Limits(3, 100_000_000)
    assert (len(body) < 100_000, read(body), read(body, whole)) == (
        True,
        [
            ("TEST-1", ""),
            ("all.zip", "It unpacks to more than is read at once: the rest is left out."),
        ],
        [("TEST-1", ""), ("bomb.json", "It has more than 5 MB."), ("TEST-1", "")],
    )


def test_size_that_the_zip_claims_is_not_believed() -> None:
    body = packed(("bomb.json", b" " * 60_000_000))
    lying = body.replace((60_000_000).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    assert read(lying) == [("bomb.json", "It cannot be unpacked.")]


def test_way_of_packing_that_is_not_bounded_is_refused() -> None:
    body = packed(("a.json", as_json()), how=ZIP_BZIP2)
    assert read(body) == [("a.json", "It cannot be unpacked.")]


def test_encrypted_part_is_refused_and_the_rest_kept() -> None:
    body = bytearray(packed(("a.json", as_json()), ("b.json", as_json(id="TEST-2"))))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(mark) + place] |= 1
    assert read(bytes(body)) == [("a.json", "It cannot be unpacked."), ("TEST-2", "")]


def test_part_that_is_spoilt_is_refused() -> None:
    packing = zlib.compressobj(wbits=-15)
    stream = packing.compress(as_json()) + packing.flush()
    body = packed(("a.json", as_json())).replace(stream[5:20], b"\xff" * 15)
    assert read(body) == [("a.json", "It cannot be unpacked.")]
