# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails as bytes between two processes: whole there and back, refused when they are not."""

from dataclasses import fields
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.frames import LENGTH, pack_failure, pack_mail, read_mail
from tresen.mail.records import Address, Bounce, Defect, Header, Mail, MailPart, Split

ADA = Address("Ada", "ada@example.com")
FULL = Mail(
    message_id="<1@example.com>",
    subject="Grüße",
    date=datetime(2026, 11, 23, 9, tzinfo=UTC),
    sender=ADA,
    reply_to=(ADA,),
    to=(ADA, Address("", "bob@example.org")),
    cc=(ADA,),
    recipient_count=3,
    return_path="ada@example.com",
    in_reply_to=("<0@example.com>",),
    references=("<a@example.com>", "<0@example.com>"),
    headers=(Header("subject", "Grüße"),),
    text="Hello\n> old",
    html="<p>Hello</p>old",
    html_new="<p>Hello</p>",
    html_quoted="old",
    split=Split("Hello", "-- \nAda", "> old"),
    parts=(MailPart("a.pdf", "application/pdf", b"\x00\xff", "x@y", is_inline=True),),
    bounces=(Bounce("bob@example.org", "failed", "5.1.1", "unknown", "<0@example.com>"),),
    defects=(Defect.NO_DATE, Defect.TEXT_CUT),
)


def frame(pieces: list[bytes]) -> bytes:
    joined = b"".join(pieces)
    assert LENGTH.unpack_from(joined)[0] == len(joined) - LENGTH.size
    return joined[LENGTH.size :]


def unpack(whole: bytes) -> Mail | str:
    """Read a frame from a pipe that ends after it, as a parser does."""
    source = BytesIO(whole)

    def read(count: int) -> bytes:
        piece = source.read(count)
        if len(piece) < count:
            raise EOFError
        return piece

    return read_mail(read, len(whole))


def test_full_mail_sets_every_field() -> None:
    bare = Mail("<2@example.com>")
    assert [f.name for f in fields(Mail) if getattr(FULL, f.name) == getattr(bare, f.name)] == []


@pytest.mark.parametrize("mail", [FULL, Mail("<2@example.com>")], ids=["full", "bare"])
def test_read_mail_gives_back_what_was_packed(mail: Mail) -> None:
    assert unpack(frame(pack_mail(mail))) == mail


def test_read_mail_of_a_failure_gives_its_reason() -> None:
    assert unpack(frame(pack_failure("memory"))) == "memory"


@pytest.mark.parametrize("cut", [1, 9, 40, -1])
def test_read_mail_refuses_a_frame_that_is_cut(cut: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON and ours say it in different words
        unpack(frame(pack_mail(FULL))[:cut])


@pytest.mark.parametrize("head", ["[]", "{}", '{"parts": [1]}', '{"parts": []}', "1", "[" * 9_999])
def test_read_mail_refuses_another_head(head: str) -> None:
    encoded = head.encode()
    with pytest.raises(ValueError):  # noqa: PT011 - JSON and ours say it in different words
        unpack(LENGTH.pack(len(encoded)) + encoded)


@given(st.binary(max_size=200))
def test_read_mail_of_any_bytes_gives_a_value_error_at_most(data: bytes) -> None:
    try:
        unpack(data)
    except ValueError:
        return
