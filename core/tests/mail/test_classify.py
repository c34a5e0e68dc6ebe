# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who wrote a mail, by named rules; only a person is ever answered by a machine."""

import re
from pathlib import Path

import pytest
from mail.samples import mail
from tresen.mail.classify import _RULES, LOOP_HEADER, MailKind, Verdict, classify
from tresen.mail.reading.parse import parse
from tresen.mail.tokens import make_message_id, read_message_id

PERSON = Verdict(MailKind.PERSON)
KEY = b"k" * 32
DSN = ("bounce", "delivery-report")


def verdict(*fields: bytes) -> Verdict:
    return classify(parse(mail(b"Hello\n", *fields)))


def test_classify_takes_an_ordinary_mail_for_one_of_a_person() -> None:
    assert verdict(b"Subject: Help") == PERSON
    assert PERSON.may_be_answered


@pytest.mark.parametrize(
    ("field", "kind", "rule"),
    [
        (b"Auto-Submitted: auto-replied", "auto-reply", "auto-replied"),
        (b"Auto-Submitted: Auto-Replied (vacation)", "auto-reply", "auto-replied"),
        (b"Auto-Submitted: auto-generated", "automatic", "auto-submitted"),
        (
            b"Auto-Submitted: auto-notified; owner-email=x@y.z",
            "automatic",
            "auto-submitted",
        ),
        (b"X-Autoreply: yes", "auto-reply", "auto-reply-header"),
        (b"X-Autorespond: x", "auto-reply", "auto-reply-header"),
        (b"Precedence: auto_reply", "auto-reply", "auto-reply-precedence"),
        (b"Precedence: bulk", "bulk", "bulk-precedence"),
        (b"Precedence: JUNK", "bulk", "bulk-precedence"),
        (b"Precedence: list", "list", "list-precedence"),
        (b"List-Id: <users.example.org>", "list", "list-header"),
        (b"Mailing-List: users@example.org", "list", "list-header"),
        (b"List-Unsubscribe: <https://example.org/u>", "bulk", "unsubscribe-header"),
        (b"Feedback-ID: 1:2:3", "bulk", "unsubscribe-header"),
        (b"X-Auto-Response-Suppress: All", "automatic", "response-suppressed"),
        (b"X-Auto-Response-Suppress: DR, OOF, AutoReply", "automatic", "response-suppressed"),
        (b"Return-Path: <>", "automatic", "empty-return-path"),
        (b"X-Loop: other", "automatic", "loop-header"),
        (b"X-Tresen-Loop: other desk", "automatic", "loop-header"),
        (
            b"Content-Type: multipart/report; report-type=delivery-status",
            "bounce",
            "delivery-report",
        ),
        (
            b"Content-Type: multipart/report; report-type=disposition-notification",
            *("auto-reply", "read-receipt"),
        ),
        (
            b"Content-Type: multipart/report; report-type=feedback-report",
            *("automatic", "feedback-report"),
        ),
    ],
)
def test_classify_names_the_rule_of_a_header(field: bytes, kind: str, rule: str) -> None:
    found = verdict(field)
    assert found == Verdict(MailKind(kind), rule)
    assert not found.may_be_answered


@pytest.mark.parametrize(
    "field",
    [
        b"Auto-Submitted: no",
        b"Auto-Submitted: NO",
        b"Auto-Submitted:",
        b"Precedence: first-class",
        b"X-Auto-Response-Suppress: DR, NDR, RN, NRN",
        b"Return-Path: <ada@example.com>",
        b"X-Priority: 1",
    ],
)
def test_classify_is_not_misled_by_headers_of_people(field: bytes) -> None:
    assert verdict(field) == PERSON


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office: Printer",
        "Out of Office Re: Printer",
        "Automatic reply: Printer",
        "OOO: back on Monday",
        "Automatische Antwort: Drucker",
        "Abwesenheitsnotiz: Drucker",
        "Abwesend: Drucker",
        "Ich bin im Urlaub",
        "Außer Haus",
        "AUTOMATISCHE ANTWORT: AW: Drucker",
    ],
)
def test_classify_knows_an_absent_person_by_the_subject_alone(subject: str) -> None:
    found = verdict(b"Subject: " + subject.encode())
    assert found == Verdict(MailKind.AUTO_REPLY, "absence-subject")


