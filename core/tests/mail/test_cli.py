# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen mail` as an administrator and a mail server run it: what it says and how it exits."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from mail.letters import SUPPORT, add_mailbox, letter, store_all
from mail.servers import rows
from sqlalchemy import select, update
from tresen.desk import Core, Desk, desk_for
from tresen.files import service as files
from tresen.files.models import Blob
from tresen.mail import cli
from tresen.mail.models import InboundMail, Mailbox, OutboundMail, OutboundRecipient
from tresen.testing.imap_server import imap_server

Run = Callable[..., Result]


@pytest.fixture
def tresen(core: Core) -> Run:
    """Return a function that runs `tresen mail`; refusals are raised, `tresen` prints them."""

    def run(*words: str, stdin: bytes = b"") -> Result:
        return CliRunner().invoke(cli.mail, words, input=stdin, obj=lambda: core)

    return run


def held(core: Core, reason: str = "time: too slow", outcome: str = "held") -> int:
    store_all(core, [letter()])
    with desk_for(core, write=True) as desk:
        row = desk.session.get_one(InboundMail, len(rows(core, InboundMail)))
        row.outcome, row.reason = outcome, reason
        row.sender, row.subject = "Karla Kundin <karla@kunde.example>", "Nothing prints"
        return row.id


def test_piped_mail_is_stored_whole_for_its_mailbox(core: Core, tresen: Run) -> None:
    box, raw = add_mailbox(core), letter() + b"\xff\x00"
    done = tresen("take", "--to", "support+tag@tresen.example", "--from", "k@b.example", stdin=raw)
    assert (done.exit_code, done.output) == (0, "")
    (row,) = rows(core, InboundMail)
    assert (row.mailbox_id, row.source, row.envelope_from, row.envelope_to) == (
        *(box, "pipe", "k@b.example", "support+tag@tresen.example"),
    )
    with desk_for(core) as desk:
        assert files.read_blob(desk, row.sha256) == raw


@pytest.mark.parametrize(("words", "sender"), [((), None), (("--from", ""), "")])
def test_piped_bounce_differs_from_a_mail_of_unknown_origin(
    core: Core, tresen: Run, words: tuple[str, ...], sender: str | None
) -> None:
    add_mailbox(core)
    tresen("take", "--to", SUPPORT, *words, stdin=letter())
    assert [row.envelope_from for row in rows(core, InboundMail)] == [sender]


def test_mail_to_nobody_is_refused_for_good(core: Core, tresen: Run) -> None:
    done = tresen("take", "--to", "nobody@tresen.example", stdin=letter())
    assert (done.exit_code, done.output) == (67, "There is no mailbox nobody@tresen.example.\n")
    assert rows(core, InboundMail) == []


def test_mail_to_a_paused_mailbox_stays_with_the_mail_server(core: Core, tresen: Run) -> None:
    add_mailbox(core, is_active=False)
    done = tresen("take", "--to", SUPPORT, stdin=letter())
    assert (done.exit_code, done.output) == (
        75,
        "The mailbox support@tresen.example is paused, try again later.\n",
    )
    assert rows(core, InboundMail) == []


@pytest.mark.parametrize(("size", "status"), [(100, 0), (101, 65)])
def test_mail_over_the_limit_is_refused_for_good(
    core: Core, tresen: Run, size: int, status: int
) -> None:
    core.config = replace(core.config, mail_size_limit=100)
    add_mailbox(core)
    done = tresen("take", "--to", SUPPORT, stdin=b"x" * size)
    said = "The mail is larger than 100 bytes.\n" if status else ""
    assert (done.exit_code, done.output) == (status, said)


def test_mail_that_cannot_be_stored_now_is_kept_by_the_mail_server(core: Core) -> None:
    def broken() -> Core:
        raise OSError("disk full")

    done = CliRunner().invoke(cli.mail, ["take", "--to", SUPPORT], input=letter(), obj=broken)
    assert (done.exit_code, done.output) == (75, "Not stored, try again later: disk full\n")


