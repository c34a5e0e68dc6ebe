# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails as Thunderbird, Apple Mail, Gmail, K-9, Roundcube, mutt and others write them."""

import base64
import quopri

import pytest
from tresen.mail.classify import MailKind, classify
from tresen.mail.reading.parse import parse
from tresen.mail.reading.plaintext import html_to_text
from tresen.mail.records import Address, Mail, Split

NEW = "Danke, das hat geholfen.\n\nViele Grüße\nJörg"
OLD = "> Guten Tag,\n> \n> bitte starten Sie ihn neu.\n> \n> -- \n> Anna Agent"
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(100))


def mail(head: str, body: str, **fields: str) -> bytes:
    """A mail from Jörg with the line ends of SMTP; `fields` are more fields, with _ for -."""
    first = {
        "From": "=?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <joerg@kunde.example>",
        "To": "support@tresen.example",
        "Subject": "Re: Drucker [#10023]",
        "Message-ID": "<b1946ac9-2f0d-4b5e-9c1d@kunde.example>",
        "Date": "Tue, 10 Mar 2026 10:15:00 +0100",
        "In-Reply-To": "<10023.77.abc@tresen.example>",
        "MIME-Version": "1.0",
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\n" for name, value in first.items())
    return f"{lines}{head}\n\n{body}".replace("\n", "\r\n").encode()


def b64(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii")


FLOWED = "Content-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit"
UTF8 = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit"


def test_thunderbird_text_is_unfolded_and_divided() -> None:
    body = (
        "Danke, das hat geholfen. Ich habe den Drucker dazu erst einmal ganz vom \n"
        "Strom genommen.\n\nAm 10.03.26 um 10:00 schrieb Anna Agent, Tresen:\n"
        "> Bitte starten Sie den Drucker neu, und wenn das nicht hilft, nehmen Sie \n"
        "> ihn vom Strom.\n"
    )
    found = parse(mail(FLOWED, body, User_Agent="Mozilla Thunderbird", Content_Language="de-DE"))
    assert found.split == Split(
        "Danke, das hat geholfen. Ich habe den Drucker dazu erst einmal ganz vom Strom genommen.",
        "",
        "Am 10.03.26 um 10:00 schrieb Anna Agent, Tresen:\n"
        "> Bitte starten Sie den Drucker neu, und wenn das nicht hilft, nehmen Sie ihn vom Strom.",
    )


def test_thunderbird_answers_between_the_questions() -> None:
    body = (
        "Am 10.03.26 um 10:00 schrieb Anna Agent, Tresen:\n> Läuft er wieder?\nJa.\n\n"
        "> Seit wann?\nSeit heute.\n\n-- \nJörg\n"
    )
    found = parse(mail(FLOWED, body)).split
    assert (found.new, found.signature) == (
        "> Läuft er wieder?\nJa.\n\n> Seit wann?\nSeit heute.",
        "-- \nJörg",
    )


def test_thunderbird_page_is_divided_at_its_prefix() -> None:
    page = (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; '
        'charset=UTF-8"></head><body><p>Danke, Jörg</p><div class="moz-cite-prefix">Am 10.03. '
        'um 10:00 schrieb Anna:<br></div><blockquote type="cite" cite="mid:10023.77.abc@t.example">'
        '<p>bitte starten Sie ihn neu</p></blockquote><pre class="moz-signature">-- \nJ</pre>'
    )
    found = parse(mail("Content-Type: text/html; charset=UTF-8", page))
    assert html_to_text(found.html_new) == "Danke, Jörg"
    assert "bitte starten Sie ihn neu" in html_to_text(found.html_quoted)


def test_mail_of_an_iphone_with_a_photo_between_two_texts() -> None:
    """Apple Mail puts what stands below a picture into a text part of its own."""
    body = (
        "--Apple-Mail-1\nContent-Type: text/plain;\n\tcharset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\nHier das Foto:\n\n\n"
        "--Apple-Mail-1\nContent-Type: image/jpeg;\n\tname=IMG_0042.jpeg;\n"
        "\tx-apple-part-url=8F0F3A50\nContent-Disposition: inline;\n\tfilename=IMG_0042.jpeg\n"
        f"Content-Transfer-Encoding: base64\n\n{b64(JPEG)}"
        "--Apple-Mail-1\nContent-Type: text/plain;\n\tcharset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\n"
        f"{quopri.encodestring(b'Die rote Lampe blinkt.').decode()}\n\n"
        "Von meinem iPhone gesendet\n\n"
        "> Am 10.03.2026 um 10:00 schrieb Anna Agent <support@tresen.example>:\n>=20\n"
        "> =EF=BB=BFWelche Lampe blinkt?\n--Apple-Mail-1--\n"
    )
    head = "Content-Type: multipart/mixed;\n\tboundary=Apple-Mail-1"
    found = parse(mail(head, body, X_Mailer="iPhone Mail (22D63)"))
    assert (found.split.new, found.split.signature) == (
        "Hier das Foto:\n\n\nDie rote Lampe blinkt.",
        "Von meinem iPhone gesendet",
    )
    assert [(part.file_name, part.content) for part in found.parts] == [("IMG_0042.jpeg", JPEG)]


def test_apple_mail_quotes_after_the_comma_of_its_date() -> None:
    head = "On 10. Mar 2026, at 10:00, Anna Agent, Tresen <support@tresen.example> wrote:"
    german = "Am 10.03.2026 um 10:00 schrieb Anna Agent, Tresen <support@tresen.example>:"
    for line in (head, german):
        found = parse(mail(UTF8, f"{NEW}\n\n\n> {line}\n>\n> Bitte neu starten.\n")).split
        assert found == Split(NEW, "", f"> {line}\n>\n> Bitte neu starten.")


def test_gmail_alternative_in_base64() -> None:
    line = (
        "Am Di., 10. März 2026 um 10:00 Uhr schrieb Anna Agent, Tresen <\nsupport@tresen.example>:"
    )
    page = (
        '<div dir="ltr">Danke, das hat geholfen.</div><br><div class="gmail_quote '
        'gmail_quote_container"><div dir="ltr" class="gmail_attr">Am Di., 10. März 2026 um 10:00 '
        'Uhr schrieb Anna:<br></div><blockquote class="gmail_quote" style="margin:0px">bitte '
        "starten Sie ihn neu</blockquote></div>"
    )
    body = "".join(
        f'--000000000000a\nContent-Type: {kind}; charset="UTF-8"\n'
        f"Content-Transfer-Encoding: base64\n\n{b64(text.encode())}"
        for kind, text in (("text/plain", f"{NEW}\n\n{line}\n\n{OLD}\n"), ("text/html", page))
    )
    head = 'Content-Type: multipart/alternative; boundary="000000000000a"'
    found = parse(mail(head, f"{body}--000000000000a--\n"))
    assert found.split == Split(NEW, "", f"{line}\n\n{OLD}")
    assert html_to_text(found.html_new).strip() == "Danke, das hat geholfen."
    assert (found.defects, found.parts) == ((), ())


def test_gmail_forward_shows_what_was_forwarded_below_the_remark() -> None:
    forwarded = (
        "---------- Forwarded message ---------\nVon: Otto <otto@kunde.example>\n"
        "Date: Di., 10. März 2026 um 09:00 Uhr\nSubject: Drucker\nTo: <joerg@kunde.example>\n\n\n"
        "Er druckt nicht."
    )
    found = parse(mail(UTF8, f"Bitte ansehen.\n\n{forwarded}\n")).split
    assert found == Split("Bitte ansehen.", "", forwarded)


ATTRIBUTIONS = {
    "roundcube": "Am 2026-03-10 10:00, schrieb Anna Agent, Tresen:",
    "roundcube en": "On 2026-03-10 10:00, Anna Agent, Tresen wrote:",
    "mutt": "On Tue, Mar 10, 2026 at 10:00:00AM +0100, Anna Agent wrote:",
    "mutt iso": "* Anna Agent <support@tresen.example> [2026-03-10 10:00 +0100] wrote:",
    "k-9": "Am 10. März 2026 10:00:00 MEZ schrieb Anna Agent <support@tresen.example>:",
    "fairemail": "10.03.2026 10:00:00 Anna Agent <support@tresen.example> schrieb:",
    "evolution": "Am Dienstag, dem 10.03.2026 um 10:00 +0100 schrieb Anna Agent, Tresen:",
    "kmail": "Am Dienstag, 10. März 2026, 10:00:00 MEZ schrieb Anna Agent, Tresen:",
    "claws": "Am Tue, 10 Mar 2026 10:00:00 +0100\nschrieb Anna Agent <support@tresen.example>:",
    "gnus": "Anna Agent <support@tresen.example> writes in 2026:\nAnna Agent wrote on 2026-03-10:",
    "em client": '------ Originalnachricht ------\nVon: "Anna" <support@tresen.example>\nAn: J\n'
    "Gesendet: 10.03.2026 10:00:00\nBetreff: Drucker",
    "mailbird": "On 10.03.2026 10:00:00, Anna Agent <support@tresen.example> wrote:",
    "the bat": "Tuesday, March 10, 2026, 10:00:00 AM, you wrote:",
    "samsung": "-------- Ursprüngliche Nachricht --------\nVon: Anna <support@tresen.example>\n"
    "Datum: 10.03.26 10:00 (GMT+01:00)\nAn: joerg@kunde.example\nBetreff: Drucker",
    "zimbra": "----- Ursprüngliche Mail -----\nVon: Anna <support@tresen.example>\n"
    "An: joerg@kunde.example\nGesendet: Dienstag, 10. März 2026 10:00:00\nBetreff: Drucker",
    "sogo": "Am Dienstag, 10. März 2026 10:00 CET, schrieb Anna <support@tresen.example>:",
    "horde": "Zitat von Anna Agent <support@tresen.example>:",
    "gmx": "Gesendet: Dienstag, 10. März 2026 um 10:00 Uhr\nVon: Anna <support@tresen.example>\n"
    "An: joerg@kunde.example\nBetreff: Drucker",
    "yahoo": "Am Dienstag, 10. März 2026, 10:00:00 MEZ hat Anna <support@tresen.example> "
    "Folgendes geschrieben:",
    "proton": "Anna Agent <support@tresen.example> schrieb am Dienstag, 10. März 2026 um 10:00:",
    "tutanota": "10. März 2026, 10:00 von support@tresen.example:",
    "tutanota en": "Mar 10, 2026, 10:00 by support@tresen.example:",
    "notes": "Anna Agent <support@tresen.example> schrieb am 10.03.2026 10:00:00:",
    "groupwise": ">>> Anna Agent <support@tresen.example> 10.03.2026 10:00 >>>",
}


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_attribution_of_each_program_begins_the_quote(line: str) -> None:
    found = parse(mail(UTF8, f"{NEW}\n\n{line}\n\n{OLD}\n")).split
    assert found == Split(NEW, "", f"{line}\n\n{OLD}")


@pytest.mark.parametrize(
    "line",
    [
        "Von meinem iPad gesendet",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
        "Gesendet von meinem Samsung Galaxy",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Gesendet mit FairEmail",
        "Gesendet mit der GMX iPhone App",
        "Gesendet von Yahoo Mail für iPhone",
        "Sent with Proton Mail secure email.",
        "Sent from my Galaxy",
        "Sent from mobile",
        "Gesendet aus der Telekom Mail App",
    ],
)
def test_line_that_a_telephone_adds_is_the_signature(line: str) -> None:
    found = parse(mail(UTF8, f"Danke.\n\n{line}\n")).split
    assert found == Split("Danke.", line, "")


@pytest.mark.parametrize(
    ("raw_from", "sender"),
    [
        ('"Müller, Jörg" <J@Kunde.Example>', Address("Müller, Jörg", "J@kunde.example")),
        ("=?utf-8?B?TcO8bGxlciwgSsO2cmc=?= <j@k.example>", Address("Müller, Jörg", "j@k.example")),
        ("=?iso-8859-15?Q?J=F6rg?=\n =?iso-8859-15?Q?_M=FCller?= <j@k.example>", None),
        ("j@k.example (Jörg Müller)", None),
        ("'Jörg Müller' via Support <j@k.example>", None),
        ("=?utf-8?Q?J=C3=B6rg_M=C3=BCller?=<j@k.example>", None),
    ],
)
def test_sender_is_read_as_each_program_writes_it(raw_from: str, sender: Address | None) -> None:
    wanted = sender or Address("Jörg Müller", "j@k.example")
    found = parse(mail(UTF8, "Hallo\n", From=raw_from)).sender
    assert found is not None
    assert (found.name.replace("' via Support", ""), found.email) == (wanted.name, wanted.email)


@pytest.mark.parametrize(
    ("date", "utc"),
    [
        ("Tue, 10 Mar 2026 10:15:00 +0100", "2026-03-10T09:15:00+00:00"),
        ("Tue, 10 Mar 2026 10:15:00 +0100 (CET)", "2026-03-10T09:15:00+00:00"),
        ("10 Mar 26 09:15 GMT", "2026-03-10T09:15:00+00:00"),
        ("Tue Mar 10 09:15:00 2026", "2026-03-10T09:15:00+00:00"),
        ("Tue, 10 Mar 2026 04:15:00 EST", "2026-03-10T09:15:00+00:00"),
        ("Sun, 29 Mar 2026 03:00:00 +0200", "2026-03-29T01:00:00+00:00"),
        ("Tue, 10 Mar 2026 14:45:00 +0530", "2026-03-10T09:15:00+00:00"),
        ("Di, 10 März 2026 10:15:00 +0100", None),
        ("Tue, 31 Feb 2026 10:15:00 +0100", None),
        ("yesterday", None),
    ],
)
def test_date_is_read_in_utc_or_not_at_all(date: str, utc: str | None) -> None:
    found = parse(mail(UTF8, "Hallo\n", Date=date)).date
    assert (found.isoformat() if found else None) == utc


def signed(protocol: str, kind: str, name: str) -> Mail:
    body = (
        f"--s\n{UTF8}\n\nHallo, der Drucker.\n--s\nContent-Type: {kind}; name={name}\n"
        f"Content-Disposition: attachment; filename={name}\n\nSIGNATURE\n--s--\n"
    )
    head = f'Content-Type: multipart/signed; protocol="{protocol}"; micalg=sha-256; boundary=s'
    return parse(mail(head, body))


@pytest.mark.parametrize(
    ("protocol", "kind", "name"),
    [
        ("application/pgp-signature", "application/pgp-signature", "signature.asc"),
        ("application/pkcs7-signature", "application/pkcs7-signature", "smime.p7s"),
    ],
)
def test_signed_mail_is_read_and_its_signature_kept(protocol: str, kind: str, name: str) -> None:
    found = signed(protocol, kind, name)
    assert (found.text.strip(), [(part.file_name, part.media_type) for part in found.parts]) == (
        "Hallo, der Drucker.",
        [(name, kind)],
    )


def test_encrypted_mail_has_no_text_and_loses_no_part() -> None:
    body = (
        "--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\n"
        "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP\n--e--\n"
    )
    head = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e'
    found = parse(mail(head, body))
    assert (found.text, [part.file_name for part in found.parts]) == (
        "",
        ["part-1.bin", "encrypted.asc"],
    )


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"User_Agent": "K-9 Mail for Android"}, MailKind.PERSON),
        ({"Auto_Submitted": "auto-replied (vacation)"}, MailKind.AUTO_REPLY),
        ({"X_Autoreply": "yes", "Subject": "Re: Drucker"}, MailKind.AUTO_REPLY),
        ({"Precedence": "bulk", "Subject": "Re: Drucker"}, MailKind.BULK),
        ({"List_Id": "Nutzer <nutzer.kunde.example>"}, MailKind.LIST),
        ({"From": "Scanner <noreply@kunde.example>"}, MailKind.AUTOMATIC),
        ({"Auto_Submitted": "no"}, MailKind.PERSON),
    ],
    ids=str,
)
def test_mail_is_known_by_what_wrote_it(fields: dict[str, str], kind: MailKind) -> None:
    assert classify(parse(mail(UTF8, "Hallo\n", **fields))).kind is kind
