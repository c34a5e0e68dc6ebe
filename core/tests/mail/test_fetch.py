# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetching from an IMAP server that breaks off, renumbers, pushes and refuses."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread

import pytest
from imapclient.exceptions import LoginError
from mail.letters import add_mailbox, letter
from sqlalchemy import select
from tresen.desk import Core, desk_for
from tresen.errors import Misconfigured
from tresen.files import service as files
from tresen.mail import bells, service, watch
from tresen.mail.fetch import drain
from tresen.mail.imap import FAILURES, Account, account_of, opened
from tresen.mail.models import InboundMail, Mailbox
from tresen.testing.imap_server import ImapMailbox, imap_server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapMailbox]:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with imap_server() as running:
        yield running


def account(core: Core, server: ImapMailbox, **given: object) -> Account:
    fields = {"host": "127.0.0.1", "port": server.port, "security": "none", "login": "support"}
    mailbox_id = add_mailbox(core, **fields | {"secret_ref": "env:TRESEN_MAIL_SUPPORT"} | given)
    with desk_for(core) as desk:
        return account_of(desk.session.get_one(Mailbox, mailbox_id))


def fetch(core: Core, opening: Account) -> int:
    with opened(core.config, opening, 5.0) as client:
        return drain(core, client, opening).stored


def move(core: Core, opening: Account, **values: str) -> Account:
    """Let an administrator point the mailbox at another place; return how it is opened there."""
    with desk_for(core, write=True) as desk:
        box = desk.session.get_one(Mailbox, opening.mailbox_id)
        names = service.MailboxValues.__dataclass_fields__
        before = service.MailboxValues(**{name: getattr(box, name) for name in names})
        service.change_mailbox(desk, box, replace(before, **values))
        return account_of(box)


def stored(core: Core) -> list[tuple[int | None, str, str]]:
    with desk_for(core) as desk:
        found = desk.session.scalars(select(InboundMail).order_by(InboundMail.id))
        return [(row.uid, row.outcome, row.reason) for row in found]


def test_mails_are_stored_as_they_lie_and_marked_as_read(core: Core, server: ImapMailbox) -> None:
    raw = letter()
    server.add(raw, letter())
    assert fetch(core, account(core, server)) == 2
    with desk_for(core) as desk:
        rows = list(desk.session.scalars(select(InboundMail).order_by(InboundMail.id)))
        assert files.read_blob(desk, rows[0].sha256) == raw
        assert desk.session.scalars(select(Mailbox.last_uid)).one() == 2
    assert server.flags() == [{"\\Seen"}, {"\\Seen"}]


def test_answers_are_not_spelt_out_for_a_log(
    core: Core, server: ImapMailbox, caplog: pytest.LogCaptureFixture
) -> None:
    server.add(letter())
    with caplog.at_level("DEBUG", "imapclient"):
        assert fetch(core, account(core, server)) == 1
    said = [record.name for record in caplog.records if record.name.startswith("imapclient")]
    assert set(said) <= {"imapclient.imapclient"}


def test_second_fetch_finds_only_what_is_new(core: Core, server: ImapMailbox) -> None:
    opening = account(core, server)
    server.add(letter())
    assert [fetch(core, opening), fetch(core, opening)] == [1, 0]
    server.add(letter())
    assert fetch(core, opening) == 1
    assert [uid for uid, *_ in stored(core)] == [1, 2]


def test_numbers_have_all_32_bits_that_a_server_may_use(core: Core, server: ImapMailbox) -> None:
    server.uid_validity, server.next_uid = 2**32 - 2, 2**32 - 3
    opening = account(core, server)
    server.add(letter(), letter())
    assert [fetch(core, opening), fetch(core, opening)] == [2, 0]
    assert [uid for uid, *_ in stored(core)] == [2**32 - 3, 2**32 - 2]
    with desk_for(core) as desk:
        box = desk.session.scalars(select(Mailbox)).one()
        assert (box.uid_validity, box.last_uid) == (2**32 - 2, 2**32 - 2)


def test_fetched_mails_are_deleted_when_the_mailbox_says_so(
    core: Core, server: ImapMailbox
) -> None:
    server.add(letter(), letter())
    fetch(core, account(core, server, after_fetch="delete"))
    assert server.mails == []


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE UIDPLUS", "IMAP4rev1 UIDPLUS"])
def test_fetched_mails_are_moved_when_the_mailbox_says_so(
    core: Core, server: ImapMailbox, capabilities: str
) -> None:
    server.capabilities = capabilities
    server.add(letter())
    fetch(core, account(core, server, after_fetch="Done"))
    assert (server.mails, len(server.moved["Done"])) == ([], 1)


def test_empty_mail_is_stored_and_so_is_the_next_one(core: Core, server: ImapMailbox) -> None:
    opening = account(core, server)
    server.add(b"", letter())
    assert [fetch(core, opening), fetch(core, opening)] == [2, 0]
    assert [row[:2] for row in stored(core)] == [(1, "pending"), (2, "pending")]
    with desk_for(core) as desk:
        hashes = list(desk.session.scalars(select(InboundMail.sha256).order_by(InboundMail.id)))
        assert files.read_blob(desk, hashes[0]) == b""