@pytest.mark.parametrize("subject", ["Read: Printer", "Gelesen: Drucker", "Lesebestätigung: x"])
def test_classify_knows_a_receipt_by_its_subject(subject: str) -> None:
    found = verdict(b"Subject: " + subject.encode())
    assert found == Verdict(MailKind.AUTO_REPLY, "receipt-subject")


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: Printer",
        "AW: Abwesenheitsnotiz: Drucker",
        "Printer is out of office paper",
        "Frage zur Abwesenheitsnotiz",
        "Reading problems",
    ],
)
def test_classify_takes_people_who_write_about_absence_for_people(subject: str) -> None:
    assert verdict(b"Subject: " + subject.encode()) == PERSON


@pytest.mark.parametrize(
    "sender",
    [
        "noreply@example.com",
        "No-Reply@example.com",
        "donotreply@example.com",
        "nicht-antworten@example.com",
        "owner-users@example.com",
        "users-request@example.com",
        "mailer-daemon@example.com",
    ],
)
def test_classify_knows_senders_nobody_should_answer(sender: str) -> None:
    raw = mail().replace(b"ada@example.com", sender.encode())
    assert classify(parse(raw)) == Verdict(MailKind.AUTOMATIC, "machine-sender")


@pytest.mark.parametrize(
    "subject", ["Undelivered Mail Returned to Sender", "Unzustellbar: Drucker", "failure notice"]
)
@pytest.mark.parametrize("sender", ["MAILER-DAEMON@mx.example", "postmaster@mx.example"])
def test_classify_knows_a_bounce_without_a_report(sender: str, subject: str) -> None:
    raw = mail(b"x", b"Subject: " + subject.encode()).replace(b"ada@example.com", sender.encode())
    assert classify(parse(raw)).kind is MailKind.BOUNCE


def test_classify_takes_a_postmaster_who_asks_for_a_person() -> None:
    raw = mail(b"x", b"Subject: Our server").replace(b"ada@", b"postmaster@")
    assert classify(parse(raw)) == PERSON


def test_classify_knows_our_own_mail_by_its_mark() -> None:
    found = parse(mail(b"x", LOOP_HEADER.encode() + b": desk-1", b"Auto-Submitted: auto-replied"))
    assert classify(found, loop_mark="desk-1") == Verdict(MailKind.OWN, "own-mail")
    assert classify(found, loop_mark="desk-2") == Verdict(MailKind.AUTO_REPLY, "auto-replied")


def test_classify_knows_our_own_mail_by_its_signed_id() -> None:
    identifier = make_message_id(KEY, 1, 2, "desk.example")
    found = parse(mail().replace(b"<1@example.com>", identifier.encode()))
    own = classify(found, is_own_id=lambda given: read_message_id([KEY], given) is not None)
    assert own == Verdict(MailKind.OWN, "own-mail")
    foreign = classify(found, is_own_id=lambda given: read_message_id([b"f"], given) is not None)
    assert foreign == PERSON


def test_classify_takes_an_answer_to_our_mail_for_one_of_a_person() -> None:
    identifier = make_message_id(KEY, 1, 2, "desk.example").encode()
    found = parse(mail(b"x", b"In-Reply-To: " + identifier, b"Subject: Re: Help [#1]"))
    assert classify(found, "desk-1", lambda given: bool(read_message_id([KEY], given))) == PERSON


def test_every_rule_stands_in_the_documentation() -> None:
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "reading-mail.md").read_text()
    rows = dict(re.findall(r"^\| ([a-z-]+) \| (`.+`.*) \|$", page, re.MULTILINE))
    documented = {kind: re.findall(r"`([a-z-]+)`", rules) for kind, rules in rows.items()}
    named: dict[str, list[str]] = {"own": ["own-mail"]}
    for rule, kind, _ in _RULES:
        named.setdefault(kind, []).append(rule)
    assert documented == {kind: list(dict.fromkeys(rules)) for kind, rules in named.items()}
