# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails of groupware, scanners, forms and old programs, and text in the charsets they use."""

import base64
import quopri

import pytest
from tresen.mail.classify import MailKind, classify
from tresen.mail.reading.parse import parse
from tresen.mail.reading.plaintext import html_to_text
from tresen.mail.records import Defect, Split

PDF = b"%PDF-1.4\n" + bytes(range(256))
HEAD = b"From: Karla <karla@kunde.example>\r\nMessage-ID: <1@kunde.example>\r\n"
DATE = b"Date: Tue, 10 Mar 2026 10:15:00 +0100\r\n"


def mail(body: bytes, *fields: bytes) -> bytes:
    return HEAD + DATE + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def lines(*text: str) -> bytes:
    return "\r\n".join(text).encode()


CHARSETS = {
    "cp1252 said": ("Grüße \u2013 „5 €“", "windows-1252", "cp1252", ()),
    "latin-1 said, cp1252 meant": ("Grüße \u2013 „5 €“", "iso-8859-1", "cp1252", ()),
    "latin-9": ("Grüße 5 €", "iso-8859-15", "iso-8859-15", ()),
    "utf-8 said, latin-1 sent": ("Grüße", "utf-8", "latin-1", (Defect.BAD_CHARSET,)),
    "latin-1 said, utf-8 sent": ("Grüße", "iso-8859-1", "utf-8", (Defect.BAD_CHARSET,)),
    "ascii said, utf-8 sent": ("Grüße", "us-ascii", "utf-8", (Defect.BAD_CHARSET,)),
    "nothing said, latin-1 sent": ("Grüße", "", "latin-1", ()),
    "unknown said, utf-8 sent": ("Grüße", "x-unknown-8bit", "utf-8", (Defect.BAD_CHARSET,)),
    "utf-16": ("Grüße", "utf-16", "utf-16", ()),
    "koi8-r": ("Принтер не печатает", "koi8-r", "koi8-r", ()),
    "cp1251": ("Принтер не печатает", "windows-1251", "cp1251", ()),
    "latin-2": ("Zażółć gęślą jaźń", "iso-8859-2", "iso-8859-2", ()),
    "turkish": ("Teşekkürler, değişti", "iso-8859-9", "cp1254", ()),
    "greek": ("Ψάχνω λύση", "iso-8859-7", "iso-8859-7", ()),
    "japanese": ("プリンターが動きません", "iso-2022-jp", "iso2022_jp", ()),
    "shift_jis": ("プリンター①", "shift_jis", "cp932", ()),
    "chinese": ("打印机坏了", "gb2312", "gb18030", ()),
    "big5": ("印表機壞了", "big5", "big5", ()),
    "korean": ("프린터가 안 됩니다", "ks_c_5601-1987", "cp949", ()),
}


@pytest.mark.parametrize("case", CHARSETS)
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_text_is_read_in_the_charset_that_was_meant(case: str, encoding: str) -> None:
    text, charset, codec, defects = CHARSETS[case]
    data = text.encode(codec)
    body = {
        "8bit": data,
        "quoted-printable": quopri.encodestring(data),
        "base64": base64.encodebytes(data),
    }[encoding]
    kind = f"; charset={charset}" if charset else ""
    found = parse(
        mail(
            body,
            f"Content-Type: text/plain{kind}".encode(),
            f"Content-Transfer-Encoding: {encoding}".encode(),
        )
    )
    assert (found.text.strip(), found.defects) == (text, defects)


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        (b"Gr\xfc\xdfe", "Grüße"),
        ("Grüße".encode(), "Grüße"),
        (b"=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe_aus?= Bonn", "Grüße aus Bonn"),
        (b"=?UTF-8?B?R3LDvMOfZQ==?=\r\n =?UTF-8?B?IGF1cyBCb25u?=", "Grüße aus Bonn"),
        (b"=?iso-2022-jp?B?GyRCJVclaSVzGyhC?=", "プラン"),
        (b"=?windows-1252?Q?=84Drucker=93_=96_5_=80?=", "„Drucker“ \u2013 5 €"),
        (b"=?utf-8?Q?AW:_=F0=9F=96=A8_kaputt?=", "AW: 🖨 kaputt"),
        (b"=?unknown-8bit?Q?Gr=FC=DFe?=", "Grüße"),
        (b"Re:\tTab\r\n\tand fold", "Re: Tab and fold"),
        (b"a\x00b\x07c", "a\ufffdb c"),
    ],
    ids=range(10),
)
def test_subject_is_read_as_it_was_meant(subject: bytes, read: str) -> None:
    assert parse(mail(b"x", b"Subject: " + subject)).subject == read


def test_scanner_sends_a_file_and_no_text() -> None:
    found = parse(
        HEAD.replace(b"karla@", b"scanner@")
        + DATE
        + lines(
            "Subject: Message from KM_C258",
            "X-Mailer: KONICA MINOLTA bizhub C258",
            "MIME-Version: 1.0",
            'Content-Type: multipart/mixed; boundary="KONICA_MINOLTA_Internet_Fax_Boundary"',
            "",
            "--KONICA_MINOLTA_Internet_Fax_Boundary",
            'Content-Type: application/pdf; name="SKM_C25826031010150.pdf"',
            "Content-Transfer-Encoding: base64",
            'Content-Disposition: attachment; filename="SKM_C25826031010150.pdf"',
            "",
            base64.encodebytes(PDF).decode().replace("\n", "\r\n"),
            "--KONICA_MINOLTA_Internet_Fax_Boundary--",
        )
    )
    assert (found.text, [(part.file_name, part.content) for part in found.parts]) == (
        "",
        [("SKM_C25826031010150.pdf", PDF)],
    )


