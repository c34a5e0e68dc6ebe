# SPDX-License-Identifier: AGPL-3.0-or-later
"""A queued row as bytes: what any mail program reads in it is what was written."""

from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.config import load_config
from tresen.mail import keys
from tresen.mail.compose import File, compose
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.mail.reading.parse import parse

CONFIG = load_config(environ={}, data_dir=Path("/nowhere"), secret_key="k" * 40)
KARLA = OutboundRecipient(field="to", address="karla@kunde.example", name="Karla Kundin")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def a_row(**given: object) -> OutboundMail:
    fields: dict[str, object] = {
        "purpose": "reply",
        "is_automatic": False,
        "internet_message_id": "1.2.abc@tresen.example",
        "sender": "Anna Agent, Tresen <support@tresen.example>",
        "subject": "Re: The printer prints nothing [#10001]",
        "text": "Plug it in.\n",
        "html": None,
        "in_reply_to": None,
        "references": "",
        "reply_to": "",
        "created_at": datetime(2026, 3, 10, 9, 0, tzinfo=UTC),
    }
    return OutboundMail(**(fields | given))


def written(
    row: OutboundMail, receivers: tuple[OutboundRecipient, ...] = (KARLA,), *files: File
) -> bytes:
    return compose(CONFIG, row, receivers, files).as_bytes()


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


def head_of(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0]


def test_plain_reply_holds_these_fields_and_no_other() -> None:
    assert written(a_row()).decode("ascii").split("\r\n") == [
        'From: "Anna Agent, Tresen" <support@tresen.example>',
        "To: Karla Kundin <karla@kunde.example>",
        "Subject: Re: The printer prints nothing [#10001]",
        "Date: Tue, 10 Mar 2026 09:00:00 +0000",
        "Message-ID: <1.2.abc@tresen.example>",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: 7bit",
        "MIME-Version: 1.0",
        "",
        "Plug it in.",
        "",
    ]


def test_same_row_gives_the_same_bytes_each_time() -> None:
    row = a_row(text="Größe\n", html="<p>Größe</p>")
    file = ("a.pdf", "application/pdf", b"%PDF")
    assert written(row, (KARLA,), file) == written(row, (KARLA,), file)


def test_boundaries_of_two_mails_differ() -> None:
    first, second = a_row(html="<p>1</p>"), a_row(html="<p>1</p>", internet_message_id="1.3.x@t")
    assert len({read(written(row)).get_boundary() for row in (first, second)}) == 2


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Grüße aus Köln\n", None),
        ("日本語\n", None),
        ("Preis: 5 €\n" * 40, "<p>Preis: 5&nbsp;€</p>" * 40),
        ("💶 " * 500 + "\n", None),
        ("x" * 5_000 + "\n", "<p>" + "ß" * 5_000 + "</p>"),
    ],
    ids=["umlauts", "kanji", "both", "emoji", "long-lines"],
)
def test_mail_passes_servers_that_know_seven_bits_and_998_characters(
    text: str, html: str | None
) -> None:
    raw = written(a_row(text=text, html=html))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    body = read(raw).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text


def test_every_line_ends_as_smtp_wants_it() -> None:
    raw = written(a_row(text="one\ntwo\n\nthree\n", html="<p>one</p>\n<p>two</p>"))
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0


def test_text_and_html_are_alternatives_the_best_one_last() -> None:
    mail = read(written(a_row(html="<p>Plug it in.</p>")))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_files_stand_beside_the_alternatives_whole() -> None:
    files = [("Grüße.png", "image/png", PNG), ("empty.csv", "text/csv; charset=utf-8", b"")]
    mail = read(written(a_row(html="<p>Look.</p>"), (KARLA,), *files))
    assert mail.get_content_type() == "multipart/mixed"
    assert [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in mail.iter_attachments()
    ] == [("Grüße.png", "image/png", PNG), ("empty.csv", "text/csv", b"")]


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ("application/pdf", "application/pdf"),
        ("text/plain; charset=utf-8", "text/plain"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed; boundary=x", "application/octet-stream"),
        ("", "application/octet-stream"),
        ("pdf", "application/octet-stream"),
        ("image/", "application/octet-stream"),
        ("a b/c", "application/octet-stream"),
        ("image/x y", "application/octet-stream"),
        ("application/x\r\nBcc: evil@kunde.example", "application/octet-stream"),
        ("image/svg/xml", "application/octet-stream"),
        ("bild/größe", "application/octet-stream"),
    ],
)
def test_file_of_an_odd_type_is_sent_as_mere_bytes(declared: str, sent: str) -> None:
    mail = read(written(a_row(), (KARLA,), ("a.bin", declared, b"\x00\xff\r\nFrom x")))
    (part,) = mail.iter_attachments()
    assert (part.get_content_type(), part.get_payload(decode=True), mail["Bcc"]) == (
        sent,
        b"\x00\xff\r\nFrom x",
        None,
    )


