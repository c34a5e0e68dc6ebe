# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of a mail, field by field, each of which may be missing or broken."""

from datetime import UTC, datetime

import pytest
from tresen.mail.reading.envelope import made_up_id, read_envelope
from tresen.mail.reading.headers import read_fields
from tresen.mail.reading.limits import MAX_IDS, MAX_SUBJECT
from tresen.mail.records import Address, Defect, Mail


def envelope(*fields: bytes) -> tuple[Mail, set[Defect]]:
    raw = b"\n".join(fields) + b"\n\n"
    defects: set[Defect] = set()
    read, _ = read_fields(raw, 0, len(raw), defects)
    return read_envelope(read, raw, defects), defects


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        (b"Mon, 23 Nov 2026 10:00:00 +0100", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (b"23 Nov 2026 10:00 GMT", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (b"Mon, 23 Nov 2026 10:00:00 -0000", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (b"Mon, 23 Nov 26 10:00:00 EST", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        (b"Mon, 23 Nov 2026 10:00:00 +0100 (CET)", datetime(2026, 11, 23, 9, tzinfo=UTC)),
    ],
)
def test_read_envelope_reads_dates_in_utc(raw: bytes, date: datetime) -> None:
    found, defects = envelope(b"Date: " + raw)
    assert found.date == date
    assert Defect.NO_DATE not in defects


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"yesterday",
        b"Tue, 31 Feb 2026 10:00:00 +0000",
        b"Mon, 23 Nov 99999 10:00:00 +0000",
        b"Mon, 23 Nov 2026 25:61:61 +0000",
        b"Mon, 23 Nov 2026 10:00:00 +999999",
        b"Fri, 31 Dec 9999 23:59:59 -2359",
        b"9" * 5_000,
    ],
)
def test_read_envelope_has_no_date_where_it_is_impossible(raw: bytes) -> None:
    found, defects = envelope(b"Date: " + raw)
    assert found.date is None
    assert Defect.NO_DATE in defects


@pytest.mark.parametrize(
    ("raw", "identifier"),
    [
        (b"<1@example.com>", "<1@example.com>"),
        (b" <1@example.com> (comment)", "<1@example.com>"),
        (b"1@example.com", "<1@example.com>"),
        (b"<1@example.com", "<1@example.com>"),
        (b"<1@example.com> <2@example.com>", "<1@example.com>"),
        (b"<no-at>", "<no-at>"),
    ],
)
def test_read_envelope_reads_the_id_with_its_brackets(raw: bytes, identifier: str) -> None:
    found, defects = envelope(b"Message-ID: " + raw)
    assert found.message_id == identifier
    assert Defect.NO_MESSAGE_ID not in defects


@pytest.mark.parametrize("raw", [b"", b"<>", b"< >", b"two words", b"<" + b"x" * 501 + b">"])
def test_read_envelope_makes_up_an_id_where_there_is_none(raw: bytes) -> None:
    field = b"Message-ID: " + raw
    found, defects = envelope(field)
    assert found.message_id == made_up_id(field + b"\n\n")
    assert Defect.NO_MESSAGE_ID in defects


def test_made_up_id_differs_from_mail_to_mail() -> None:
    assert made_up_id(b"a") != made_up_id(b"b")
    assert made_up_id(b"a") == made_up_id(b"a")


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        ([b"From: Ada <ada@example.com>"], Address("Ada", "ada@example.com")),
        ([b"From: a@example.com, b@example.com"], Address("", "a@example.com")),
        ([b"Sender: s@example.com"], Address("", "s@example.com")),
        ([b"From: Ada", b"Sender: s@example.com"], Address("", "s@example.com")),
        ([b"From: a@example.com", b"From: b@example.com"], Address("", "a@example.com")),
    ],
)
def test_read_envelope_finds_who_wrote(fields: list[bytes], sender: Address) -> None:
    found, defects = envelope(*fields)
    assert found.sender == sender
    assert Defect.NO_SENDER not in defects


@pytest.mark.parametrize(
    ("fields", "sender"),
    [([], None), ([b"From:"], None), ([b"From: <>"], None), ([b"From: A B"], Address("A B", ""))],
)
def test_read_envelope_says_when_nobody_can_be_answered(
    fields: list[bytes], sender: Address | None
) -> None:
    found, defects = envelope(*fields)
    assert found.sender == sender
    assert Defect.NO_SENDER in defects


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ([], None),
        ([b"Return-Path: <>"], ""),
        ([b"Return-Path:"], ""),
        ([b"Return-Path: <a@example.com>"], "a@example.com"),
    ],
)
def test_read_envelope_tells_no_return_path_from_an_empty_one(
    fields: list[bytes], path: str | None
) -> None:
    assert envelope(*fields)[0].return_path == path


def test_read_envelope_keeps_the_first_and_the_newest_references() -> None:
    ids = [f"<{number}@example.com>" for number in range(1_000)]
    found, _ = envelope(b"References: " + "\n ".join(ids).encode())
    assert found.references == (ids[0], *ids[1_000 - MAX_IDS + 1 :])


def test_read_envelope_keeps_each_reference_once() -> None:
    found, _ = envelope(b"References: <a@x> <b@x> <a@x>", b"In-Reply-To: your mail <b@x>")
    assert (found.references, found.in_reply_to) == (("<a@x>", "<b@x>"), ("<b@x>",))


def test_read_envelope_bounds_the_subject_and_keeps_it_on_one_line() -> None:
    found, _ = envelope(b"Subject: =?utf-8?q?a=0D=0ABcc=3A_x?= " + b"y" * 2_000)
    assert found.subject.startswith("a Bcc: x yyy")
    assert len(found.subject) == MAX_SUBJECT
