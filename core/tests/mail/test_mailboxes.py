# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mailboxes as administrators set them up: what is refused, what is recorded, what starts anew."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from tresen import i18n
from tresen.config import load_config
from tresen.desk import Actor, Core, Desk, desk_for
from tresen.errors import Forbidden, Misconfigured, Refused
from tresen.journal.models import JournalEntry
from tresen.mail import queries, service
from tresen.mail.models import Mailbox
from tresen.mail.secret_refs import is_secret_ref, read_secret
from tresen.mail.service import MailboxValues

VALUES = MailboxValues(
    address="support@tresen.example",
    host="imap.tresen.example",
    login="support",
    secret_ref="file:support",
)


def journal(desk: Desk) -> list[tuple[str, str, object, object]]:
    found = select(JournalEntry).where(JournalEntry.subject_kind == "mailbox")
    rows = desk.session.scalars(found.order_by(JournalEntry.id))
    return [(row.action, row.field, row.old, row.new) for row in rows]


def test_added_mailbox_has_what_was_said_and_starts_at_the_beginning(desk: Desk) -> None:
    box = service.add_mailbox(desk, replace(VALUES, address="  Support@Tresen.Example "))
    assert (box.address, box.host, box.port, box.security, box.folder, box.after_fetch) == (
        *("support@tresen.example", "imap.tresen.example", 993, "tls", "INBOX", "seen"),
    )
    assert (box.uid_validity, box.last_uid, box.is_active, box.last_error) == (None, 0, True, "")
    assert journal(desk) == [("added", "address", None, "support@tresen.example")]


def test_international_address_is_kept_as_servers_write_it(desk: Desk) -> None:
    box = service.add_mailbox(desk, replace(VALUES, address="hilfe@straße.example"))
    assert box.address == "hilfe@xn--strae-oqa.example"


def test_mailbox_fed_by_a_door_needs_no_server(desk: Desk) -> None:
    box = service.add_mailbox(desk, MailboxValues("door@tresen.example"))
    assert (box.host, box.secret_ref) == ("", "")


@pytest.mark.parametrize("address", ["support@tresen.example", " SUPPORT@tresen.example"])
def test_second_mailbox_of_an_address_is_refused(desk: Desk, address: str) -> None:
    service.add_mailbox(desk, VALUES)
    with pytest.raises(Refused, match=r"^There is a mailbox support@tresen\.example already\.$"):
        service.add_mailbox(desk, replace(VALUES, address=address))


def test_mailbox_cannot_take_the_address_of_another(desk: Desk) -> None:
    service.add_mailbox(desk, VALUES)
    other = service.add_mailbox(desk, replace(VALUES, address="sales@tresen.example"))
    with pytest.raises(Refused, match=r"^There is a mailbox support@tresen\.example already\.$"):
        service.change_mailbox(desk, other, replace(VALUES, address="Support@tresen.example"))
    assert other.address == "sales@tresen.example"


@pytest.mark.parametrize(
    ("wrong", "english", "german"),
    [
        (
            {"security": "ssl"},
            "Security is tls, starttls or none; login is password or xoauth2.",
            "Die Verschlüsselung ist tls, starttls oder none; die Anmeldung password oder xoauth2.",
        ),
        (
            {"login_method": "cram"},
            "Security is tls, starttls or none; login is password or xoauth2.",
            "Die Verschlüsselung ist tls, starttls oder none; die Anmeldung password oder xoauth2.",
        ),
        (
            {"security": "none"},
            "imap.tresen.example is another machine: use tls.",
            "imap.tresen.example ist ein anderer Rechner: Verwenden Sie tls.",
        ),
        (
            {"secret_ref": "hunter2"},
            "Name the secret as env:TRESEN_MAIL_… or file:name, never the secret.",
            (
                "Nennen Sie den Ort des Geheimnisses als env:TRESEN_MAIL_… oder file:name, "
                "nie das Geheimnis."
            ),
        ),
        ({"port": 0}, "0 is no port.", "0 ist kein Port."),
        ({"port": 65_536}, "65536 is no port.", "65536 ist kein Port."),
        (
            {"address": "support"},
            "'support' is no mail address.",
            "'support' ist keine E-Mail-Adresse.",
        ),
    ],
    ids=str,
)
def test_refusal_says_what_is_wrong_in_the_readers_language(
    core: Core, desk: Desk, wrong: dict[str, object], english: str, german: str
) -> None:
    sentences = []
    for language in ("en", "de"):
        with i18n.speaking(i18n.catalogues(core).language(language)):
            with pytest.raises(Refused) as refusal:
                service.add_mailbox(desk, replace(VALUES, **wrong))  # type: ignore[arg-type] # fields of MailboxValues
            sentences.append(refusal.value.sentence)
    assert sentences == [english, german]
    assert queries.mailboxes(desk) == []


def test_unsafe_change_is_refused_and_changes_nothing(desk: Desk) -> None:
    box = service.add_mailbox(desk, VALUES)
    with pytest.raises(Refused):
        service.change_mailbox(desk, box, replace(VALUES, security="none", folder="Other"))
    assert (box.security, box.folder) == ("tls", "INBOX")