@pytest.mark.parametrize(
    "name",
    [
        "Übersicht der größten Aufträge 2026 & Kunde & Söhne (Entwurf, zweite Fassung).pdf",
        "semi;colon=and%27.txt",
        "日本語.docx",
        "💶.xlsx",
        "n" * 120,
    ],
)
def test_file_keeps_its_name_in_every_reader(name: str) -> None:
    raw = written(a_row(), (KARLA,), (name, "application/pdf", b"%PDF"))
    (part,) = read(raw).iter_attachments()
    (ours,) = parse(raw).parts
    assert (part.get_filename(), ours.file_name, ours.content) == (name, name, b"%PDF")


def test_fields_name_each_receiver_in_its_place_and_a_hidden_one_nowhere() -> None:
    receivers = (
        KARLA,
        OutboundRecipient(field="cc", address="otto@kunde.example", name=""),
        OutboundRecipient(field="to", address="ida@kunde.example", name="Ida, die Erste"),
        OutboundRecipient(field="bcc", address="chef@kunde.example", name="Chef"),
    )
    raw = written(a_row(), receivers)
    mail = read(raw)
    assert (mail["To"], mail["Cc"], mail["Bcc"], b"chef" in raw) == (
        'Karla Kundin <karla@kunde.example>, "Ida, die Erste" <ida@kunde.example>',
        "otto@kunde.example",
        None,
        False,
    )


def test_mail_to_hidden_receivers_alone_has_no_empty_field() -> None:
    hidden = OutboundRecipient(field="bcc", address="chef@kunde.example", name="")
    mail = read(written(a_row(), (hidden,)))
    assert ("To" in mail, "Cc" in mail) == (False, False)


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("Anna, Tresen <support@tresen.example>", "Anna, Tresen", "support@tresen.example"),
        (" <support@tresen.example>", "", "support@tresen.example"),
        ('"Quotes" \\ <s@t.example>', '"Quotes" \\', "s@t.example"),
        ("Jörg Müller-Lüdenscheidt <s@t.example>", "Jörg Müller-Lüdenscheidt", "s@t.example"),
        ("Firma <(x)> GmbH <s@t.example>", "Firma <(x)> GmbH", "s@t.example"),
        ("=?utf-8?q?Boss?= <s@t.example>", "=?utf-8?q?Boss?=", "s@t.example"),
        ("support@bank.example <s@t.example>", "support@bank.example", "s@t.example"),
    ],
)
def test_sender_is_split_into_name_and_address(sender: str, name: str, address: str) -> None:
    (found,) = compose(CONFIG, a_row(sender=sender), (KARLA,), [])["From"].addresses
    assert (found.display_name, found.addr_spec) == (name, address)
    ours = parse(written(a_row(sender=sender))).sender
    assert ours is not None
    assert ours.email == address


def test_reply_to_bears_the_senders_name() -> None:
    mail = read(written(a_row(reply_to="support+1-abc@tresen.example")))
    assert mail["Reply-To"] == '"Anna Agent, Tresen" <support+1-abc@tresen.example>'


def test_thread_fields_are_left_out_of_a_first_mail() -> None:
    mail = read(written(a_row()))
    assert [mail[name] for name in ("In-Reply-To", "References", "Reply-To")] == [None] * 3


def test_long_references_are_folded_between_ids_and_never_inside() -> None:
    ids = [f"{n:040d}.very-long-id@mail.kunde.example" for n in range(10)]
    raw = written(a_row(in_reply_to=ids[-1], references=" ".join(ids)))
    assert b"=?" not in head_of(raw)
    assert parse(raw).references == tuple(f"<{found}>" for found in ids)
    assert parse(raw).in_reply_to == (f"<{ids[-1]}>",)


def test_id_longer_than_a_line_stays_whole() -> None:
    long = "a" * 200 + "@kunde.example"
    assert f"In-Reply-To: <{long}>\r\n".encode() in written(a_row(in_reply_to=long))


