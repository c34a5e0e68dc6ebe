# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole mails, from bytes to records."""

import hashlib
from datetime import UTC, datetime

import pytest
from mail.samples import attached, html, large, mail, mail_of, multipart, plain, poisons
from tresen.mail.reading.limits import MAX_PARTS, MAX_TEXT
from tresen.mail.reading.parse import parse
from tresen.mail.records import Address, Defect, Mail, MailPart


def names(found: Mail) -> list[str]:
    return [part.file_name for part in found.parts]


def test_parse_reads_a_simple_mail() -> None:
    found = parse(
        mail(
            b"Guten Tag,\r\n\r\nes brennt.\r\n",
            b"Subject: Hilfe",
            b"To: support@example.org, Bob <bob@example.org>",
            b"Cc: eve@example.org",
            b"Reply-To: <team@example.com>",
            b"Return-Path: <ada@example.com>",
            b"In-Reply-To: <0@example.org>",
            b"References: <a@example.org> <0@example.org>",
        )
    )
    assert found.message_id == "<1@example.com>"
    assert found.sender == Address("Ada Example", "ada@example.com")
    assert found.subject == "Hilfe"
    assert found.date == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert found.to == (Address("", "support@example.org"), Address("Bob", "bob@example.org"))
    assert found.cc == (Address("", "eve@example.org"),)
    assert found.recipient_count == 3
    assert found.reply_to == (Address("", "team@example.com"),)
    assert found.return_path == "ada@example.com"
    assert found.in_reply_to == ("<0@example.org>",)
    assert found.references == ("<a@example.org>", "<0@example.org>")
    assert found.text == "Guten Tag,\n\nes brennt.\n"
    assert found.split.new == "Guten Tag,\n\nes brennt."
    assert (found.html, found.parts, found.defects, found.bounces) == ("", (), (), ())


def test_parse_of_nothing_makes_up_an_id_from_the_hash() -> None:
    found = parse(b"")
    assert found.message_id == f"<{hashlib.sha256(b'').hexdigest()}@no-message-id.invalid>"
    assert found.defects == (Defect.NO_DATE, Defect.NO_MESSAGE_ID, Defect.NO_SENDER)
    assert (found.sender, found.date, found.text) == (None, None, "")


def test_parse_takes_text_and_html_of_an_alternative() -> None:
    found = parse(mail_of(plain(b"Hello"), html(b"<p>Hello</p>"), kind=b"alternative"))
    assert (found.text, found.html, found.parts) == ("Hello", "<p>Hello</p>", ())


def test_parse_makes_text_from_html_where_there_is_no_text() -> None:
    found = parse(mail(b"<p>One</p><ul><li>two</li></ul>", b"Content-Type: text/html"))
    assert found.text == "One\n\n* two"


def test_parse_makes_text_from_html_where_the_text_is_blank() -> None:
    found = parse(mail_of(plain(b" \n"), html(b"<p>Hello</p>"), kind=b"alternative"))
    assert found.text == "Hello"


def test_parse_joins_the_texts_around_a_file() -> None:
    found = parse(mail_of(plain(b"above"), attached(b"a.pdf", b"%PDF"), plain(b"below")))
    assert found.text == "above\nbelow"
    assert found.parts == (MailPart("a.pdf", "application/pdf", b"%PDF"),)


def test_parse_keeps_a_mail_in_the_mail_whole() -> None:
    inner = b"Subject: Inner\nFrom: x@example.com\n\nOld text\n"
    found = parse(mail_of(plain(b"See below"), b"Content-Type: message/rfc822\n\n" + inner))
    assert found.parts == (MailPart("Inner.eml", "message/rfc822", inner),)
    assert found.text == "See below"


def test_parse_takes_parts_of_a_digest_for_mails() -> None:
    found = parse(mail_of(b"\nSubject: One\n\n1", b"\nSubject: Two\n\n2", kind=b"digest"))
    assert names(found) == ["One.eml", "Two.eml"]
    assert {part.media_type for part in found.parts} == {"message/rfc822"}


def test_parse_marks_the_images_that_the_html_shows() -> None:
    shown = b"Content-Type: image/png\nContent-ID: <logo@x>\n\nPNG"
    other = b"Content-Type: image/gif\nContent-ID: <other@x>\n\nGIF"
    page = html(b'<img src="cid:logo%40x">')
    found = parse(mail_of(page, shown, other, kind=b"related"))
    assert [(part.content_id, part.is_inline) for part in found.parts] == [
        ("logo@x", True),
        ("other@x", False),
    ]


def test_parse_takes_uuencoded_files_out_of_the_text() -> None:
    body = b"See here:\nbegin 644 log.txt\n%2&5L;&\\\n`\nend\nBye\n"
    found = parse(mail(body))
    assert found.text == "See here:\nBye\n"
    assert found.parts == (MailPart("log.txt", "application/octet-stream", b"Hello"),)


def test_parse_leaves_yenc_as_text() -> None:
    body = b"=ybegin line=128 size=1 name=x\nK\n=yend size=1\n"
    assert parse(mail(body)).text == body.decode()