@pytest.mark.parametrize(
    ("change", "starts_anew"),
    [
        ({"host": "mail.tresen.example"}, True),
        ({"login": "helpdesk"}, True),
        ({"folder": "Support"}, True),
        ({"port": 143, "security": "starttls"}, False),
        ({"name": "Support"}, False),
        ({"after_fetch": "delete"}, False),
        ({"secret_ref": "env:TRESEN_MAIL_SUPPORT"}, False),
        ({"address": "help@tresen.example"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_another_place_is_read_from_its_start(
    desk: Desk, change: dict[str, object], starts_anew: bool
) -> None:
    box = service.add_mailbox(desk, VALUES)
    box.uid_validity, box.last_uid = 7, 41
    service.change_mailbox(desk, box, replace(VALUES, **change))  # type: ignore[arg-type] # fields of MailboxValues
    assert (box.uid_validity, box.last_uid) == ((None, 0) if starts_anew else (7, 41))


def test_change_is_recorded_field_by_field_as_it_is_kept(desk: Desk) -> None:
    box = service.add_mailbox(desk, VALUES)
    wanted = replace(VALUES, address="Help@Tresen.example", folder="Support")
    service.change_mailbox(desk, box, wanted)
    service.change_mailbox(desk, box, wanted)
    assert sorted(journal(desk)[1:]) == [
        ("changed", "address", "support@tresen.example", "help@tresen.example"),
        ("changed", "folder", "INBOX", "Support"),
    ]


def test_pause_and_resume_are_recorded_once_each(desk: Desk) -> None:
    box = service.add_mailbox(desk, VALUES)
    for is_active in (True, False, False, True):
        service.set_active(desk, box, is_active=is_active)
    assert [action for action, *_rest in journal(desk)] == ["added", "paused", "resumed"]


def test_mailboxes_are_for_those_who_may_administer_them(core: Core, desk: Desk) -> None:
    box = service.add_mailbox(desk, VALUES)
    desk.commit()
    reader = Actor("Anna", "agent", person_id=1, permissions=frozenset({"mail.read"}))
    with desk_for(core, reader, write=True) as reading:
        found = reading.session.get_one(Mailbox, box.id)
        for attempt in (
            lambda: service.add_mailbox(reading, replace(VALUES, address="x@tresen.example")),
            lambda: service.change_mailbox(reading, found, VALUES),
            lambda: service.set_active(reading, found, is_active=False),
        ):
            with pytest.raises(Forbidden):
                attempt()
    assert [row.is_active for row in queries.mailboxes(desk)] == [True]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("support@tresen.example", "support@tresen.example"),
        (" SUPPORT@Tresen.example ", "support@tresen.example"),
        ("support+1-2-abc@tresen.example", "support@tresen.example"),
        ("support+a+b@tresen.example", "support@tresen.example"),
        ("sales+eu@tresen.example", "sales+eu@tresen.example"),
        ("sales+eu+x@tresen.example", None),
        ("sales@tresen.example", None),
        ("supporters@tresen.example", None),
        ("support@other.example", None),
        ("support", None),
        ("", None),
        ("+@tresen.example", None),
    ],
)
def test_mailbox_is_found_by_address_whatever_follows_the_plus(
    desk: Desk, address: str, found: str | None
) -> None:
    for each in ("support@tresen.example", "sales+eu@tresen.example"):
        service.add_mailbox(desk, replace(VALUES, address=each))
    box = queries.mailbox_by_address(desk, address)
    assert (box.address if box else None) == found


@pytest.mark.parametrize(
    ("ref", "is_one"),
    [
        ("env:TRESEN_MAIL_SUPPORT", True),
        ("env:TRESEN_MAIL_2", True),
        ("file:support", True),
        ("file:support.token-2_b", True),
        ("env:TRESEN_SECRET_KEY", False),
        ("env:TRESEN_MAIL_", False),
        ("env:tresen_mail_support", False),
        ("env:HOME", False),
        ("file:", False),
        ("file:.hidden", False),
        ("file:../secret.key", False),
        ("file:a/b", False),
        ("file:/etc/passwd", False),
        ("file:support\n", False),
        ("file:" + "x" * 102, False),
        (" file:support", False),
        ("FILE:support", False),
        ("", False),
    ],
)
def test_only_secrets_of_mailboxes_can_be_named(ref: str, is_one: bool) -> None:
    assert is_secret_ref(ref) == is_one
    if not is_one:
        with pytest.raises(Misconfigured, match=r"must be env:TRESEN_MAIL_… or file:name"):
            read_secret(load_config(environ={}, secret_key="k"), ref)


def test_secret_is_read_anew_each_time_without_its_line_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load_config(environ={}, data_dir=tmp_path, secret_key="k")
    (tmp_path / "secrets").mkdir()
    for token in ("first", "sécond"):
        (tmp_path / "secrets" / "support").write_text(f"{token}\n", encoding="utf-8")
        assert read_secret(config, "file:support") == token
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", " third ")
    assert read_secret(config, "env:TRESEN_MAIL_SUPPORT") == " third "


@pytest.mark.parametrize("ref", ["file:missing", "env:TRESEN_MAIL_MISSING"])
def test_secret_that_is_not_there_is_named_and_not_guessed(tmp_path: Path, ref: str) -> None:
    config = load_config(environ={}, data_dir=tmp_path, secret_key="k")
    with pytest.raises(Misconfigured, match=f"^There is no secret at {ref}"):
        read_secret(config, ref)


def test_secret_in_another_encoding_is_reported_as_missing(tmp_path: Path) -> None:
    config = load_config(environ={}, data_dir=tmp_path, secret_key="k")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "support").write_bytes("größe".encode("latin-1"))
    with pytest.raises(Misconfigured, match=r"^The secret at file:support is no UTF-8 text\.$"):
        read_secret(config, "file:support")
