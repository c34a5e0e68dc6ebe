# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bounces as Postfix, Exim, Exchange, Gmail, qmail, Domino and providers write them."""

import pytest
from tresen.mail.classify import MailKind, classify
from tresen.mail.reading.parse import parse
from tresen.mail.records import Bounce, Mail

OURS = "<10023.77.abcdefghijklmnopqrstuvwxyz234567@tresen.example>"
ORIGINAL = f"Message-ID: {OURS}\nSubject: Re: Drucker [#10023]\nTo: otto@kunde.example\n"


def read(sender: str, subject: str, rest: str, return_path: str = "<>") -> Mail:
    raw = (
        f"Return-Path: {return_path}\nFrom: {sender}\nTo: support@tresen.example\n"
        f"Subject: {subject}\nDate: Tue, 10 Mar 2026 10:15:00 +0100\n"
        f"Message-ID: <bounce@mx.kunde.example>\n{rest}"
    )
    return parse(raw.encode())


def report(text: str, status: str, original: str, kind: str = "message/rfc822") -> str:
    """A multipart/report with its three parts (RFC 3462)."""
    return (
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n"
        f'\tboundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--b\n'
        f"Content-Type: message/delivery-status\n\n{status}\n--b\nContent-Type: {kind}\n\n"
        f"{original}\n--b--\n"
    )


def test_postfix_names_the_remote_servers_words() -> None:
    status = (
        "Reporting-MTA: dns; mx.tresen.example\nX-Postfix-Queue-ID: 4F0C2D8E5B\n"
        "X-Postfix-Sender: rfc822; support@tresen.example\n"
        "Arrival-Date: Tue, 10 Mar 2026 10:00:00 +0100 (CET)\n\n"
        "Final-Recipient: rfc822; otto@kunde.example\nOriginal-Recipient: rfc822;otto@kunde.example"
        "\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mail.kunde.example\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <otto@kunde.example>: Recipient address\n"
        "    rejected: User unknown in virtual mailbox table\n"
    )
    found = read(
        "MAILER-DAEMON@mx.tresen.example (Mail Delivery System)",
        "Undelivered Mail Returned to Sender",
        report("This is the mail system at host mx.tresen.example.", status, ORIGINAL),
    )
    words = (
        "550 5.1.1 <otto@kunde.example>: Recipient address rejected: User unknown in virtual "
        "mailbox table"
    )
    assert found.bounces == (Bounce("otto@kunde.example", "failed", "5.1.1", words, OURS),)


def test_postfix_delay_is_told_apart_from_a_failure() -> None:
    status = (
        "Reporting-MTA: dns; mx.tresen.example\n\nFinal-Recipient: rfc822; otto@kunde.example\n"
        "Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to "
        "mail.kunde.example[192.0.2.1]:25: Connection timed out\n"
        "Will-Retry-Until: Sun, 15 Mar 2026 10:00:00 +0100 (CET)\n"
    )
    kind = "text/rfc822-headers"
    text = "# THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE. #"
    subject = "Delayed Mail (still being retried)"
    found = read("MAILER-DAEMON@mx.example", subject, report(text, status, ORIGINAL, kind))
    assert [(each.action, each.status, each.message_id) for each in found.bounces] == [
        ("delayed", "4.4.1", OURS)
    ]


def test_delivery_that_succeeded_is_reported_as_such() -> None:
    status = (
        "Reporting-MTA: dns; mx.kunde.example\n\nFinal-Recipient: rfc822; otto@kunde.example\n"
        "Action: relayed (to non-DSN-aware mailer)\nStatus: 2.0.0\n"
    )
    found = read(
        "postmaster@kunde.example", "Relayed: Re: Drucker", report("Relayed.", status, ORIGINAL)
    )
    assert [(each.action, each.status) for each in found.bounces] == [("relayed", "2.0.0")]