def test_parse_undoes_soft_line_breaks() -> None:
    found = parse(
        mail(b"one \ntwo\n> three \n> four\n", b"Content-Type: text/plain; format=flowed")
    )
    assert found.text == "one two\n> three four\n"


def test_parse_keeps_a_long_text_whole_as_a_file() -> None:
    body = b"x" * (4 * MAX_TEXT + 1)
    found = parse(mail(body))
    assert len(found.text) == MAX_TEXT
    assert found.defects == (Defect.TEXT_CUT,)
    assert found.parts == (MailPart("part-1.txt", "text/plain", body),)


def test_parse_keeps_the_rest_of_too_many_parts() -> None:
    raw = mail_of(plain(b"Hi"), *[attached(b"x", b"x")] * (MAX_PARTS + 5))
    found = parse(raw)
    assert found.defects == (Defect.TOO_MANY_PARTS,)
    assert len(found.parts) == MAX_PARTS
    assert found.parts[-1].file_name == "rest-of-mail.txt"
    assert found.parts[-1].content.count(b"attachment") == 6


def test_parse_keeps_what_is_nested_too_deep() -> None:
    raw = plain(b"deep down")
    for number in range(60):
        raw = multipart(raw, boundary=b"b%d" % number)
    found = parse(raw)
    assert Defect.TOO_DEEP in found.defects
    assert b"deep down" in found.parts[0].content


def test_parse_counts_recipients_beyond_those_it_keeps() -> None:
    found = parse(mail(b"", b"To: " + b", ".join(b"u%d@example.com" % n for n in range(10_000))))
    assert (found.recipient_count, len(found.to)) == (10_000, 200)
    assert found.defects == (Defect.ADDRESSES_CUT,)


def test_parse_reads_a_body_without_a_header() -> None:
    found = parse(b"Please help me.\nThe printer burns: badly.\n")
    assert found.text == "Please help me.\nThe printer burns: badly.\n"
    assert Defect.BAD_HEADER in found.defects


def test_parse_reads_a_multipart_without_its_boundary_parameter() -> None:
    raw = mail_of(plain(b"Hello"), attached(b"a.pdf", b"%PDF"))
    found = parse(raw.replace(b'; boundary="frontier"', b""))
    assert (found.text, names(found)) == ("Hello", ["a.pdf"])
    assert found.defects == (Defect.NO_BOUNDARY,)


def test_parse_takes_a_multipart_without_parts_for_text() -> None:
    found = parse(mail(b"Just text\n", b"Content-Type: multipart/mixed; boundary=x"))
    assert found.text == "Just text\n"
    assert found.defects == (Defect.NO_BOUNDARY,)


def test_parse_reads_a_mail_that_was_cut_off() -> None:
    raw = mail_of(plain(b"Hello"), attached(b"a.pdf", b"%PDF-1.7 and more"))
    found = parse(raw[: raw.rindex(b"--frontier--") - 8])
    assert (found.text, names(found)) == ("Hello", ["a.pdf"])
    assert Defect.NOT_CLOSED in found.defects


def test_parse_reads_parts_after_a_closing_delimiter_that_came_too_early() -> None:
    raw = mail_of(plain(b"Hello"), attached(b"a.pdf", b"%PDF"))
    early = raw.replace(
        b"--frontier\nContent-Type: app", b"--frontier--\n--frontier\nContent-Type: app"
    )
    assert names(parse(early)) == ["a.pdf"]


def test_parse_names_what_it_could_not_decode() -> None:
    found = parse(mail_of(b"Content-Transfer-Encoding: rot13\n\nUryyb", plain(b"\xff\xfe\xfd")))
    assert found.defects == (Defect.BAD_CHARSET, Defect.BAD_ENCODING)
    assert found.text.startswith("Uryyb\n")


def test_parse_of_carriage_returns_alone_finds_header_and_body() -> None:
    found = parse(mail(b"Hello\n", b"Subject: Old Mac").replace(b"\n", b"\r"))
    assert (found.subject, found.text) == ("Old Mac", "Hello\n")


def test_parse_gives_strings_that_any_database_stores() -> None:
    body = b"a\x00b +2D/\n"
    found = parse(mail(body, b"Content-Type: text/plain; charset=utf-7", b"Subject: a\x00b"))
    for text in (found.text, found.subject, *(header.value for header in found.headers)):
        text.encode()
        assert "\x00" not in text


def test_parse_keeps_an_unforeseen_mail_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tresen.mail.reading.parse.read_entity", lambda *_: 1 / 0)
    found = parse(mail())
    assert found.defects == (Defect.UNREADABLE,)
    assert found.parts == (MailPart("mail.eml", "message/rfc822", mail()),)


@pytest.mark.parametrize(("name", "raw"), list(poisons()), ids=lambda value: str(value)[:20])
def test_parse_of_poison_gives_a_mail_twice_the_same(name: str, raw: bytes) -> None:
    found = parse(raw)
    assert Defect.UNREADABLE not in found.defects
    assert len(found.parts) <= MAX_PARTS + 1
    assert found == parse(raw), name


def test_parse_of_a_large_mail_keeps_every_byte() -> None:
    raw = large(5_000_000)
    assert parse(raw).parts[0].content == bytes(range(57)) * (5_000_000 // 77)
