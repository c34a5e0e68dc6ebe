# SPDX-License-Identifier: AGPL-3.0-or-later
"""Servers that refuse to mark, move or delete: mails are stored all the same, once each."""

from collections.abc import Iterator

import pytest
from flows.house import wait_until
from mail.letters import add_mailbox, letter
from mail.servers import rows
from mail.test_fetch import account, stored
from mail.test_tls import last_error, watched
from tresen.desk import Core, desk_for
from tresen.mail import checks
from tresen.mail.fetch import drain
from tresen.mail.forgetting import LOOKED_AFTER
from tresen.mail.imap import FAILURES, Account, opened
from tresen.mail.models import InboundMail, Mailbox
from tresen.testing.imap_server import ImapMailbox, imap_server

BARE = "IMAP4rev1"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapMailbox]:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with imap_server() as running:
        yield running


def fetch(core: Core, opening: Account) -> tuple[int, str]:
    with opened(core.config, opening, 5.0) as client:
        return drain(core, client, opening)


REFUSALS = [
    ("seen", "STORE", "IMAP4rev1"),
    ("delete", "STORE", "IMAP4rev1 UIDPLUS"),
    ("delete", "EXPUNGE", "IMAP4rev1 UIDPLUS"),
    ("Doen", "MOVE", "IMAP4rev1 MOVE UIDPLUS"),
    ("Doen", "COPY", "IMAP4rev1"),
]


@pytest.mark.parametrize(("after_fetch", "refused", "capabilities"), REFUSALS)
def test_mails_are_stored_and_the_refusal_is_told(
    core: Core, server: ImapMailbox, after_fetch: str, refused: str, capabilities: str
) -> None:
    server.capabilities, server.refused = capabilities, {refused}
    opening = account(core, server, after_fetch=after_fetch)
    server.add(letter())
    count, refusal = fetch(core, opening)
    assert (count, refusal.startswith("stored, but not marked, moved or deleted: ")) == (1, True)
    assert fetch(core, opening) == (0, refusal)
    server.add(letter())
    assert fetch(core, opening) == (1, refusal)
    assert [uid for uid, *_ in stored(core)] == [1, 2]
    assert len(server.mails) == 2


@pytest.mark.parametrize(("after_fetch", "refused", "capabilities"), REFUSALS)
def test_what_was_refused_is_made_up_for(
    core: Core, server: ImapMailbox, after_fetch: str, refused: str, capabilities: str
) -> None:
    server.capabilities, server.refused = capabilities, {refused}
    opening = account(core, server, after_fetch=after_fetch)
    server.add(letter(), letter())
    fetch(core, opening)
    server.refused = set()
    assert fetch(core, opening) == (0, "")
    done = {"seen": [{"\\Seen"}] * 2}.get(after_fetch, [])
    assert server.flags() in (done, [{"\\Deleted"}] * 2)
    assert (server.mails == []) == ("UIDPLUS" in capabilities)


def test_mail_is_copied_once_where_nothing_can_remove_it(core: Core, server: ImapMailbox) -> None:
    server.capabilities = BARE
    opening = account(core, server, after_fetch="Done")
    server.add(letter())
    assert [fetch(core, opening) for _ in range(4)] == [(1, ""), (0, ""), (0, ""), (0, "")]
    assert (len(server.moved["Done"]), server.flags()) == (1, [{"\\Deleted"}])


def test_broken_line_between_marking_and_removing_is_made_up_for(
    core: Core, server: ImapMailbox
) -> None:
    server.capabilities = "IMAP4rev1 UIDPLUS"
    opening = account(core, server, after_fetch="Done")
    server.add(letter())
    server.drop_at = "EXPUNGE"
    with pytest.raises(FAILURES):
        fetch(core, opening)
    assert fetch(core, opening) == (0, "")
    assert (len(server.moved["Done"]), server.mails) == (1, [])


def test_refused_folder_is_tried_once_in_a_round(core: Core, server: ImapMailbox) -> None:
    server.refused = {"MOVE"}
    opening = account(core, server, after_fetch="Doen")
    server.add(*[letter(body=f"number {number}") for number in range(120)])
    assert fetch(core, opening)[0] == 120
    assert server.commands.count("MOVE") == 1
    assert LOOKED_AFTER > 120
    server.refused = set()
    fetch(core, opening)
    assert (len(server.moved["Doen"]), server.mails) == (120, [])


def test_watch_goes_on_and_says_what_was_refused(core: Core, server: ImapMailbox) -> None:
    server.refused = {"MOVE"}
    with watched(core, account(core, server, after_fetch="Doen")):
        for count in (1, 2):
            server.add(letter())
            wait_until(lambda count=count: len(rows(core, InboundMail)) == count, "the mail")
        wait_until(lambda: bool(last_error(core)), "the refusal on the mailbox")
        server.refused = set()
        server.add(letter())
        wait_until(lambda: not last_error(core), "the end of the refusal")
        # What was left over goes before what is new, which may come a moment later.
        wait_until(lambda: len(server.moved["Doen"]) == 3, "the last mail to be moved")
    assert server.mails == []


def test_refusal_is_seen_at_once_among_the_checks(core: Core) -> None:
    error = "stored, but not marked, moved or deleted: no such folder"
    box = add_mailbox(core, "box", host="imap.tresen.example", last_error=error)
    with desk_for(core, write=True) as desk:
        desk.session.get_one(Mailbox, box).last_fetch_at = desk.now()
    with desk_for(core) as desk:
        (check,) = [each for each in checks.all_checks(desk) if each.name == "mailbox_box"]
    assert (check.state, check.sentence) == (
        "bad",
        f"box is fetched, but its server refuses something: {error}",
    )