def test_exim_without_a_report_names_each_failed_receiver() -> None:
    rest = (
        "X-Failed-Recipients: otto@kunde.example, ida@kunde.example\n"
        "Auto-Submitted: auto-replied\n\n"
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\nrecipients. This is "
        "a permanent error. The following address(es) failed:\n\n  otto@kunde.example\n"
        "    host mail.kunde.example [192.0.2.1]\n"
        "    SMTP error from remote mail server after RCPT TO:<otto@kunde.example>:\n"
        "    550 5.1.1 unknown user\n  ida@kunde.example\n    Unrouteable address\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{ORIGINAL}"
    )
    found = read(
        "Mail Delivery System <Mailer-Daemon@mx.tresen.example>",
        "Mail delivery failed: returning message to sender",
        rest,
    )
    assert [(each.recipient, each.status, each.message_id) for each in found.bounces] == [
        ("otto@kunde.example", "5.1.1", OURS),
        ("ida@kunde.example", "5.1.1", OURS),
    ]


def test_gmail_report_in_two_languages() -> None:
    status = (
        "Reporting-MTA: dns; googlemail.com\nArrival-Date: Tue, 10 Mar 2026 02:00:00 -0700 (PDT)\n"
        f"X-Original-Message-ID: {OURS}\n\nFinal-Recipient: rfc822; otto@kunde.example\n"
        "Action: failed\nStatus: 5.2.2\nRemote-MTA: dns; gmail-smtp-in.l.google.com.\n"
        "Diagnostic-Code: smtp; 552-5.2.2 The recipient's inbox is out of storage space.\n"
        " 552 5.2.2 gsmtp\nLast-Attempt-Date: Tue, 10 Mar 2026 02:00:01 -0700 (PDT)\n"
    )
    found = read(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "X-Failed-Recipients: otto@kunde.example\n"
        + report("** Adresse wurde nicht gefunden **", status, ORIGINAL),
    )
    (bounce,) = found.bounces
    assert (bounce.recipient, bounce.status, bounce.message_id) == (
        *("otto@kunde.example", "5.2.2", OURS),
    )
    assert bounce.diagnostic == (
        "552-5.2.2 The recipient's inbox is out of storage space. 552 5.2.2 gsmtp"
    )


PLAIN = {
    "qmail": (
        "MAILER-DAEMON@mx.kunde.example",
        "failure notice",
        (
            "Hi. This is the qmail-send program at mx.kunde.example.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
            "<otto@kunde.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
            f"--- Below this line is a copy of the message.\n\n{ORIGINAL}"
        ),
        ("5.1.1", "Sorry, no mailbox here by that name. (#5.1.1)"),
    ),
    "domino": (
        "Postmaster@kunde.example",
        "DELIVERY FAILURE: User otto (otto@kunde.example) not listed in Domino Directory",
        (
            "Your message\n\n  Subject: Re: Drucker\n\nwas not delivered to:\n\n"
            "  otto@kunde.example\n\nbecause:\n\n  User otto not listed in Domino Directory\n\n"
            f"{ORIGINAL}"
        ),
        ("", "Your message"),
    ),
    "groupwise": (
        "Mailer-Daemon@kunde.example",
        "Message status - undeliverable",
        (
            "The attached file had the following undeliverable recipient(s):\n"
            f"\totto@kunde.example\n\n> {ORIGINAL}"
        ),
        (
            "",
            "The attached file had the following undeliverable recipient(s): otto@kunde.example",
        ),
    ),
    "german provider": (
        '"Mail Delivery System" <mailer-daemon@mx.provider.example>',
        "=?utf-8?q?Ihre_E-Mail_konnte_nicht_zugestellt_werden=3A_unzustellbar?=",
        (
            "Ihre Nachricht konnte nicht zugestellt werden.\n\nEmpfaenger: otto@kunde.example\n"
            f"Grund: 5.7.1 Annahme verweigert\n\n{ORIGINAL}"
        ),
        ("5.7.1", "Grund: 5.7.1 Annahme verweigert"),
    ),
    "full mailbox": (
        "postmaster@kunde.example",
        "Nicht zugestellt: Re: Drucker",
        f"Das Postfach von otto@kunde.example ist voll (452 4.2.2).\n\n{ORIGINAL}",
        ("4.2.2", "Das Postfach von otto@kunde.example ist voll (452 4.2.2)."),
    ),
}


