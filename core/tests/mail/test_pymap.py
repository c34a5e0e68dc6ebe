# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetching from pymap, an IMAP server that others wrote: our own could share our mistakes.

Faults are played by our own server (test_fetch.py); here sign-in, TLS, IDLE, fetching, moving,
deleting and a new UIDVALIDITY are those of RFC 9051 as somebody else read it.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flows.house import wait_until
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import LoginError
from mail.letters import add_mailbox, letter
from mail.servers import rows
from mail.test_tls import CERTIFICATE, watched
from sqlalchemy import select
from tresen.desk import Core, desk_for
from tresen.files import service as files
from tresen.mail.fetch import drain
from tresen.mail.imap import Account, account_of, opened
from tresen.mail.models import InboundMail, Mailbox
from tresen.testing.smtp_sink import free_port

FOLDER = "Support"


def is_listening(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a running server, which has a mailbox `support` in memory."""
    number = free_port()
    script = Path(sys.executable).with_name("pymap")
    options = ["--host", "127.0.0.1", "--port", str(number), "--no-service", "admin"]
    options += ["--cert", str(CERTIFICATE), "--key", str(CERTIFICATE)]
    user = ["dict", "--demo-data", "--demo-user", "support", "--demo-password", "secret"]
    with subprocess.Popen([script, *options, *user], stderr=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: is_listening(number), "the server")
            yield number
        finally:
            server.terminate()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password, and the authority behind the server's certificate."""
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.fixture
def folder(port: int) -> Iterator[IMAPClient]:
    """Another mail program, in a folder that is new for the test."""
    with IMAPClient("127.0.0.1", port, ssl=False) as program:
        program.starttls()
        program.login("support", "secret")
        for name in (FOLDER, "Done"):
            if program.folder_exists(name):
                program.delete_folder(name)
            program.create_folder(name)
        yield program


def account(core: Core, port: int, **given: object) -> Account:
    fields: dict[str, object] = {"host": "127.0.0.1", "port": port, "security": "starttls"}
    fields |= {"login": "support", "secret_ref": "env:TRESEN_MAIL_SUPPORT", "folder": FOLDER}
    mailbox_id = add_mailbox(core, **fields | given)
    with desk_for(core) as desk:
        return account_of(desk.session.get_one(Mailbox, mailbox_id))


def fetch(core: Core, opening: Account) -> int:
    with opened(core.config, opening, 10.0) as client:
        return drain(core, client, opening).stored


def flags_in(program: IMAPClient, name: str) -> list[tuple[bytes, ...]]:
    """The flags of each mail in a folder."""
    program.select_folder(name, readonly=True)
    found = program.get_flags(program.search())
    program.select_folder("INBOX", readonly=True)
    return [tuple(flag for flag in flags if flag != b"\\Recent") for flags in found.values()]


def outcomes(core: Core) -> list[tuple[str, str]]:
    return [(row.outcome, row.reason) for row in rows(core, InboundMail)]


def test_mails_are_stored_to_the_byte_and_marked_as_read(
    core: Core, port: int, folder: IMAPClient
) -> None:
    raws = [letter().replace(b"\n", b"\r\n"), letter(body="x" * 5_000).replace(b"\n", b"\r\n")]
    for raw in raws:
        folder.append(FOLDER, raw)
    opening = account(core, port)
    assert [fetch(core, opening), fetch(core, opening)] == [2, 0]
    with desk_for(core) as desk:
        hashes = desk.session.scalars(select(InboundMail.sha256).order_by(InboundMail.id))
        assert [files.read_blob(desk, digest) for digest in hashes] == raws
    assert flags_in(folder, FOLDER) == [(SEEN,), (SEEN,)]


def test_wrong_password_is_refused(
    core: Core, port: int, folder: IMAPClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "wrong")
    with pytest.raises(LoginError):
        fetch(core, account(core, port))


def test_fetched_mails_are_moved(core: Core, port: int, folder: IMAPClient) -> None:
    folder.append(FOLDER, letter())
    fetch(core, account(core, port, after_fetch="Done"))
    assert (len(flags_in(folder, FOLDER)), len(flags_in(folder, "Done"))) == (0, 1)


def test_fetched_mails_are_deleted(core: Core, port: int, folder: IMAPClient) -> None:
    folder.append(FOLDER, letter())
    fetch(core, account(core, port, after_fetch="delete"))
    assert flags_in(folder, FOLDER) == []


def test_fault_f16_folder_made_anew_is_read_from_the_start_and_its_mails_are_known(
    core: Core, port: int, folder: IMAPClient
) -> None:
    raw, opening = letter(), account(core, port)
    folder.append(FOLDER, raw)
    fetch(core, opening)
    folder.delete_folder(FOLDER)
    folder.create_folder(FOLDER)
    for again in (raw, letter()):
        folder.append(FOLDER, again)
    assert fetch(core, opening) == 2
    assert outcomes(core) == [("pending", ""), ("ignored", "duplicate"), ("pending", "")]
    validities = {row.uid_validity for row in rows(core, InboundMail)}
    assert len(validities) == 2


@contextmanager
def idling(core: Core, opening: Account) -> Iterator[None]:
    """Keep the watch running, once it has looked for the first time."""
    with watched(core, opening):
        wait_until(lambda: rows(core, Mailbox)[0].last_fetch_at is not None, "the first look")
        yield


def test_mail_is_pushed_while_the_watch_idles(core: Core, port: int, folder: IMAPClient) -> None:
    assert folder.has_capability("IDLE")
    with idling(core, account(core, port)):
        for count in (1, 2):
            folder.append(FOLDER, letter())
            wait_until(lambda count=count: len(rows(core, InboundMail)) == count, "the push")
    assert outcomes(core) == [("pending", "")] * 2
