# SPDX-License-Identifier: AGPL-3.0-or-later
"""The made files are what their names say."""

import csv
import random
import struct
import zlib
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from tresen.demo import attachments

AT = datetime(2026, 3, 10, 9, 14, tzinfo=UTC)
ERROR = {"error": "disk full on /var"}


def make(name: str, slots: dict[str, str] | None = None, seed: int = 1) -> bytes:
    return attachments.make(name, AT, slots or {}, random.Random(seed)).body


def test_log_repeats_the_error_and_ends_with_it() -> None:
    lines = make("app.log", ERROR).decode().splitlines()
    assert len(lines) >= 25
    assert lines[-1].endswith("ERROR disk full on /var")
    assert len([line for line in lines if line.endswith("disk full on /var")]) >= 3


def test_log_lies_before_the_message() -> None:
    lines = make("app.log", ERROR).decode().splitlines()
    moments = [datetime.fromisoformat(f"{line[:19]}+01:00") for line in lines]
    assert moments == sorted(moments)
    assert moments[-1] < AT


def test_log_without_a_known_error_complains_of_slowness() -> None:
    assert make("app.log").decode().endswith("WARNING slow answer: 14203 ms\n")


def test_table_has_a_head_and_a_day_of_rows() -> None:
    rows = list(csv.reader(make("times.csv").decode().splitlines(), delimiter=";"))
    assert rows[0] == ["time", "count", "seconds", "state"]
    assert len(rows) == 25
    assert {len(row) for row in rows} == {4}


def test_invoice_is_well_formed() -> None:
    tree = ET.fromstring(make("invoice.xml", {"error": "a -- b"}))  # noqa: S314 - our own text
    names = [child.tag.partition("}")[2] for child in tree]
    assert names == ["IssueDate", "TaxExclusiveAmount", "TaxInclusiveAmount"]


def test_note_lists_the_facts_of_the_case() -> None:
    body = make("note.txt", {"fix": "the driver was replaced by 4.2.1", "n": "3"}).decode()
    assert body == "2026-03-10\n\n- the driver was replaced by 4.2.1\n"


def test_picture_is_a_png_that_unpacks_to_its_size() -> None:
    body = make("screen.png")
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, kind = struct.unpack(">IIBB", body[16:26])
    assert (width, height, depth, kind) == (480, 300, 8, 3)
    start = body.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", body[start - 8 : start - 4])
    assert len(zlib.decompress(body[start : start + length])) == 300 * 481


def test_pictures_differ_by_chance() -> None:
    assert make("screen.png", seed=1) != make("screen.png", seed=2)
    assert make("screen.png", seed=1) == make("screen.png", seed=1)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.log", "text/plain"),
        ("a.txt", "text/plain"),
        ("a.csv", "text/csv"),
        ("a.xml", "application/xml"),
        ("a.png", "image/png"),
    ],
)
def test_media_type_follows_the_name(name: str, media_type: str) -> None:
    assert attachments.make(name, AT, {}, random.Random(1)).media_type == media_type