@pytest.mark.parametrize("server", PLAIN)
def test_bounce_in_plain_words_names_receiver_reason_and_our_mail(server: str) -> None:
    sender, subject, text, (status, diagnostic) = PLAIN[server]
    found = read(sender, subject, f"Content-Type: text/plain; charset=utf-8\n\n{text}")
    assert found.bounces == (Bounce("otto@kunde.example", "failed", status, diagnostic, OURS),)
    assert classify(found).kind is MailKind.BOUNCE


@pytest.mark.parametrize(
    ("sender", "subject", "kind"),
    [
        ("Karla <karla@kunde.example>", "Unzustellbar: mein Paket", MailKind.PERSON),
        ("Karla <karla@kunde.example>", "Fwd: Undelivered Mail Returned", MailKind.PERSON),
        ("postmaster@kunde.example", "Frage zu unserem Vertrag", MailKind.PERSON),
        ("mailer-daemon@kunde.example", "Delivery failure", MailKind.BOUNCE),
        ("MAILER-DAEMON", "Returned mail: see transcript for details", MailKind.BOUNCE),
    ],
)
def test_person_who_writes_about_a_bounce_is_none(
    sender: str, subject: str, kind: MailKind
) -> None:
    text = "Content-Type: text/plain\n\nAn otto@kunde.example ging es nicht.\n"
    found = read(sender, subject, text, "<karla@kunde.example>")
    assert classify(found).kind is kind
    assert bool(found.bounces) == (kind is MailKind.BOUNCE)


@pytest.mark.parametrize(
    ("block", "bounce"),
    [
        ("Final-Recipient: RFC822; <otto@kunde.example>\n", ("otto@kunde.example", "failed", "")),
        (
            "Final-Recipient: otto@kunde.example\nAction: FAILED\n",
            ("otto@kunde.example", "failed", ""),
        ),
        (
            "Original-Recipient: rfc822;otto@kunde.example\nStatus: 5.0.0 (undefined)\n",
            ("otto@kunde.example", "failed", "5.0.0"),
        ),
        (
            "Final-Recipient: x400; /G=Otto/\nAction: expanded\nStatus: 2.1\n",
            ("/G=Otto/", "expanded", ""),
        ),
        (
            "Final-Recipient: utf-8; jörg@kunde.example\nAction: failed\nStatus: 5.6.7\n",
            ("jörg@kunde.example", "failed", "5.6.7"),
        ),
    ],
)
def test_block_of_a_report_is_read_however_it_is_spelt(
    block: str, bounce: tuple[str, str, str]
) -> None:
    status = f"Reporting-MTA: dns; mx\n\n{block}"
    found = read("mailer-daemon@mx.example", "Failed", report("No.", status, ORIGINAL)).bounces
    assert [(each.recipient, each.action, each.status) for each in found] == [bounce]


def test_our_id_is_found_in_a_quoted_copy() -> None:
    text = f"Otto <otto@kunde.example> gibt es nicht.\n\n> Subject: x\n> Message-ID: {OURS}\n"
    found = read("mailer-daemon@mx.example", "Unzustellbar", f"\n{text}")
    assert [each.message_id for each in found.bounces] == [OURS]


def test_id_of_the_bounce_itself_is_not_taken_for_ours() -> None:
    found = read("mailer-daemon@mx.example", "Unzustellbar", "\nOtto gibt es nicht.\n")
    assert [(each.message_id, each.recipient) for each in found.bounces] == [("", "")]
