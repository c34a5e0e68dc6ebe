# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails as Outlook and Exchange write them, from bytes to what stands on a ticket."""

import base64
import quopri

import pytest
from tresen.mail.classify import MailKind, classify
from tresen.mail.reading.parse import parse
from tresen.mail.reading.plaintext import html_to_text
from tresen.mail.records import Address, Bounce, Mail, Split

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HEAD = """\
Received: from EX01.kunde.example (2001:db8::1) by EX02.kunde.example with Microsoft SMTP Server
 (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.2.1258.12; Tue, 10 Mar 2026
 10:15:01 +0100
From: "Kundin, Karla (IT)" <Karla.Kundin@Kunde.Example>
To: 'Tresen Support' <support@tresen.example>
Subject: =?iso-8859-1?Q?AW:_Drucker_im_B=FCro_druckt_nicht_[#10023]?=
Thread-Topic: =?iso-8859-1?Q?Drucker_im_B=FCro_druckt_nicht_[#10023]?=
Thread-Index: AQHbkZqQ7n3Zb0mJtEqk3xY3xZ1Z0A==
Date: Tue, 10 Mar 2026 10:15:00 +0100
Message-ID: <4f0c2d8e5b7a4c0f9e3d1a2b3c4d5e6f@kunde.example>
References: <10023.77.abc@tresen.example>
In-Reply-To: <10023.77.abc@tresen.example>
Accept-Language: de-DE, en-US
Content-Language: de-DE
X-MS-Has-Attach:
X-MS-TNEF-Correlator:
x-originating-ip: [10.1.2.3]
MIME-Version: 1.0
"""
NEW = "Guten Morgen Frau Agent,\n\nnach dem Neustart läuft er wieder.\n\nViele Grüße\nKarla Kundin"
QUOTED_HEAD = (
    "Von: Anna Agent, Tresen <support@tresen.example>\n"
    "Gesendet: Dienstag, 10. März 2026 10:00\n"
    "An: Kundin, Karla (IT) <Karla.Kundin@Kunde.Example>\n"
    "Betreff: Drucker im Büro druckt nicht [#10023]"
)
OLD = "Guten Morgen,\n\nbitte starten Sie ihn neu.\n\nAnna Agent"
WORD = """\
<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
<meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<style><!--
/* Font Definitions */
@font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}
p.MsoNormal {margin:0cm; font-size:11.0pt;}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026"/></xml><![endif]-->
</head><body lang="DE" link="#0563C1" vlink="#954F72"><div class="WordSection1">
<p class="MsoNormal">Guten Morgen Frau Agent,<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">nach dem Neustart l&#228;uft er wieder.<o:p></o:p></p>
<p class="MsoNormal"><img width="96" src="cid:image001.png@01DB919A.8F0F3A50"></p>
<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><b>Von:</b> Anna Agent, Tresen &lt;support@tresen.example&gt; <br>
<b>Gesendet:</b> Dienstag, 10. M&#228;rz 2026 10:00<br><b>An:</b> Kundin, Karla (IT)<br>
<b>Betreff:</b> Drucker im B&#252;ro druckt nicht [#10023]<o:p></o:p></p></div></div>
<p class="MsoNormal">bitte starten Sie ihn neu.<o:p></o:p></p></div></body></html>
"""


def mail(rest: str, head: str = HEAD, charset: str = "cp1252") -> bytes:
    """A mail with the line ends of SMTP."""
    return (head + rest).replace("\n", "\r\n").encode(charset)


def qp(text: str, charset: str = "cp1252") -> str:
    return quopri.encodestring(text.encode(charset)).decode("ascii")


def plain(text: str) -> bytes:
    head = 'Content-Type: text/plain; charset="iso-8859-1"\n'
    return mail(f"{head}Content-Transfer-Encoding: quoted-printable\n\n{qp(text)}")


def alternative() -> bytes:
    text = qp(f"{NEW}\n\n{QUOTED_HEAD}\n\n{OLD}\n")
    return mail(
        "Content-Type: multipart/related;\n"
        '\tboundary="_004_4f0c_"; type="multipart/alternative"\n\n'
        '--_004_4f0c_\nContent-Type: multipart/alternative;\n\tboundary="_000_4f0c_"\n\n'
        '--_000_4f0c_\nContent-Type: text/plain; charset="iso-8859-1"\n'
        "Content-Transfer-Encoding: quoted-printable\n\n"
        f"{text}\n"
        '--_000_4f0c_\nContent-Type: text/html; charset="iso-8859-1"\n'
        f"Content-Transfer-Encoding: quoted-printable\n\n{qp(WORD)}\n--_000_4f0c_--\n\n"
        '--_004_4f0c_\nContent-Type: image/png; name="image001.png"\n'
        "Content-Description: image001.png\nContent-Disposition: inline;\n"
        '\tfilename="image001.png"; size=28;\n'
        '\tcreation-date="Tue, 10 Mar 2026 09:15:00 GMT"\n'
        "Content-ID: <image001.png@01DB919A.8F0F3A50>\n"
        f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(PNG).decode()}\n--_004_4f0c_--\n"
    )


