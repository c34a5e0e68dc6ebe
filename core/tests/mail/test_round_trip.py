# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails that the standard library writes are read back whole, cut anywhere, with any line ends."""

from email.headerregistry import Address as Written
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen.mail.reading.parse import parse
from tresen.mail.reading.plaintext import html_to_text
from tresen.mail.records import Address, Defect, Mail

# What no program writes into a line and no database takes.
SANE = st.characters(exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn", "Zl", "Zp"))
TEXT = st.text(SANE | st.just("\n"), max_size=400)
LINE = st.text(SANE, min_size=1, max_size=80).map(lambda text: " ".join(text.split()))
# Of several spaces in a file's name one is kept.
NAME = st.from_regex(
    r"[A-Za-zäöüß0-9][A-Za-zäöüß0-9 ,;()_-]{0,40}[a-z0-9]\.(pdf|txt|png)", fullmatch=True
).map(lambda text: " ".join(text.split()))
FILE = st.tuples(NAME, st.sampled_from(["pdf", "octet-stream", "zip"]), st.binary(max_size=300))
PERSON = st.tuples(
    st.from_regex(r"[A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß .,'-]{0,30}[a-zäöüß]", fullmatch=True),
    st.from_regex(
        r"[a-z][a-z0-9+_-]{0,20}[a-z0-9]@[a-z][a-z0-9-]{0,20}[a-z0-9]\.example", fullmatch=True
    ),
)
POLICIES = {
    "7bit": SMTP.clone(cte_type="7bit"),
    "8bit": SMTP,
    "utf8": SMTPUTF8,
}
CALM = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def written(policy: EmailPolicy, subject: str = "Hello", text: str = "Hello\n") -> EmailMessage:
    mail = EmailMessage(policy=policy)
    mail["From"] = Written("Karla", addr_spec="karla@kunde.example")
    mail["Subject"], mail["Message-ID"] = subject, "<1@kunde.example>"
    mail["Date"] = "Tue, 10 Mar 2026 10:15:00 +0100"
    mail.set_content(text)
    return mail


def unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("policy", POLICIES)
@CALM
@given(text=TEXT)
def test_any_text_is_read_as_it_was_written(policy: str, text: str) -> None:
    found = parse(written(POLICIES[policy], text=f"{text}\n").as_bytes())
    assert (unix(found.text).strip(), found.defects, found.parts) == (text.strip(), (), ())


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "utf-7"])
def test_text_is_read_in_each_encoding_of_each_charset(encoding: str, charset: str) -> None:
    if encoding == "7bit" and charset != "utf-7":
        return
    mail = EmailMessage(policy=SMTP)
    mail.set_content("Größe 5 €, Übersicht\n", charset=charset, cte=encoding)
    assert parse(mail.as_bytes()).text.strip("\ufeff\n") == "Größe 5 €, Übersicht"


@pytest.mark.parametrize("policy", POLICIES)
@CALM
@given(subject=LINE)
def test_any_subject_is_read_as_it_was_written(policy: str, subject: str) -> None:
    found = parse(written(POLICIES[policy], subject).as_bytes()).subject
    assert "".join(found.split()) == "".join(subject.split()) or "=?" in subject


@pytest.mark.parametrize("policy", ["7bit", "8bit", "utf8"])
@CALM
@given(person=PERSON)
def test_any_receiver_is_read_by_name_and_address(policy: str, person: tuple[str, str]) -> None:
    name, email = person
    mail = written(POLICIES[policy])
    mail["To"] = Written(name, addr_spec=email)
    (found,) = parse(mail.as_bytes()).to
    assert (found.email, "".join(found.name.split())) == (
        email,
        "".join(name.strip("'\" ").split()),
    )


@CALM
@given(files=st.lists(FILE, max_size=4), has_page=st.booleans())
def test_any_files_are_read_with_name_and_bytes(
    files: list[tuple[str, str, bytes]], has_page: bool
) -> None:
    mail = written(SMTP)
    if has_page:
        mail.add_alternative("<p>Hello</p>", subtype="html")
    for name, subtype, body in files:
        mail.add_attachment(body, "application", subtype, filename=name)
    found = parse(mail.as_bytes())
    assert [(part.file_name, part.content) for part in found.parts] == [
        (name, body) for name, _subtype, body in files
    ]
    assert (found.text.strip(), found.defects) == ("Hello", ())
    assert html_to_text(found.html).strip() == ("Hello" if has_page else "")


@CALM
@given(text=TEXT, subject=LINE)
def test_mail_in_a_mail_is_kept_whole_and_apart(text: str, subject: str) -> None:
    outer = written(SMTP)
    outer.add_attachment(written(SMTP, subject, f"{text}\n"))
    found = parse(outer.as_bytes())
    (inner,) = found.parts
    assert (found.text.strip(), inner.media_type) == ("Hello", "message/rfc822")
    assert unix(parse(inner.content).text).strip() == text.strip()


def example() -> bytes:
    mail = written(SMTP, "Grüße aus Köln", "Guten Tag,\n\nsiehe Anlage.\n")
    mail.add_alternative("<p>Guten Tag, <img src='cid:a@x'></p>", subtype="html")
    mail.add_attachment(b"\x89PNG" * 50, "image", "png", filename="Größe.png", cid="<a@x>")
    mail["To"] = "support@tresen.example"
    return mail.as_bytes()


def test_line_ends_make_no_difference() -> None:
    raw = example()
    assert parse(raw.replace(b"\r\n", b"\n")) == parse(raw)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.65, 0.8, 0.95, 0.99])
def test_mail_that_was_cut_off_keeps_what_came(share: float) -> None:
    raw = example()
    found = parse(raw[: int(len(raw) * share)])
    whole: Mail = parse(raw)
    assert Defect.UNREADABLE not in found.defects
    assert whole.text.startswith(found.text.rstrip()[:20])


@CALM
@given(cut=st.integers(0, 1_500), noise=st.binary(max_size=20))
def test_mail_with_bytes_thrown_in_is_read_by_all_means(cut: int, noise: bytes) -> None:
    raw = example()
    found = parse(raw[:cut] + noise + raw[cut:])
    assert Defect.UNREADABLE not in found.defects
    assert isinstance(found.sender, Address | None)


@CALM
@given(text=TEXT, old=TEXT)
def test_no_line_of_a_quoted_mail_is_lost(text: str, old: str) -> None:
    quoted = "\n".join(f"> {line}" for line in old.split("\n"))
    line = "Am 10.03.2026 um 10:00 schrieb Anna <support@tresen.example>:"
    found = parse(written(SMTP, text=f"{text}\n\n{line}\n{quoted}\n").as_bytes())
    pieces = " ".join((found.split.new, found.split.signature, found.split.quoted))
    assert sorted("".join(pieces.split())) == sorted("".join(found.text.split()))
