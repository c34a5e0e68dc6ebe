# SPDX-License-Identifier: AGPL-3.0-or-later
"""Poisonous mails on the whole way from the store to an outcome, each with another behind.

How long reading takes is measured by processor time in test_parser.py.
"""

import subprocess
import sys
from collections import Counter

import pytest
from mail.letters import add_mailbox, letter, store_all
from mail.samples import large, mail_of, plain, poisons
from mail.servers import environment_of, rows
from sqlalchemy import select
from tresen.desk import Core, desk_for
from tresen.files.models import StoredFile
from tresen.mail import queries
from tresen.mail.inbound import process
from tresen.mail.models import InboundMail
from tresen.mail.reading.parser import Parser
from tresen.testing.imap_server import imap_server
from tresen.tickets.models import Message

POISONS = dict(poisons())


def assert_books_are_kept(core: Core) -> None:
    with desk_for(core) as desk:
        assert queries.conservation(desk).is_kept
        assert queries.wrong_hashes(desk, None) == []


@pytest.mark.parametrize("name", POISONS)
def test_poison_has_an_outcome_and_so_has_the_next_mail(
    core: Core, parser: Parser, name: str
) -> None:
    store_all(core, [POISONS[name], letter()])
    # One turn for both: the next mail waits for no lease and no second try.
    assert process(core, parser) == 2
    poison, following = rows(core, InboundMail)
    assert (poison.outcome, following.outcome) == ("message", "message")
    assert [message.body for message in rows(core, Message)][-1] == "It was fine yesterday."
    assert_books_are_kept(core)


WORKER = """
import sys
from pathlib import Path
from sqlalchemy import select
from tresen.app import create_core
from tresen.desk import desk_for
from tresen.mail.fetch import drain
from tresen.mail.imap import account_of, opened
from tresen.mail.inbound import process
from tresen.mail.models import Mailbox
from tresen.mail.reading.parser import Parser

def peak(process_id):
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])

core = create_core()
with desk_for(core) as desk:
    accounts = [account_of(box) for box in desk.session.scalars(select(Mailbox))]
for account in accounts:
    with opened(core.config, account, 60.0) as client:
        drain(core, client, account)
readers = []
with Parser() as parser:
    while process(core, parser):
        readers += [peak(parser._child._process.pid)] if parser._child else []
print(peak("self"), max(readers))
"""


def work_elsewhere(core: Core) -> tuple[int, int]:
    """Fetch and settle in a worker of its own; return its peak of memory and its reader's, in MB.

    A reader that died of a mail tells no peak, but its address space ends at 300 MB.
    """
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        env=environment_of(core),
        cwd=core.config.data_dir,
        capture_output=True,
        check=True,
        text=True,
    )
    worker, reader = done.stdout.split()[-2:]
    return int(worker) >> 10, int(reader) >> 10


def file_sizes(core: Core) -> list[int]:
    with desk_for(core) as desk:
        return list(desk.session.scalars(select(StoredFile.size).order_by(StoredFile.id)))


def test_worker_stays_below_300_megabytes_with_every_poison(core: Core) -> None:
    store_all(core, [raw for poison in POISONS.values() for raw in (poison, letter())])
    used = work_elsewhere(core)
    assert max(used) < 300, used
    assert Counter(row.outcome for row in rows(core, InboundMail)) == {"message": 2 * len(POISONS)}
    assert_books_are_kept(core)


LINES = 49_900_000 // 77
TEXT_FILE = b"Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\n"
# Just below the limit of 50,000,000 bytes, and how large the file in it is.
BIG = {
    "base64": (large(77 * LINES), 57 * LINES),
    "plain": (mail_of(plain(b"See the file.\n"), TEXT_FILE + b"x" * 76 * LINES), 76 * LINES),
}


@pytest.mark.parametrize("kind", BIG)
def test_fault_f43_two_mails_of_50_megabytes_and_the_next_are_fetched_and_settled_below_300(
    core: Core, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    raw, size = BIG[kind]
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with imap_server() as server:
        fields = {"host": "127.0.0.1", "port": server.port, "login": "support"}
        add_mailbox(core, security="none", secret_ref="env:TRESEN_MAIL_SUPPORT", **fields)
        server.add(raw, raw + b"again\n", letter())
        used = work_elsewhere(core)
    assert [row.outcome for row in rows(core, InboundMail)] == ["message"] * 3
    assert file_sizes(core) == [size, size]
    assert_books_are_kept(core)
    assert max(used) < 300, used