@pytest.mark.parametrize("change", [{"folder": "Support"}, {"host": "localhost"}], ids=str)
def test_mails_of_another_place_are_stored_before_they_are_deleted(
    core: Core, server: ImapMailbox, change: dict[str, str]
) -> None:
    opening = account(core, server, after_fetch="delete")
    server.add(letter(), letter(), letter())
    fetch(core, opening)
    server.next_uid = 1  # the other place numbers from the start, under the same UIDVALIDITY
    server.add(letter(), letter())
    assert fetch(core, move(core, opening, **change)) == 2
    assert [uid for uid, *_ in stored(core)] == [None, None, None, 1, 2]
    assert server.mails == []


def test_numbers_that_nobody_read_up_to_are_not_deleted(core: Core, server: ImapMailbox) -> None:
    opening = account(core, server, after_fetch="delete")
    server.add(letter(), letter())
    fetch(core, opening)
    with desk_for(core, write=True) as desk:
        desk.session.get_one(Mailbox, opening.mailbox_id).last_uid = 0
    server.next_uid = 1
    server.add(letter(), letter())
    assert fetch(core, opening) == 2
    assert [uid for uid, *_ in stored(core)] == [1, 2, None, None]


def test_watch_of_the_old_place_writes_nothing_about_the_new_one(
    core: Core, server: ImapMailbox
) -> None:
    opening = account(core, server, after_fetch="delete")
    server.add(letter(), letter())
    moved = move(core, opening, folder="Support")
    assert (fetch(core, opening), len(server.mails)) == (0, 2)
    with desk_for(core) as desk:
        box = desk.session.get_one(Mailbox, opening.mailbox_id)
        assert (box.uid_validity, box.last_uid) == (None, 0)
    assert fetch(core, moved) == 2


def test_mails_on_the_way_while_the_mailbox_moves_are_kept_without_their_numbers(
    core: Core, server: ImapMailbox
) -> None:
    opening = account(core, server, after_fetch="delete")
    server.add(letter())
    server.before["FETCH"] = lambda: move(core, opening, folder="Support")
    assert fetch(core, opening) == 1
    assert (stored(core), server.mails) == ([(None, "pending", "")], [])
    with desk_for(core) as desk:
        box = desk.session.get_one(Mailbox, opening.mailbox_id)
        assert (box.uid_validity, box.last_uid) == (None, 0)


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_fault_f15_line_that_breaks_stores_no_half_mail_and_loses_none(
    core: Core, server: ImapMailbox, command: str
) -> None:
    server.add(letter(), letter(body="x" * 5_000))
    opening = account(core, server)
    server.drop_at, server.drop_after = command, 400
    with pytest.raises(FAILURES):
        fetch(core, opening)
    fetch(core, opening)
    assert [(uid, outcome) for uid, outcome, _ in stored(core)] == [(1, "pending"), (2, "pending")]
    assert server.flags() == [{"\\Seen"}, {"\\Seen"}]


def test_fault_f16_new_numbering_is_fetched_anew_and_known(core: Core, server: ImapMailbox) -> None:
    opening = account(core, server)
    server.add(letter(), letter())
    fetch(core, opening)
    server.renumber()
    server.add(letter())
    assert fetch(core, opening) == 3
    assert stored(core) == [
        (1, "pending", ""),
        (2, "pending", ""),
        (101, "ignored", "duplicate"),
        (102, "ignored", "duplicate"),
        (103, "pending", ""),
    ]


def test_fault_f17_mail_that_another_program_read_is_still_fetched(
    core: Core, server: ImapMailbox
) -> None:
    server.add(letter())
    server.mails[0].flags.add("\\Seen")
    assert fetch(core, account(core, server)) == 1


def test_fault_f43_larger_mail_leaves_its_header_here_and_itself_there(
    core: Core, server: ImapMailbox
) -> None:
    object.__setattr__(core.config, "mail_size_limit", 1_000)
    server.add(letter(body="x" * 2_000), letter())
    fetch(core, account(core, server, after_fetch="delete"))
    assert len(server.mails) == 1
    (large, small) = stored(core)
    assert large[2].startswith("too-large: ")
    assert small[1] == "pending"


def test_xoauth2_signs_in_with_the_token(core: Core, server: ImapMailbox) -> None:
    server.add(letter())
    assert fetch(core, account(core, server, login_method="xoauth2")) == 1


def test_wrong_password_is_a_refused_login(
    core: Core, server: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "wrong")
    with pytest.raises(LoginError):
        fetch(core, account(core, server))


def test_atk_m23_server_without_starttls_is_left(core: Core, server: ImapMailbox) -> None:
    with pytest.raises(FAILURES):
        fetch(core, account(core, server, security="starttls"))
    assert "LOGIN" not in server.commands


def test_atk_m23_unencrypted_mailbox_on_another_machine_is_refused(
    core: Core, server: ImapMailbox
) -> None:
    with pytest.raises(Misconfigured):
        fetch(core, account(core, server, host="imap.kunde.example"))


def test_pushed_mail_is_stored_by_the_watch(core: Core, server: ImapMailbox) -> None:
    stop, opening = Event(), account(core, server)
    ring = bells.bell(core, bells.INBOUND)
    watching = Thread(target=watch.watch_one, args=(core, opening, stop))
    watching.start()
    try:
        for uid in (1, 2):
            server.add(letter())
            assert ring.wait(20)
            ring.clear()
            assert stored(core)[-1][0] == uid
    finally:
        stop.set()
        watching.join()
