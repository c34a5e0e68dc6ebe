# SPDX-License-Identifier: AGPL-3.0-or-later
"""Header blocks as they should be and as they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.headers import Fields, plain, read_fields
from tresen.mail.reading.limits import MAX_FIELDS, MAX_HEADER_BYTES, MAX_KEPT_VALUE
from tresen.mail.records import Defect, Header


def read(data: bytes) -> tuple[Fields, bytes, set[Defect]]:
    defects: set[Defect] = set()
    fields, body = read_fields(data, 0, len(data), defects)
    return fields, data[body:], defects


@pytest.mark.parametrize("line", [b"\n", b"\r\n"])
def test_read_fields_ends_at_the_empty_line(line: bytes) -> None:
    fields, body, defects = read(line.join([b"Subject: a", b"To: b", b"", b"Body: c", b""]))
    assert fields.items == (("subject", b" a" + line), ("to", b" b" + line))
    assert (body, defects) == (b"Body: c" + line, set())


def test_read_fields_joins_folded_lines() -> None:
    fields, _, _ = read(b"Subject: one\n two\n\tthree\nTo: b\n\n")
    assert fields.text("subject") == "one two three"


def test_read_fields_joins_a_line_that_lost_its_space() -> None:
    fields, body, defects = read(b"Subject: one\nand two\nTo: b\n\nBody\n")
    assert (fields.text("subject"), fields.text("to")) == ("one and two", "b")
    assert (body, defects) == (b"Body\n", set())


def test_read_fields_without_an_empty_line_leaves_the_rest_to_the_body() -> None:
    fields, body, defects = read(b"Subject: one\nHello Bob,\nhow are you?\n")
    assert fields.text("subject") == "one"
    assert (body, defects) == (b"Hello Bob,\nhow are you?\n", {Defect.BAD_HEADER})


def test_read_fields_passes_over_the_line_of_an_mbox() -> None:
    fields, body, defects = read(b"From ada@example.com Mon Nov 23\nSubject: a\n\nBody")
    assert (fields.items, body, defects) == ((("subject", b" a\n"),), b"Body", set())


@pytest.mark.parametrize(
    "block", [b" Subject : a\n\nBody", b"SUBJECT:a\n\nBody", b"Subject\t:\ta\n\nBody"]
)
def test_read_fields_takes_spaces_and_capitals(block: bytes) -> None:
    fields, body, _ = read(block)
    assert (fields.text("subject"), body) == ("a", b"Body")


def test_read_fields_of_a_part_without_a_header() -> None:
    data = b"--x\n\nBody"
    fields, body = read_fields(data, 4, len(data), set())
    assert (fields.items, data[body:]) == ((), b"Body")


def test_read_fields_of_a_header_alone_has_an_empty_body() -> None:
    fields, body, defects = read(b"Subject: a")
    assert (fields.text("subject"), body, defects) == ("a", b"", set())


def test_read_fields_keeps_so_many_fields() -> None:
    fields, body, defects = read(b"X: y\n" * (MAX_FIELDS + 1) + b"\nBody")
    assert (len(fields.items), body, defects) == (MAX_FIELDS, b"Body", {Defect.HEADERS_CUT})


def test_read_fields_reads_so_many_bytes() -> None:
    data = b"X: " + b"y" * MAX_HEADER_BYTES + b"\nSubject: late\n\nBody"
    fields, body, defects = read(data)
    assert (fields.raw("subject"), body, defects) == (None, b"Body", {Defect.HEADERS_CUT})


def test_fields_give_the_first_of_a_name() -> None:
    fields, _, _ = read(b"Subject: one\nSubject: two\n\n")
    assert fields.text("subject") == "one"
    assert fields.headers() == (Header("subject", "one"), Header("subject", "two"))
    assert (fields.raw("to"), fields.text("to")) == (None, "")


def test_fields_bound_each_header() -> None:
    fields, _, _ = read(b"X-Long: " + b"y" * 10_000 + b"\n\n")
    assert fields.headers() == (Header("x-long", "y" * MAX_KEPT_VALUE),)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b" a\r\n b ", "a b"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"a\x00b\x07c", "a\ufffdb c"),
    ],
)
def test_plain_reads_raw_bytes_on_one_line(value: bytes, text: str) -> None:
    assert plain(value) == text


@given(st.binary(max_size=300))
def test_read_fields_of_any_bytes_ends_within_them(data: bytes) -> None:
    fields, body = read_fields(data, 0, len(data), set())
    assert 0 <= body <= len(data)
    assert all("\n" not in header.value for header in fields.headers())