@pytest.fixture(scope="module")
def word() -> Mail:
    return parse(alternative())


def test_head_of_an_outlook_mail(word: Mail) -> None:
    assert (word.sender, word.to, word.cc, word.subject) == (
        Address("Kundin, Karla (IT)", "Karla.Kundin@kunde.example"),
        (Address("Tresen Support", "support@tresen.example"),),
        (),
        "AW: Drucker im Büro druckt nicht [#10023]",
    )
    assert (word.in_reply_to, word.references, word.defects) == (
        ("<10023.77.abc@tresen.example>",),
        ("<10023.77.abc@tresen.example>",),
        (),
    )


def test_text_of_an_outlook_mail_is_divided_at_its_german_head(word: Mail) -> None:
    assert word.split == Split(NEW, "", f"{QUOTED_HEAD}\n\n{OLD}")


def test_page_of_word_is_divided_at_the_line_above_the_head(word: Mail) -> None:
    assert html_to_text(word.html_new).split() == (
        ["Guten", "Morgen", "Frau", "Agent,", "nach", "dem", "Neustart", "läuft", "er", "wieder."]
    )
    assert html_to_text(word.html_quoted).split()[:3] == ["Von:", "Anna", "Agent,"]


def test_image_of_an_outlook_signature_is_part_of_the_page(word: Mail) -> None:
    (image,) = word.parts
    assert (image.file_name, image.media_type, image.content, image.content_id) == (
        "image001.png",
        "image/png",
        PNG,
        "image001.png@01DB919A.8F0F3A50",
    )
    assert image.is_inline


def test_mail_of_an_outlook_user_is_one_of_a_person(word: Mail) -> None:
    assert classify(word).kind is MailKind.PERSON


@pytest.mark.parametrize(
    "mark",
    [
        "-----Ursprüngliche Nachricht-----",
        "-----Original Message-----",
        "-----Ursprünglicher Termin-----",
        "________________________________",
        "________________________________________",
    ],
)
def test_plain_outlook_mail_is_divided_at_its_separator(mark: str) -> None:
    found = parse(plain(f"{NEW}\n\n{mark}\n{QUOTED_HEAD}\n\n{OLD}\n")).split
    assert found == Split(NEW, "", f"{mark}\n{QUOTED_HEAD}\n\n{OLD}")


@pytest.mark.parametrize(
    "head",
    [
        "Von: A <a@t.example>\nDatum: Dienstag, 10. März 2026 um 10:00\nAn: K\nBetreff: Drucker",
        "From: A <a@t.example>\nSent: Tuesday, March 10, 2026 10:00 AM\nTo: K\nSubject: Printer",
        "From: A <a@t.example>\nDate: Tuesday, 10 March 2026 at 10:00\nTo: K\nSubject: Printer",
        "De : A <a@t.example>\nEnvoyé : mardi 10 mars 2026 10:00\nÀ : K\nObjet : Imprimante",
        "Da: A <a@t.example>\nInviato: martedì 10 marzo 2026 10:00\nA: K\nOggetto: Stampante",
        "Van: A <a@t.example>\nVerzonden: dinsdag 10 maart 2026 10:00\nAan: K\nOnderwerp: Printer",
        "De: A <a@t.example>\nEnviado: martes, 10 de marzo de 2026\nPara: K\nAsunto: Impresora",
        "Od: A <a@t.example>\nWysłano: wtorek, 10 marca 2026 10:00\nDo: K\nTemat: Drukarka",
        "Från: A <a@t.example>\nSkickat: den 10 mars 2026 10:00\nTill: K\nÄmne: Skrivare",
        "Fra: A <a@t.example>\nSendt: 10. marts 2026 10:00\nTil: K\nEmne: Printer",
    ],
    ids=["de-mac", "en", "en-mac", "fr", "it", "nl", "es", "pl", "sv", "da"],
)
def test_head_of_outlook_in_ten_languages(head: str) -> None:
    raw = mail(
        f"Content-Type: text/plain; charset=utf-8\n\n{NEW}\n\n{head}\n\n{OLD}\n", charset="utf-8"
    )
    assert parse(raw).split == Split(NEW, "", f"{head}\n\n{OLD}")