def test_empty_mail_is_stored_too(core: Core, tresen: Run) -> None:
    add_mailbox(core)
    assert tresen("take", "--to", SUPPORT).exit_code == 0
    assert [row.outcome for row in rows(core, InboundMail)] == ["pending"]


def test_held_mails_are_listed_with_their_reasons(core: Core, tresen: Run) -> None:
    first, _other = held(core), held(core, "", "ignored")
    assert tresen("held").output == (
        f"{first}  2026-03-10 09:00  Karla Kundin <karla@kunde.example>  Nothing prints\n"
        "    time: too slow\n"
    )


@pytest.mark.parametrize("outcome", ["held", "ignored"])
def test_replayed_mail_waits_again(core: Core, tresen: Run, outcome: str) -> None:
    mail_id = held(core, outcome=outcome)
    assert tresen("replay", str(mail_id)).output == f"Mail {mail_id} waits for the worker.\n"
    (row,) = rows(core, InboundMail)
    assert (row.outcome, row.reason, row.attempts, row.leased_until) == ("pending", "", 0, None)


def test_pending_mail_is_not_replayed(core: Core, tresen: Run) -> None:
    mail_id = held(core, outcome="pending")
    done = tresen("replay", str(mail_id))
    assert str(done.exception) == f"Mail {mail_id} is on a ticket or still waits."


def test_mail_that_is_not_there_cannot_be_replayed(tresen: Run) -> None:
    assert str(tresen("replay", "99").exception) == "There is no mail 99 here."


def test_test_mail_waits_for_the_worker(core: Core, tresen: Run) -> None:
    done = tresen("send-test", "Ada@Tresen.example")
    (mail,) = rows(core, OutboundMail)
    assert done.output == f"Queued as {mail.internet_message_id}.\n"
    assert (mail.purpose, mail.subject, mail.text) == (
        "notice",
        "Tresen can send mail",
        "It works.\n",
    )
    assert [r.address for r in rows(core, OutboundRecipient)] == ["ada@tresen.example"]


def test_test_mail_to_no_address_is_refused(core: Core, tresen: Run) -> None:
    assert str(tresen("send-test", "ada").exception) == "'ada' is no mail address."
    assert rows(core, OutboundMail) == []


def test_every_stored_mail_is_compared_with_its_hash(core: Core, desk: Desk, tresen: Run) -> None:
    store_all(core, [letter(subject=str(number)) for number in range(3)])
    assert tresen("verify").output == "The stored bytes of all 3 mails are intact.\n"
    oldest = select(InboundMail.sha256).order_by(InboundMail.id).limit(1).scalar_subquery()
    desk.session.execute(update(Blob).where(Blob.sha256 == oldest).values(body=b"other"))
    desk.commit()
    told = tresen("verify")
    sentence = "The stored bytes of mail 1 were changed: restore them from a backup.\n"
    assert (told.exit_code, told.output) == (1, sentence)


def test_mailboxes_are_added_and_listed_with_their_state(core: Core, tresen: Run) -> None:
    tresen("mailboxes", "add", "door@tresen.example")
    secret = ("--login", "support", "--secret", "file:support")
    done = tresen("mailboxes", "add", SUPPORT, "--host", "imap.tresen.example", *secret)
    assert done.output == f"Added {SUPPORT}.\n"
    with desk_for(core, write=True) as desk:
        desk.session.get_one(Mailbox, 2).last_error = "OSError: timed out"
    tresen("mailboxes", "pause", "door@tresen.example")
    assert tresen("mailboxes", "list").output.splitlines() == [
        "door@tresen.example  paused  fed by a door",
        f"{SUPPORT}  active  support at imap.tresen.example:993  OSError: timed out",
    ]


