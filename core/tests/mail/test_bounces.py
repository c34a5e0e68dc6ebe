# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delivery reports and plain bounces: which mail did not reach whom, and why."""

import pytest
from mail.corpora import corpus
from mail.samples import mail, multipart, plain
from tresen.mail.classify import MailKind, classify
from tresen.mail.reading.parse import parse
from tresen.mail.records import Bounce

REPORT = (
    b"Content-Type: message/delivery-status\n\n"
    b"Reporting-MTA: dns; mx.example\nArrival-Date: Mon, 23 Nov 2026 10:00:00 +0100\n\n"
    b"Original-Recipient: rfc822;Bob@example.org\n"
    b"Final-Recipient: rfc822; bob@example.org\n"
    b"Action: failed\nStatus: 5.1.1 (no such user)\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 <bob@example.org>:\n user unknown\n\n"
    b"Original-Recipient: rfc822;eve@example.org\nAction: Delayed\nStatus: 4.4.1\n"
)
ORIGINAL = b"Content-Type: text/rfc822-headers\n\nSubject: Help\nMessage-ID: <7@desk.example>\n"
DAEMON = b"From: Mail Delivery System <MAILER-DAEMON@mx.example>\nReturn-Path: <>\n"


def report(*parts: bytes) -> bytes:
    entity = multipart(plain(b"It did not work.\n"), *parts, kind=b"report")
    return DAEMON + b"Subject: Undelivered Mail Returned to Sender\n" + entity


def test_report_behind_a_forwarding_names_both_addresses() -> None:
    report = (
        "Reporting-MTA: dns; mx.elsewhere.example\n\n"
        "Original-Recipient: rfc822; <karla@kunde.example>\n"
        "Final-Recipient: rfc822; karla@elsewhere.example\nAction: failed\nStatus: 5.1.1\n"
    )
    raw = (
        "From: MAILER-DAEMON@mx.elsewhere.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: message/delivery-status\n\n{report}\n--b--\n"
    ).encode()
    (found,) = parse(raw).bounces
    assert (found.recipient, found.original) == ("karla@elsewhere.example", "karla@kunde.example")


def test_bounces_of_a_report_name_each_recipient() -> None:
    assert parse(report(REPORT, ORIGINAL)).bounces == (
        Bounce(
            "bob@example.org",
            "failed",
            "5.1.1",
            "550 5.1.1 <bob@example.org>: user unknown",
            "<7@desk.example>",
        ),
        Bounce("eve@example.org", "delayed", "4.4.1", "", "<7@desk.example>"),
    )


def test_bounces_find_the_id_in_a_whole_mail_that_came_back() -> None:
    original = ORIGINAL.replace(b"text/rfc822-headers", b"message/rfc822") + b"\nBody\n"
    found = parse(report(REPORT, original))
    assert {bounce.message_id for bounce in found.bounces} == {"<7@desk.example>"}


def test_bounces_without_the_original_have_no_id() -> None:
    assert {bounce.message_id for bounce in parse(report(REPORT)).bounces} == {""}


def test_bounces_keep_the_report_as_a_file() -> None:
    parts = parse(report(REPORT, ORIGINAL)).parts
    assert [part.media_type for part in parts] == ["message/delivery-status", "text/rfc822-headers"]


def test_bounces_of_an_empty_report_name_nobody() -> None:
    raw = report(b"Content-Type: message/delivery-status\n\n\n")
    found = parse(raw.replace(b"report;", b"report; report-type=delivery-status;"))
    assert classify(found).kind is MailKind.BOUNCE
    assert found.bounces[0].recipient == ""


def test_bounces_of_too_many_recipients_are_bounded() -> None:
    block = b"Final-Recipient: rfc822; user@example.org\nAction: failed\n\n"
    found = parse(report(b"Content-Type: message/delivery-status\n\n" + block * 1_000))
    assert len(found.bounces) == 100


def test_bounces_without_a_report_are_read_from_the_text() -> None:
    text = (
        b"This is the mail system at mx.example.\n\n"
        b"<bob@example.org>: host mail.example.org said: 550 5.1.1 no such user\n\n"
        b"Message-ID: <7@desk.example>\n"
    )
    raw = DAEMON + b"Subject: Mail delivery failed: returning message to sender\n\n" + text
    assert parse(raw).bounces == (
        Bounce(
            "bob@example.org",
            "failed",
            "5.1.1",
            "<bob@example.org>: host mail.example.org said: 550 5.1.1 no such user",
            "<7@desk.example>",
        ),
    )


def test_bounces_without_a_report_take_the_failed_recipients_header() -> None:
    raw = DAEMON + b"Subject: Unzustellbar\nX-Failed-Recipients: eve@example.org, x@y\n\nNein.\n"
    assert parse(raw).bounces == (Bounce("eve@example.org", "failed", "", "Nein.", ""),)


@pytest.mark.parametrize(
    "subject", [b"Undelivered mail", b"Returned mail: see transcript", b"Delivery failure"]
)
def test_bounces_are_none_where_a_person_writes_about_one(subject: bytes) -> None:
    found = parse(mail(b"My mail to bob@example.org came back.", b"Subject: " + subject))
    assert found.bounces == ()


ENMIME = {
    "delayed_dsn.raw": [("delayed", "4.0.0")],
    "dsn_with_multipart_alternative.raw": [("failed", "5.1.10")],
    "multi_recipient_dsn.raw": [("failed", "5.0.0"), ("delayed", "4.0.0"), ("failed", "5.0.0")],
    "simple_dsn.raw": [("failed", "4.0.0")],
    "simple_dsn_with_html.raw": [("failed", "4.0.0")],
}


def test_bounces_of_the_corpus_are_all_read() -> None:
    folder = corpus("enmime") / "dsn" / "testdata"
    found = {path.name: parse(path.read_bytes()) for path in folder.iterdir()}
    read = {
        name: [(bounce.action, bounce.status) for bounce in each.bounces]
        for name, each in found.items()
    }
    assert read == ENMIME
    assert {classify(each).kind for each in found.values()} == {MailKind.BOUNCE}
