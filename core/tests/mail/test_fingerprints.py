# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails with one Message-ID: which are the same, and what it costs to know."""

from collections.abc import Callable
from typing import Any

import pytest
from mail.letters import add_mailbox, letter, receive, store_all
from mail.servers import rows
from sqlalchemy import event, update
from tresen.desk import Core, desk_for
from tresen.files.models import Blob
from tresen.mail.fingerprints import fingerprint
from tresen.mail.inbound import process
from tresen.mail.models import InboundMail
from tresen.mail.reading.parser import Parser

SAME = "<same@kunde.example>"
MAIL = (
    b"From: Karla <karla@kunde.example>\n"
    b"Subject: Disk A is full\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0100\n"
    b"Message-ID: <same@kunde.example>\n"
    b"Content-Type: text/plain; charset=utf-8\n"
    b"\n"
    b"See the subject.\n"
)


@pytest.mark.parametrize(
    "way",
    [
        lambda raw: b"Received: from mx2.kunde.example\n\tby mx.tresen.example; today\n" + raw,
        lambda raw: b"Return-Path: <karla@kunde.example>\nDelivered-To: support\n" + raw,
        lambda raw: b"X-Spam-Score: 0\nDKIM-Signature: v=1\nAuthentication-Results: x\n" + raw,
        lambda raw: b"Content-Length: 17\nStatus: RO\n" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw + b"\n\n",
        lambda raw: raw.replace(b"Subject: Disk A is full", b"SUBJECT:Disk A\n is full "),
        lambda raw: raw.replace(b"plain; charset", b"plain;\n\tcharset"),
        lambda raw: b"\n".join(sorted(raw.split(b"\n")[:5])) + b"\n\n" + raw.split(b"\n\n")[1],
    ],
    ids=["trace", "delivery", "x", "store", "crlf", "end", "fold", "fold type", "order"],
)
def test_what_servers_change_on_the_way_leaves_it_the_same(way: Callable[[bytes], bytes]) -> None:
    assert fingerprint(way(MAIL)) == fingerprint(MAIL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"See the subject.", b"See the picture."),
        (b"Disk A", b"Disk B"),
        (b"Disk A is full", b"Disk A is  full."),
        (b"karla@", b"knut@"),
        (b"23 Nov", b"24 Nov"),
        (b"utf-8", b"latin-1"),
        (b"text/plain", b"text/html"),
        (b"Content-Type:", b"Content-Transfer-Encoding: base64\nContent-Type:"),
        (b"\n\nSee", b"\n\nContent-Type: x\n\nSee"),
    ],
    ids=lambda value: value[:24].decode(),
)
def test_what_a_person_wrote_makes_it_another(old: bytes, new: bytes) -> None:
    assert fingerprint(MAIL.replace(old, new, 1)) != fingerprint(MAIL)


def test_large_body_is_the_same_wherever_its_pieces_are_cut() -> None:
    body = b"x\n" * (1 << 20)
    lines = {MAIL + body, (MAIL + body).replace(b"\n", b"\r\n")}
    lines.add(MAIL.replace(b"\n", b"\r\n") + body)
    assert len({fingerprint(raw) for raw in lines}) == 1
    assert fingerprint(MAIL + body) != fingerprint(MAIL + body + b"y")


@pytest.mark.parametrize("raw", [b"", b"\n", b"Subject: x", b"\r\n\r\n", b"x\n\n \t\r\n"])
def test_mail_without_head_or_body_has_a_fingerprint_too(raw: bytes) -> None:
    assert len(fingerprint(raw)) == 64


def test_same_id_with_another_subject_is_two_messages(core: Core, parser: Parser) -> None:
    raws = [letter(subject=f"Disk {disk} full", Message_ID=SAME) for disk in "AB"]
    found = receive(core, parser, *raws)
    assert [(row.outcome, row.reason) for row in found] == [("message", ""), ("message", "")]


def test_same_mail_in_two_mailboxes_is_two_messages(core: Core, parser: Parser) -> None:
    raw, boxes = letter(), [add_mailbox(core), add_mailbox(core, "sales@tresen.example")]
    for box in boxes:
        found = receive(core, parser, raw, mailbox_id=box)
    assert [row.outcome for row in found] == ["message", "message"]


def test_mail_of_an_earlier_version_is_known_and_gets_its_hash(core: Core, parser: Parser) -> None:
    raw = letter()
    receive(core, parser, raw, letter())
    with desk_for(core, write=True) as desk:
        desk.session.execute(update(InboundMail).values(content_hash=None))
    found = receive(core, parser, b"X-Way: 2\n" + raw)
    assert [(row.outcome, row.reason) for row in found][2:] == [("ignored", "duplicate")]
    assert [row.content_hash for row in found] == [fingerprint(raw), None, fingerprint(raw)]


def read_bodies(core: Core, act: Callable[[], object]) -> int:
    """How many statements read bytes of one mail while this was done."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(core.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(core.engine, "before_cursor_execute", note)
    name = f"{Blob.__tablename__}.body"
    return sum(name in statement for statement in statements)


def test_repeated_id_reads_no_earlier_mail(core: Core, parser: Parser) -> None:
    raws = [letter(body=f"number {number}", Message_ID=SAME) for number in range(40)]
    receive(core, parser, *raws[:30])
    store_all(core, raws[30:])
    # The ten new ones, in one statement.
    assert read_bodies(core, lambda: process(core, parser)) == 1
    assert [row.outcome for row in rows(core, InboundMail)] == ["message"] * 40