@pytest.mark.parametrize(
    "line",
    [
        "Holen Sie sich Outlook für iOS<https://aka.ms/o0ukef>",
        "Holen Sie sich Outlook für Android<https://aka.ms/AAb9ysg>",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Gesendet von Outlook für Mac",
        "Gesendet mit der Outlook App",
        "Von meinem Windows Phone gesendet",
        "Sent from Mail for Windows",
    ],
)
def test_line_of_a_mobile_outlook_is_the_signature(line: str) -> None:
    rule = "________________________________"
    found = parse(plain(f"Läuft wieder.\n\n{line}\n{rule}\n{QUOTED_HEAD}\n\n{OLD}\n")).split
    assert found == Split("Läuft wieder.", line, f"{rule}\n{QUOTED_HEAD}\n\n{OLD}")


def test_outlook_mail_that_is_only_forwarded_shows_what_was_forwarded() -> None:
    found = parse(plain(f"\n\n{QUOTED_HEAD}\n\n{OLD}\n")).split
    assert found == Split(OLD, "", QUOTED_HEAD)


def test_typographic_marks_that_latin_1_does_not_have_are_read() -> None:
    raw = plain("\u201eDrucker\u201c \u2013 5 \u20ac \u2026\n")
    assert parse(raw).text == "\u201eDrucker\u201c \u2013 5 \u20ac \u2026\n"


def test_meeting_request_shows_its_text_and_keeps_the_calendar() -> None:
    calendar = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Wartung\nEND:VEVENT\n"
    found = parse(
        mail(
            'Content-Type: multipart/alternative; boundary="_000_"\n\n--_000_\n'
            'Content-Type: text/plain; charset="utf-8"\n\nWartung am Freitag.\n--_000_\n'
            'Content-Type: text/html; charset="utf-8"\n\n<p>Wartung am Freitag.</p>\n--_000_\n'
            'Content-Type: text/calendar; charset="utf-8"; method=REQUEST\n\n'
            f"{calendar}\n--_000_--\n",
            charset="utf-8",
        )
    )
    assert (found.text.strip(), found.html.strip()) == (
        "Wartung am Freitag.",
        "<p>Wartung am Freitag.</p>",
    )
    assert [(part.file_name, part.media_type) for part in found.parts] == [
        ("part-1.ics", "text/calendar")
    ]


@pytest.mark.parametrize(
    ("subject", "fields", "kind", "rule"),
    [
        (
            "Automatische Antwort: Drucker",
            "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n",
            MailKind.AUTO_REPLY,
            "absence-subject",
        ),
        ("Abwesend: Drucker", "", MailKind.AUTO_REPLY, "absence-subject"),
        ("Gelesen: Drucker", "", MailKind.AUTO_REPLY, "receipt-subject"),
        (
            "Drucker",
            "X-Auto-Response-Suppress: DR, OOF, AutoReply\n",
            MailKind.AUTOMATIC,
            "response-suppressed",
        ),
        ("Drucker", "X-Auto-Response-Suppress: DR, RN, NRN\n", MailKind.PERSON, ""),
    ],
)
def test_exchange_says_itself_what_a_machine_wrote(
    subject: str, fields: str, kind: MailKind, rule: str
) -> None:
    head = HEAD.replace(
        "=?iso-8859-1?Q?AW:_Drucker_im_B=FCro_druckt_nicht_[#10023]?=\nThread", f"{subject}\nThread"
    )
    verdict = classify(parse(mail("Content-Type: text/plain\n\nText\n", head + fields)))
    assert (verdict.kind, verdict.rule) == (kind, rule)


def test_german_bounce_of_exchange_names_receiver_reason_and_mail() -> None:
    found = parse(
        mail(
            'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\n\n--r\n'
            'Content-Type: text/html; charset="utf-8"\n\n<p>Fehler bei der Zustellung</p>\n--r\n'
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns;EX01.kunde.example\n"
            "Received-From-MTA: dns;mx.tresen.example\nArrival-Date: Tue, 10 Mar 2026 09:00 +0000\n"
            "\nOriginal-Recipient: rfc822;otto@kunde.example\n"
            "Final-Recipient: rfc822;otto@kunde.example\nAction: failed\nStatus: 5.1.10\n"
            "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound\n"
            "X-Display-Name: Otto\n--r\nContent-Type: message/rfc822\n\n"
            "Message-ID: <10023.77.abc@tresen.example>\nSubject: Drucker\n\nText\n--r--\n",
            HEAD.replace("AW:", "Unzustellbar:") + "Auto-Submitted: auto-replied\n",
        )
    )
    assert found.bounces == (
        Bounce(
            "otto@kunde.example",
            "failed",
            "5.1.10",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
            "<10023.77.abc@tresen.example>",
        ),
    )
    assert classify(found).kind is MailKind.BOUNCE
