# SPDX-License-Identifier: AGPL-3.0-or-later
"""The watch goes on: after answers no server should give, after its thread died, without IDLE."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flows.house import wait_until
from mail.letters import letter
from mail.servers import rows
from mail.test_fetch import account, stored
from mail.test_tls import last_error, watched
from tresen.desk import Core
from tresen.mail import watch
from tresen.mail.imap import Account
from tresen.mail.models import InboundMail
from tresen.mail.watch import Watch
from tresen.testing.imap_server import ImapMailbox, imap_server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapMailbox]:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with imap_server() as running:
        yield running


def wait_for_mails(core: Core, count: int) -> None:
    wait_until(lambda: len(rows(core, InboundMail)) == count, "the mails")


def test_answer_that_no_server_should_give_is_noted_and_the_watch_goes_on(
    core: Core, server: ImapMailbox
) -> None:
    server.add(letter())
    server.uid_validity = 0
    with watched(core, account(core, server)):
        wait_until(lambda: bool(last_error(core)), "the error on the mailbox")
        assert last_error(core) == "KeyError: b'UIDVALIDITY'"
        server.uid_validity = 1
        wait_for_mails(core, 1)
        wait_until(lambda: not last_error(core), "the end of the error")
    assert stored(core) == [(1, "pending", "")]


def end(watches: dict[int, Watch]) -> None:
    for one in watches.values():
        one.stop.set()
        if one.thread:
            one.thread.join()


def dead(opening: Account) -> Watch:
    """A watch whose thread has come to its end."""
    thread = Thread(target=lambda: None)
    thread.start()
    thread.join()
    return Watch(opening, thread=thread)


@pytest.mark.parametrize("make", [dead, Watch], ids=["died", "never started"])
def test_watch_that_is_dead_is_started_anew(
    core: Core, server: ImapMailbox, make: type[Watch]
) -> None:
    server.add(letter())
    opening = account(core, server)
    watches = {opening.mailbox_id: make(opening)}
    watch.adjust(core, watches)
    try:
        assert watches[opening.mailbox_id].is_alive
        wait_for_mails(core, 1)
    finally:
        end(watches)


def test_watch_that_lives_is_left_alone(core: Core, server: ImapMailbox) -> None:
    watches: dict[int, Watch] = {}
    mailbox_id = account(core, server).mailbox_id
    try:
        watch.adjust(core, watches)
        first = watches[mailbox_id]
        watch.adjust(core, watches)
        assert watches[mailbox_id] is first
    finally:
        end(watches)


def test_server_that_cannot_push_is_polled(
    core: Core, server: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "POLL", 0.05)
    server.capabilities = "IMAP4rev1 UIDPLUS MOVE"
    with watched(core, account(core, server)):
        for count in (1, 2):
            server.add(letter())
            wait_for_mails(core, count)
    assert "IDLE" not in server.commands
    assert [uid for uid, *_ in stored(core)] == [1, 2]