@pytest.mark.parametrize(
    ("purpose", "word"),
    [
        ("receipt", "auto-replied"),
        ("notice", "auto-generated"),
        ("proof", "auto-generated"),
        ("reset", "auto-generated"),
    ],
)
def test_automatic_mail_says_so_to_other_machines(purpose: str, word: str) -> None:
    mail = read(written(a_row(purpose=purpose, is_automatic=True)))
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"], mail["X-Tresen-Loop"]) == (
        word,
        "All",
        keys.loop_mark(CONFIG),
    )


def test_reply_of_a_person_is_not_marked_as_automatic() -> None:
    mail = read(written(a_row()))
    marks = ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Tresen-Loop", "Precedence")
    assert [mail[name] for name in marks] == [None] * 4


def test_date_is_when_it_was_queued_in_any_time_zone() -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    queued = datetime(2026, 3, 10, 23, 59, 59, tzinfo=east)
    assert parsedate_to_datetime(str(read(written(a_row(created_at=queued)))["Date"])) == queued


@pytest.mark.parametrize(
    "subject",
    [
        "Grüße [#10001]",
        "Ä" * 370,
        "word " * 70 + "end",
        "x" * 379,
        "=?utf-8?q?not_encoded?=",
        'a: b; c, d <e> "f" (g) [#1]',
        "日本語の件名 [#10001]",
        "  two  spaces  ",
    ],
    ids=range(8),
)
def test_subject_comes_back_from_a_reader_as_it_was(subject: str) -> None:
    raw = written(a_row(subject=subject))
    assert max(map(len, head_of(raw).split(b"\r\n"))) <= 998
    mine = parse(raw).subject
    assert mine.split() == ("not_encoded".replace("_", " ") if "=?" in subject else subject).split()


def test_body_that_looks_like_a_header_stays_body() -> None:
    mail = read(written(a_row(text="Bcc: evil@kunde.example\n\n.\nFrom me\n")))
    assert mail["Bcc"] is None
    assert mail.get_content().replace("\r\n", "\n") == "Bcc: evil@kunde.example\n\n.\nFrom me\n"


NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=60
).map(lambda text: " ".join(text.replace("<", "(").replace(">", ")").split()))


@given(NAMES, NAMES)
def test_any_name_ends_up_in_its_own_field_alone(name: str, receiver: str) -> None:
    to = OutboundRecipient(field="to", address="karla@kunde.example", name=receiver)
    raw = written(a_row(sender=f"{name} <support@tresen.example>"), (to,))
    mail = parse(raw)
    assert mail.sender is not None
    assert (mail.sender.email, [a.email for a in mail.to], mail.cc) == (
        "support@tresen.example",
        ["karla@kunde.example"],
        (),
    )
    assert [field.name for field in mail.headers][:5] == [
        *("from", "to", "subject", "date", "message-id")
    ]


@given(st.lists(NAMES, min_size=2, max_size=6))
def test_receivers_stay_apart_whatever_their_names_are(names: list[str]) -> None:
    addresses = [f"receiver-number-{number}@kunde.example" for number in range(len(names))]
    receivers = tuple(
        OutboundRecipient(field="to", address=address, name=name)
        for address, name in zip(addresses, names, strict=True)
    )
    raw = written(a_row(), receivers)
    assert [each.email for each in parse(raw).to] == addresses
    assert [each.addr_spec for each in read(raw)["To"].addresses] == addresses


@pytest.mark.parametrize("name", ["Müller, Jörg", "A" * 23 + ".Äß", "=?utf-8?q?Boss?=", 'Ä "B" <C'])
def test_receivers_name_is_read_back_beside_another(name: str) -> None:
    named = OutboundRecipient(field="to", address="a@kunde.example", name=name)
    raw = written(a_row(), (named, KARLA))
    assert [(each.display_name, each.addr_spec) for each in read(raw)["To"].addresses] == [
        (name, "a@kunde.example"),
        ("Karla Kundin", "karla@kunde.example"),
    ]
    assert [each.email for each in parse(raw).to] == ["a@kunde.example", "karla@kunde.example"]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=300))
def test_any_text_comes_back_whole(text: str) -> None:
    body = read(written(a_row(text=f"{text}\n")))
    assert body.get_content().replace("\r\n", "\n") == f"{text}\n"
