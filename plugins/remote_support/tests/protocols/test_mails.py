# SPDX-License-Identifier: AGPL-3.0-or-later
"""The protocol as a real mail over SMTP, with the PDF, in each of the languages."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from tresen.sdk import Core, Desk, Person
from tresen.testing.outgoing import delivered
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols.models import Protocol

Document = Callable[..., Protocol | None]
# What the mail opens with, what it asks for, and how the PDF is headed.
WORDS = {
    "en": ("Hello Karla Kundin,", "simply answer.", "Protocol of a remote session"),
    "de": ("Guten Tag Karla Kundin,", "antworten Sie einfach.", "Protokoll einer Fernsitzung"),
    "de@du": ("Hallo Karla Kundin,", "antworte einfach.", "Protokoll einer Fernsitzung"),
}


def sent_to(core: Core, address: str) -> list[Any]:
    return [each.mail for each in delivered(core) if each.receivers == [address]]


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def pdf_of(mail: Any) -> bytes:
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    return bytes(file.get_content())


@pytest.mark.parametrize("language", WORDS)
def test_mail_with_the_pdf_arrives_in_the_customers_language(
    core: Core, document: Document, desk: Desk, customer: Person, language: str
) -> None:
    customer.language = language
    desk.commit()
    document()
    mail = sent_to(core, "karla@kunde.example")[-1]
    lines, heading = text_of(mail).splitlines(), ""
    heading = PdfReader(BytesIO(pdf_of(mail))).pages[0].extract_text().splitlines()[0]
    opening, asking, title = WORDS[language]
    assert (lines[0], lines[2].endswith(asking), heading) == (opening, True, title)


def test_mail_carries_the_file_that_is_on_record(core: Core, sent: Protocol) -> None:
    mail = sent_to(core, "karla@kunde.example")[-1]
    assert hashlib.sha256(pdf_of(mail)).hexdigest() == sent.sha256


def test_file_is_called_after_the_session(core: Core, sent: Protocol, ended: RemoteSession) -> None:
    mail = sent_to(core, "karla@kunde.example")[-1]
    assert [each.get_filename() for each in mail.iter_attachments()] == [f"{ended.reference}.pdf"]


def test_mail_stands_in_the_thread_of_the_ticket(core: Core, sent: Protocol) -> None:
    mail = sent_to(core, "karla@kunde.example")[-1]
    assert mail["Subject"] == "Re: The printer prints nothing [#10001]"


def test_note_and_a_quiet_correction_send_one_mail(core: Core, document: Document) -> None:
    document()
    document(actions="Set two ticks.")
    mails = sent_to(core, "karla@kunde.example")
    assert [each["Subject"] for each in mails if "Re: " in each["Subject"]] == [
        "Re: The printer prints nothing [#10001]"
    ]
