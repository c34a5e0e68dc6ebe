# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole installation as it runs in life: its processes, a mailbox, and the world's mail server.

Why: a flow proves something only where every part is the one that an operator runs.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mail.letters import add_mailbox
from tresen import clock
from tresen.desk import Core, desk_for
from tresen.faults import KILLED
from tresen.settings import service as settings
from tresen.testing.imap_server import ImapMailbox, imap_server
from tresen.testing.smtp_sink import SmtpSink, free_port, smtp_sink

# Seconds that a step of another process may take on a machine that is busy.
PATIENCE = 120.0


@dataclass
class House:
    """An installation, its mailbox on an IMAP server, and where its mail goes."""

    core: Core
    imap: ImapMailbox
    sink: SmtpSink
    port: int
    # A place of tresen.faults at which each web process and worker dies when it comes there.
    kill: str = ""

    @property
    def address(self) -> str:
        """Where people reach it."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return what its processes find in their environment."""
        config = self.core.config
        return os.environ | {
            "TRESEN_DATA_DIR": str(config.data_dir),
            "TRESEN_DATABASE_URL": config.database_url,
            "TRESEN_SECRET_KEY": config.secret_key,
            "TRESEN_SMTP_URL": self.sink.url,
            "TRESEN_BASE_URL": self.address,
            "TRESEN_KILL": self.kill,
        }

    def start(self, *words: str, stdout: int | None = None) -> "subprocess.Popen[str]":
        """Start `tresen` with these words."""
        return subprocess.Popen(
            [sys.executable, "-m", "tresen", *words],
            env=self.environment(),
            cwd=self.core.config.data_dir,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def serving(self, kill: str = "") -> Iterator[None]:
        """Run web server and worker while the block runs; they die where `kill` says."""
        self.kill = kill
        with self.start("serve", "--bind", f"127.0.0.1:{self.port}", "--with-worker") as process:
            assert process.stderr
            for line in process.stderr:
                if "Listening at" in line:
                    break
            try:
                yield
            finally:
                process.terminate()
                process.communicate(timeout=PATIENCE)


@dataclass
class Mortals:
    """Processes of a house that cost a fork each, so that they may be killed many times."""

    process: "subprocess.Popen[str]"
    port: int

    def enter(self, house: House) -> None:
        """Be the processes of this house from now on."""
        house.port = self.port
        config = house.core.config
        self._ask(f"enter {config.database} {config.data_dir} {house.sink.url}")

    def work(self, minutes: int, kill: str = "-") -> int:
        """Let a worker do what there is to do, by a clock so far ahead; return how it ended."""
        self.start(minutes, kill)
        return self.done()

    def start(self, minutes: int, kill: str = "-") -> None:
        """Let a worker begin."""
        self._ask(f"work {kill} {minutes}")

    def done(self) -> int:
        """Wait until the worker has ended; return how."""
        return self._ask("done")

    @contextmanager
    def serving(self, kill: str = "-", status: int = -signal.SIGKILL) -> Iterator[None]:
        """Run a web process while the block runs; it is killed at the end, or is dead by then."""
        self._ask(f"serve {kill}")
        try:
            yield
        finally:
            ended = self._ask("end")
        assert ended == status, ended

    @contextmanager
    def listening(self, source: str, kill: str = "-") -> Iterator[int]:
        """Run a listener that dies at the place, or at the end of the block; yield its port."""
        port = free_port()
        self._ask(f"listen {kill} {source} {port}")
        wait_until(lambda: is_open(port), f"a listener for {source}")
        yield port
        if kill == "-":
            assert self._ask("close kill") == -signal.SIGKILL
        else:
            assert (kill, self._ask("close")) == (kill, KILLED)

    def take(self, file: Path, kill: str = "-") -> int:
        """Hand a mail to the pipe; return what its mail server is told."""
        return self._ask(f"take {kill} {file}")

    def _ask(self, line: str) -> int:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> int:
        """Return what it says next."""
        assert self.process.stdout
        return int(self.process.stdout.readline())


@contextmanager
def mortals() -> Iterator[Mortals]:
    """Start the process that the others are forked from; it knows the secret of the mailbox."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("mortal.py"))],
        env=os.environ | {"TRESEN_MAIL_SUPPORT": "secret"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        found = Mortals(process, 0)
        found.port = found.answer()
        yield found
        assert process.stdin
        process.stdin.close()


@contextmanager
def house_of(core: Core) -> Iterator[House]:
    """Yield an installation on the core's database that fetches from a mailbox of its own."""
    core.clock = clock.now
    with desk_for(core, write=True) as desk:
        # Taking back is told elsewhere; here nobody is to wait for it.
        settings.write(desk, "tickets", {"undo_seconds": 0})
    with imap_server() as imap, smtp_sink() as sink:
        add_mailbox(
            core,
            host="127.0.0.1",
            port=imap.port,
            security="none",
            login="support",
            secret_ref="env:TRESEN_MAIL_SUPPORT",
        )
        yield House(core, imap, sink, free_port())


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Look until it is so; another process tells nobody when it is done."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"It never came about: {what}"
        time.sleep(0.1)