def test_page_of_an_order_system_without_plain_text_is_laid_out() -> None:
    page = (
        "<html><body><h1>Bestellung 4711</h1><table><tr><th>Artikel</th><th>Menge</th></tr>"
        "<tr><td>Toner &amp; Trommel</td><td>2</td></tr></table><p>Mit freundlichen "
        "Gr&uuml;&szlig;en<br>Einkauf</p></body></html>"
    )
    found = parse(mail(page.encode(), b"Content-Type: text/html; charset=iso-8859-1"))
    words = found.text.split()
    assert words == [
        *("Bestellung", "4711", "Artikel", "Menge", "Toner", "&", "Trommel", "2"),
        *("Mit", "freundlichen", "Grüßen", "Einkauf"),
    ]
    assert found.html == page


def test_notes_client_quotes_below_its_blank_head() -> None:
    quoted = (
        "Von:    Tresen Support <support@tresen.example>\r\nAn:     Karla Kundin/Kunde@KUNDE\r\n"
        "Datum:  10.03.2026 10:00\r\nBetreff:        Drucker im Büro [#10023]\r\n\r\n\r\n\r\n"
        "Guten Tag,\r\nbitte starten Sie ihn neu."
    )
    body = f"Danke.\r\n\r\nGruß, Karla\r\n\r\n\r\n\r\n{quoted}\r\n"
    found = parse(mail(body.encode(), b"Content-Type: text/plain; charset=utf-8")).split
    assert found == Split("Danke.\n\nGruß, Karla", "", quoted.replace("\r\n", "\n"))


def test_page_of_web_de_is_divided_at_its_named_quote() -> None:
    page = (
        '<html><body><div style="font-family: Verdana"><div>Danke, das war es.</div>'
        '<div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;">'
        "<b>Gesendet:</b> Dienstag, 10. März 2026 um 10:00 Uhr<br/><b>Von:</b> Tresen<br/>"
        "<b>Betreff:</b> Drucker</div></div></body></html>"
    )
    found = parse(mail(page.encode(), b"Content-Type: text/html; charset=utf-8"))
    assert html_to_text(found.html_new).strip() == "Danke, das war es."
    assert html_to_text(found.html_quoted).split()[0] == "Gesendet:"


def test_read_receipt_is_known_and_its_parts_are_kept() -> None:
    found = parse(
        HEAD
        + DATE
        + lines(
            "Subject: Gelesen: Re: Drucker [#10023]",
            "MIME-Version: 1.0",
            "Content-Type: multipart/report; report-type=disposition-notification;",
            '\tboundary="mdn"',
            "",
            "--mdn",
            "Content-Type: text/plain; charset=utf-8",
            "",
            "Ihre Nachricht wurde gelesen.",
            "--mdn",
            "Content-Type: message/disposition-notification",
            "",
            "Final-Recipient: rfc822;karla@kunde.example",
            "Disposition: manual-action/MDN-sent-manually; displayed",
            "--mdn--",
            "",
        )
    )
    verdict = classify(found)
    assert (verdict.kind, verdict.rule, found.bounces) == (
        MailKind.AUTO_REPLY,
        "read-receipt",
        (),
    )
    assert [part.media_type for part in found.parts] == ["message/disposition-notification"]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ((b"Subject: [PROBLEM] disk full", b"From: nagios@kunde.example"), MailKind.PERSON),
        ((b"Auto-Submitted: auto-generated", b"Subject: Cron <root@srv>"), MailKind.AUTOMATIC),
        ((b"X-Cron-Env: <SHELL=/bin/sh>", b"Precedence: bulk"), MailKind.BULK),
        ((b"List-Post: <mailto:all@kunde.example>",), MailKind.LIST),
        ((b"List-Unsubscribe: <https://n.example>",), MailKind.BULK),
        ((b"X-Autoreply: yes",), MailKind.AUTO_REPLY),
        ((b"X-Mailer: PHPMailer 6.9.1", b"Subject: Kontaktformular"), MailKind.PERSON),
    ],
    ids=str,
)
def test_machine_is_told_from_a_person_by_its_fields(
    fields: tuple[bytes, ...], kind: MailKind
) -> None:
    raw = b"".join(field + b"\r\n" for field in fields) + HEAD + DATE + b"\r\nText\r\n"
    assert classify(parse(raw)).kind is kind


def test_mail_forwarded_as_a_file_keeps_both_mails_apart() -> None:
    inner = lines(
        "From: Otto <otto@kunde.example>", "Subject: Toner / leer", "", "Bitte bestellen.", ""
    )
    found = parse(
        mail(
            b"--f\r\nContent-Type: text/plain\r\n\r\nSiehe Anlage.\r\n--f\r\n"
            b"Content-Type: message/rfc822\r\n"
            b'Content-Disposition: attachment; filename="Toner leer.eml"\r\n\r\n'
            + inner
            + b"\r\n--f--\r\n",
            b'Content-Type: multipart/mixed; boundary="f"',
        )
    )
    assert (found.text.strip(), found.sender and found.sender.email) == (
        "Siehe Anlage.",
        "karla@kunde.example",
    )
    assert [(part.file_name, part.media_type) for part in found.parts] == [
        ("Toner leer.eml", "message/rfc822")
    ]
