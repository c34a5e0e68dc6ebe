# SPDX-License-Identifier: AGPL-3.0-or-later
"""Workers, doors and web processes that may be killed, each forked from one process that is warm.

It listens on a port, which it tells first, reads lines and answers each with a number.
`enter DATABASE DATA_DIR SMTP_URL` chooses the installation that the following lines are about.
`work PLACE MINUTES` is a round of the worker whose clock runs ahead; `done` answers how it ended.
`serve PLACE` is a web process on the port; `end` kills it and answers how it ended.
`listen PLACE SOURCE PORT` is a listener for mails that are sent; `close` answers how it ended, and
kills it before where it is told `kill`. `take PLACE FILE` is `tresen mail take` of a file, and
answers with what a mail server would be told.
PLACE is a setting of `tresen.faults`, or `-` for a life without an end.
"""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from flask import Flask
from sqlalchemy import select
from tresen import app, clock, faults
from tresen.config import load_config
from tresen.desk import Core, desk_for
from tresen.mail import cli
from tresen.mail.deliver import deliver
from tresen.mail.fetch import drain
from tresen.mail.imap import account_of, opened
from tresen.mail.inbound import process
from tresen.mail.listeners import controller
from tresen.mail.models import Mailbox
from tresen.mail.reading.parser import Parser
from werkzeug.serving import make_server

SUPPORT = "support@tresen.example"


def make_core(database: str, folder: str, smtp_url: str, base_url: str) -> Core:
    return app.create_core(
        load_config(
            environ={},
            data_dir=Path(folder),
            database_url=database,
            smtp_url=smtp_url,
            base_url=base_url,
            secret_key="test key, at least as long as a real one",
            strict=True,
        )
    )


def clock_ahead(minutes: int) -> clock.Clock:
    return lambda: clock.now() + timedelta(minutes=minutes)


def do_round(core: Core) -> None:
    """Fetch, settle and deliver until nothing is left."""
    with desk_for(core) as desk:
        account = account_of(desk.session.scalars(select(Mailbox)).one())
    with opened(core.config, account, 10.0) as client:
        drain(core, client, account)
    with Parser() as parser:
        while process(core, parser, 2):
            pass
    while deliver(core, 10.0):
        pass


def forked(core: Core, place: str, live: Callable[[], None]) -> int:
    """Fork a process that dies at the place or when it has lived; return its id."""
    child = os.fork()
    if child:
        return child
    faults.arm(place.removeprefix("-"))
    # The connections of the parent stay the parent's.
    core.engine.dispose(close=False)
    live()
    os._exit(0)


class Mortals:
    """Answers the lines of a test."""

    core: Core
    app: Flask
    worker = web = door = 0

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]

    def enter(self, database: str, folder: str, smtp_url: str) -> int:
        self.core = make_core(database, folder, smtp_url, f"http://127.0.0.1:{self.port}")
        self.app = app.create_app(self.core)
        return 0

    def work(self, place: str, minutes: str) -> int:
        def live() -> None:
            self.core.clock = clock_ahead(int(minutes))
            do_round(self.core)

        self.worker = forked(self.core, place, live)
        return self.worker

    def done(self) -> int:
        return ended(self.worker)

    def serve(self, place: str) -> int:
        def live() -> NoReturn:
            listening = self.socket.fileno()
            make_server("127.0.0.1", 0, self.app, threaded=True, fd=listening).serve_forever()
            raise SystemExit

        self.web = forked(self.core, place, live)
        return self.web

    def listen(self, place: str, source: str, port: str) -> int:
        def live() -> None:
            controller(self.core, source, f"127.0.0.1:{port}").start()
            signal.pause()

        self.door = forked(self.core, place, live)
        return self.door

    def close(self, *kill: str) -> int:
        if kill:
            os.kill(self.door, signal.SIGKILL)
        return ended(self.door)

    def take(self, place: str, file: str) -> int:
        def live() -> None:
            sys.stdin = Path(file).open(encoding="utf-8")  # noqa: SIM115 - open as long as it lives
            cli.mail.main(["take", "--to", SUPPORT], obj=lambda: self.core)

        return ended(forked(self.core, place, live))

    def end(self) -> int:
        # One that died is a child until it is waited for, so its id is nobody else's.
        os.kill(self.web, signal.SIGKILL)
        return ended(self.web)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    # Answers alone go to the pipe; what is logged goes where errors go.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    mortals = Mortals()
    answers.write(f"{mortals.port}\n")
    for line in sys.stdin:
        verb, *words = line.split()
        answers.write(f"{getattr(mortals, verb)(*words)}\n")


if __name__ == "__main__":
    main()
