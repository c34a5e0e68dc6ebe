# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails that a mail server hands over: by SMTP, LMTP and pipe."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from mail.letters import SUPPORT, add_mailbox, letter
from mail.servers import environment_of, rows
from tresen.db import make_engine
from tresen.desk import Core, desk_for
from tresen.faults import KILLED
from tresen.files import service as files
from tresen.mail.listeners import controller
from tresen.mail.models import InboundMail
from tresen.testing.smtp_sink import free_port


@contextmanager
def listening(core: Core, source: str) -> Iterator[int]:
    port = free_port()
    running = controller(core, source, f"127.0.0.1:{port}")
    running.start()
    try:
        yield port
    finally:
        running.stop()


def send(source: str, port: int, receivers: list[str], raw: bytes) -> dict[str, tuple[int, bytes]]:
    """Send one mail; return who was refused and why, as smtplib does."""
    kind = smtplib.LMTP if source == "lmtp" else smtplib.SMTP
    with kind("127.0.0.1", port) as server:
        return server.sendmail("karla@kunde.example", receivers, raw)


@pytest.mark.parametrize("source", ["smtp", "lmtp"])
def test_mail_is_stored_before_it_is_accepted(core: Core, source: str) -> None:
    box, raw = add_mailbox(core), letter().replace(b"\n", b"\r\n")
    with listening(core, source) as port:
        assert send(source, port, [SUPPORT], raw) == {}
        (row,) = rows(core, InboundMail)
    assert (row.source, row.mailbox_id, row.envelope_to) == (source, box, SUPPORT)
    assert (row.envelope_from, row.outcome) == ("karla@kunde.example", "pending")
    with desk_for(core) as desk:
        assert files.read_blob(desk, row.sha256) == raw


@pytest.mark.parametrize("source", ["smtp", "lmtp"])
def test_lines_longer_than_the_standard_allows_are_taken_to_the_byte(
    core: Core, source: str
) -> None:
    add_mailbox(core)
    raw = letter().replace(b"\n", b"\r\n") + b"x" * 1_200 + b"\r\n" + b"y" * 2_000_000 + b"\r\n"
    with listening(core, source) as port:
        assert send(source, port, [SUPPORT], raw) == {}
    (row,) = rows(core, InboundMail)
    with desk_for(core) as desk:
        assert files.read_blob(desk, row.sha256) == raw


def test_command_that_is_too_long_is_refused_and_the_next_mail_taken(core: Core) -> None:
    add_mailbox(core)
    with listening(core, "smtp") as port, smtplib.SMTP("127.0.0.1", port) as server:
        assert server.docmd("x" * 100_000)[0] == 500
        assert server.sendmail("karla@kunde.example", [SUPPORT], letter()) == {}
    assert len(rows(core, InboundMail)) == 1


def test_signed_subaddress_reaches_its_mailbox(core: Core) -> None:
    box = add_mailbox(core)
    with listening(core, "smtp") as port:
        send("smtp", port, ["support+token@tresen.example"], letter())
    (row,) = rows(core, InboundMail)
    assert (row.mailbox_id, row.envelope_to) == (box, "support+token@tresen.example")


@pytest.mark.parametrize("source", ["smtp", "lmtp"])
def test_unknown_receiver_is_refused_and_the_known_one_is_not(core: Core, source: str) -> None:
    add_mailbox(core)
    with listening(core, source) as port:
        refused = send(source, port, [SUPPORT, "nobody@tresen.example"], letter())
    assert {address: answer[0] for address, answer in refused.items()} == {
        "nobody@tresen.example": 550
    }
    assert len(rows(core, InboundMail)) == 1


@pytest.mark.parametrize("source", ["smtp", "lmtp"])
def test_paused_mailbox_takes_nothing_and_lets_the_sender_come_again(
    core: Core, source: str
) -> None:
    add_mailbox(core, is_active=False)
    with listening(core, source) as port, pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(source, port, [SUPPORT], letter())
    assert refusal.value.recipients == {
        SUPPORT: (450, b"4.2.1 this mailbox is paused, try again later")
    }
    assert rows(core, InboundMail) == []


def test_fault_f12_database_that_is_away_makes_the_sender_come_again(core: Core) -> None:
    add_mailbox(core)
    right = core.engine
    with listening(core, "smtp") as port:
        core.engine = make_engine("sqlite:////nowhere/tresen.sqlite3")
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send("smtp", port, [SUPPORT], letter())
        core.engine = right
        assert send("smtp", port, [SUPPORT], letter()) == {}
    assert refused.value.recipients[SUPPORT][0] == 451


def test_mail_over_the_limit_is_refused_at_the_door(core: Core) -> None:
    add_mailbox(core)
    core.config = replace(core.config, mail_size_limit=1_000)
    with listening(core, "smtp") as port, pytest.raises(smtplib.SMTPResponseException) as refused:
        send("smtp", port, [SUPPORT], letter(body="x" * 2_000))
    assert refused.value.smtp_code == 552


def take(core: Core, raw: bytes, *arguments: str, **variables: str) -> int:
    """Run `tresen mail take`; return the exit status."""
    command = [sys.executable, "-m", "tresen", "mail", "take", *arguments]
    done = subprocess.run(
        command,
        input=raw,
        env=environment_of(core) | variables,
        cwd=core.config.data_dir,
        capture_output=True,
        check=False,
    )
    return done.returncode


def test_mail_from_a_pipe_is_stored(core: Core) -> None:
    add_mailbox(core)
    assert take(core, letter(), "--to", SUPPORT, "--from", "karla@kunde.example") == 0
    (row,) = rows(core, InboundMail)
    assert (row.source, row.envelope_from) == ("pipe", "karla@kunde.example")


def test_mail_from_a_pipe_to_nobody_is_refused_for_good(core: Core) -> None:
    assert take(core, letter(), "--to", "nobody@tresen.example") == 67


def test_mail_from_a_pipe_that_cannot_be_stored_is_kept_by_the_server(
    core: Core, tmp_path: Path
) -> None:
    nowhere = f"sqlite:///{tmp_path / 'missing' / 'tresen.sqlite3'}"
    assert take(core, letter(), "--to", SUPPORT, TRESEN_DATABASE_URL=nowhere) == 75


@pytest.mark.parametrize(
    ("place", "stored"), [("intake.before_commit", 0), ("intake.after_commit", 1)]
)
def test_take_that_is_killed_and_repeated_stores_one_message(
    core: Core, place: str, stored: int
) -> None:
    add_mailbox(core)
    raw = letter()
    assert take(core, raw, "--to", SUPPORT, TRESEN_KILL=place) == KILLED
    assert len(rows(core, InboundMail)) == stored
    assert take(core, raw, "--to", SUPPORT) == 0
    outcomes = sorted(row.outcome for row in rows(core, InboundMail))
    assert outcomes == ["ignored", "pending"][-1 - stored :]