def test_every_option_of_a_mailbox_can_be_given(core: Core, tresen: Run) -> None:
    words = {
        "--name": "Support",
        "--host": "127.0.0.1",
        "--port": "143",
        "--security": "none",
        "--login": "me",
        "--login-method": "xoauth2",
        "--secret": "env:TRESEN_MAIL_X",
        "--folder": "Help",
        "--after-fetch": "delete",
    }
    given = [word for pair in words.items() for word in pair]
    assert tresen("mailboxes", "add", SUPPORT, *given, "--subaddresses").exit_code == 0
    (box,) = rows(core, Mailbox)
    assert (
        *(box.name, box.host, str(box.port), box.security, box.login, box.login_method),
        *(box.secret_ref, box.folder, box.after_fetch),
    ) == tuple(words.values())
    assert box.takes_subaddresses


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((SUPPORT,), "There is a mailbox support@tresen.example already."),
        (("x",), "'x' is no mail address."),
        (
            ("x@tresen.example", "--host", "imap.example", "--secret", "hunter2"),
            "Name the secret as env:TRESEN_MAIL_… or file:name, never the secret.",
        ),
    ],
    ids=str,
)
def test_mailbox_that_cannot_be_is_refused(
    core: Core, tresen: Run, words: tuple[str, ...], sentence: str
) -> None:
    add_mailbox(core)
    assert str(tresen("mailboxes", "add", *words).exception) == sentence
    assert len(rows(core, Mailbox)) == 1


def test_mailbox_is_paused_and_resumed_in_words(core: Core, tresen: Run) -> None:
    add_mailbox(core)
    said = [tresen("mailboxes", "pause", SUPPORT, *more).output for more in ((), ("--resume",))]
    assert said == [f"Paused {SUPPORT}.\n", f"{SUPPORT} is fetched again.\n"]
    assert [box.is_active for box in rows(core, Mailbox)] == [True]


@pytest.mark.parametrize("command", ["pause", "test", "fetch"])
def test_unknown_mailbox_is_named(tresen: Run, command: str) -> None:
    done = tresen("mailboxes", command, "x@tresen.example")
    assert (done.exit_code, done.output) == (1, "Error: There is no mailbox x@tresen.example.\n")


@pytest.mark.parametrize("command", ["test", "fetch"])
def test_mailbox_fed_by_a_door_has_nothing_to_fetch(core: Core, tresen: Run, command: str) -> None:
    add_mailbox(core)
    done = tresen("mailboxes", command, SUPPORT)
    assert (done.exit_code, done.output) == (
        1,
        f"Error: {SUPPORT}: {SUPPORT} has no IMAP server: its mails come by a door.\n",
    )


def test_mailbox_on_a_server_is_tested_and_fetched_once(
    core: Core, tresen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with imap_server() as imap:
        imap.add(letter(), letter())
        secret = {"login": "support", "secret_ref": "env:TRESEN_MAIL_SUPPORT"}
        add_mailbox(core, host="127.0.0.1", port=imap.port, security="none", **secret)
        said = [tresen("mailboxes", each, SUPPORT).output for each in ("test", "fetch", "fetch")]
    assert said == ["Signed in; 2 mails in INBOX.\n", "2 mails stored.\n", "0 mails stored.\n"]
    assert len(rows(core, InboundMail)) == 2


def test_fetching_says_what_the_server_refuses(
    core: Core, tresen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with imap_server() as imap:
        imap.add(letter())
        imap.refused = {"MOVE"}
        fields = {"login": "support", "secret_ref": "env:TRESEN_MAIL_SUPPORT", "security": "none"}
        add_mailbox(core, host="127.0.0.1", port=imap.port, after_fetch="Doen", **fields)
        done = tresen("mailboxes", "fetch", SUPPORT)
    stored, error = done.output.splitlines()
    assert (done.exit_code, stored) == (1, "1 mails stored.")
    assert error.startswith(f"Error: {SUPPORT}: stored, but not marked, moved or deleted: ")


@pytest.mark.parametrize("command", ["test", "fetch"])
def test_secret_that_is_missing_is_named(core: Core, tresen: Run, command: str) -> None:
    with imap_server() as imap:
        add_mailbox(core, host="127.0.0.1", port=imap.port, security="none", secret_ref="file:no")
        done = tresen("mailboxes", command, SUPPORT)
    assert (done.exit_code, done.output) == (
        1,
        f"Error: {SUPPORT}: There is no secret at file:no.\n",
    )
