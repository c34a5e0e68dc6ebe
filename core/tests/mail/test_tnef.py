# SPDX-License-Identifier: AGPL-3.0-or-later
"""winmail.dat: streams built here after MS-OXTNEF, whole, nested, cut and random."""

import struct

import pytest
from compressed_rtf import compress
from hypothesis import given
from hypothesis import strategies as st
from mail.samples import attached, mail_of, plain
from tresen.mail.reading.parse import parse
from tresen.mail.reading.tnef import is_tnef, read_tnef
from tresen.mail.records import Defect, MailPart

MESSAGE, ATTACHMENT = 1, 2
BODY, TITLE, DATA, RENDER = 0x0002800C, 0x00018010, 0x0006800F, 0x00069002
MESSAGE_PROPERTIES, ATTACHMENT_PROPERTIES, CODEPAGE = 0x00069003, 0x00069005, 0x00069007
STRING, UNICODE, BINARY, OBJECT, LONG = 0x1E, 0x1F, 0x102, 0x0D, 0x03


def attribute(level: int, name: int, value: bytes) -> bytes:
    checksum = sum(value) & 0xFFFF
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", checksum)


def stream(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def values(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def value(kind: int, number: int, data: bytes) -> bytes:
    padded = data + b"\0" * (-len(data) % 4)
    return struct.pack("<HHII", kind, number, 1, len(data)) + padded


def utf16(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def file(name: bytes, content: bytes) -> bytes:
    render = attribute(ATTACHMENT, RENDER, b"\1\0" + b"\0" * 12)
    title = attribute(ATTACHMENT, TITLE, name + b"\0")
    return render + title + attribute(ATTACHMENT, DATA, content)


def test_read_tnef_finds_text_and_files() -> None:
    data = stream(
        attribute(MESSAGE, BODY, "Grüße\0".encode("cp1252")),
        file(b"one.txt", b"1"),
        file(b"two.bin", bytes(range(256))),
    )
    found = read_tnef(data)
    assert (found.text, found.html, found.is_whole) == ("Grüße", "", True)
    assert found.parts == [
        MailPart("one.txt", "application/octet-stream", b"1"),
        MailPart("two.bin", "application/octet-stream", bytes(range(256))),
    ]


def test_read_tnef_prefers_unicode_properties() -> None:
    message = values(
        struct.pack("<HHi", LONG, 0x0E07, 1),
        struct.pack("<HH16sII", LONG, 0x8001, b"g" * 16, 0, 7) + struct.pack("<i", 1),
        struct.pack("<HH16sII", LONG, 0x8002, b"g" * 16, 1, 4) + utf16("x") + struct.pack("<i", 1),
        value(UNICODE, 0x1000, utf16("Grüße aus 東京")),
        value(BINARY, 0x1013, "<p>Grüße</p>".encode()),
    )
    attachment = values(
        value(UNICODE, 0x3707, utf16("Bericht 東京.pdf")),
        value(STRING, 0x370E, b"Application/PDF\0"),
        value(STRING, 0x3712, b"<logo@x>\0"),
    )
    data = stream(
        attribute(MESSAGE, MESSAGE_PROPERTIES, message),
        file(b"BERICH~1.PDF", b"%PDF"),
        attribute(ATTACHMENT, ATTACHMENT_PROPERTIES, attachment),
    )
    found = read_tnef(data)
    assert (found.text, found.html) == ("Grüße aus 東京", "<p>Grüße</p>")
    assert found.parts == [MailPart("Bericht 東京.pdf", "application/pdf", b"%PDF", "logo@x")]


def test_read_tnef_reads_a_body_that_is_only_rtf() -> None:
    rtf = rb"{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe\par aus \b Bonn\b0}"
    body = values(value(BINARY, 0x1009, compress(rtf)))
    found = read_tnef(stream(attribute(MESSAGE, MESSAGE_PROPERTIES, body), file(b"a.txt", b"1")))
    assert found.text == "Grüße\naus Bonn"
    assert [part.file_name for part in found.parts] == ["message.rtf", "a.txt"]
    assert found.parts[0] == MailPart("message.rtf", "application/rtf", rtf)


def test_read_tnef_prefers_another_body_to_rtf() -> None:
    body = values(
        value(UNICODE, 0x1000, utf16("Hello")), value(BINARY, 0x1009, compress(b"{\\rtf1 x}"))
    )
    found = read_tnef(stream(attribute(MESSAGE, MESSAGE_PROPERTIES, body)))
    assert (found.text, found.parts) == ("Hello", [])


@pytest.mark.parametrize("data", [b"x", b"x" * 40, compress(b"{\\rtf1 x}")[:-4], b"x" * 600_000])
def test_read_tnef_keeps_rtf_that_cannot_be_read(data: bytes) -> None:
    body = values(value(BINARY, 0x1009, data))
    found = read_tnef(stream(attribute(MESSAGE, MESSAGE_PROPERTIES, body)))
    assert found.text == ""
    assert found.parts == [MailPart("message.lzfu", "application/octet-stream", data)]


def test_read_tnef_takes_the_codepage_of_the_message() -> None:
    data = stream(
        attribute(MESSAGE, CODEPAGE, struct.pack("<II", 1251, 0)),
        attribute(MESSAGE, BODY, "Привет\0".encode("cp1251")),
    )
    assert read_tnef(data).text == "Привет"


def test_read_tnef_takes_a_message_in_the_message_apart() -> None:
    inner = stream(attribute(MESSAGE, BODY, b"Inner text"), file(b"inner.txt", b"inner"))
    embedded = values(value(OBJECT, 0x3701, b"i" * 16 + inner))
    outer = stream(
        file(b"outer.txt", b"outer"),
        attribute(ATTACHMENT, RENDER, b""),
        attribute(ATTACHMENT, ATTACHMENT_PROPERTIES, embedded),
    )
    found = read_tnef(outer)
    assert [(part.file_name, part.content) for part in found.parts] == [
        ("outer.txt", b"outer"),
        ("part-2.txt", b"Inner text"),
        ("inner.txt", b"inner"),
    ]


def test_read_tnef_takes_an_object_without_the_id_before_it() -> None:
    object_ = values(value(OBJECT, 0x3701, b"i" * 16 + b"OLE document"))
    data = stream(
        attribute(ATTACHMENT, RENDER, b""), attribute(ATTACHMENT, ATTACHMENT_PROPERTIES, object_)
    )
    assert read_tnef(data).parts[0].content == b"OLE document"


def test_read_tnef_keeps_messages_that_are_nested_too_deep() -> None:
    data = stream(file(b"deep.txt", b"deep"))
    for _ in range(9):
        embedded = values(value(OBJECT, 0x3701, b"i" * 16 + data))
        data = stream(
            attribute(ATTACHMENT, RENDER, b""),
            attribute(ATTACHMENT, ATTACHMENT_PROPERTIES, embedded),
        )
    found = read_tnef(data)
    assert len(found.parts) == 1
    assert b"deep.txt" in found.parts[0].content


@pytest.mark.parametrize("cut", [0, 3, 7, 20, -1, -3])
def test_read_tnef_of_a_cut_stream_says_so(cut: int) -> None:
    data = stream(file(b"one.txt", b"1" * 50), file(b"two.txt", b"2" * 50))
    assert read_tnef(data[:cut]).is_whole is (cut == -1)


def test_read_tnef_keeps_what_stands_before_the_cut() -> None:
    data = stream(file(b"one.txt", b"1" * 50), file(b"two.txt", b"2" * 50))
    assert read_tnef(data[:-30]).parts[0] == MailPart(
        "one.txt", "application/octet-stream", b"1" * 50
    )


@given(st.binary(max_size=300))
def test_read_tnef_of_any_bytes_gives_something(data: bytes) -> None:
    found = read_tnef(stream() + data)
    assert found == read_tnef(stream() + data)


@given(st.binary(max_size=200))
def test_read_tnef_of_any_properties_gives_something(data: bytes) -> None:
    assert read_tnef(stream(attribute(MESSAGE, MESSAGE_PROPERTIES, data))).is_whole


@pytest.mark.parametrize(
    ("media_type", "name", "expected"),
    [
        ("application/ms-tnef", "", True),
        ("application/vnd.ms-tnef", "x", True),
        ("application/octet-stream", "WINMAIL.DAT", True),
        ("application/octet-stream", "other.dat", False),
        ("image/png", "winmail.dat", False),
    ],
)
def test_is_tnef_by_type_or_name(media_type: str, name: str, expected: bool) -> None:
    assert is_tnef(media_type, name) is expected


def test_parse_puts_the_content_of_winmail_dat_in_its_place() -> None:
    data = stream(attribute(MESSAGE, BODY, b"Hello"), file(b"one.txt", b"1"))
    found = parse(mail_of(attached(b"winmail.dat", data, b"application/ms-tnef")))
    assert found.text == "Hello"
    assert found.parts == (MailPart("one.txt", "application/octet-stream", b"1"),)
    assert found.defects == ()


def test_parse_keeps_a_winmail_dat_that_is_none() -> None:
    raw = mail_of(plain(b"Hello"), attached(b"winmail.dat", b"\x89PNG", b"application/ms-tnef"))
    found = parse(raw)
    assert found.parts == (MailPart("winmail.dat", "application/ms-tnef", b"\x89PNG"),)
    assert found.defects == (Defect.BAD_TNEF,)
