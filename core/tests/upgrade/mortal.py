# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upgrades that end where they are told to, as if the power went; one fork for each.

`python mortal.py [NAME=FOLDER …]` upgrades these chains; without any, the core's and all plugins'.
It reads lines `NUMBER DATABASE` and answers each with the exit code of an upgrade whose process
ended just before its statement (or commit) of that number; with 0 it runs to the end.
"""

import os
import sys
from pathlib import Path

from sqlalchemy import Engine, event
from tresen import app, migrate, revisions
from tresen.config import load_config
from tresen.db import make_engine
from tresen.revisions import Chain

KILLED = 9
# What changes nothing: to die there is to die before the next one that does.
HARMLESS = ("SELECT", "PRAGMA", "BEGIN")


def arm(engine: Engine, number: int) -> None:
    """Let the process end before the statement of that number is sent."""
    left = number

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(KILLED)

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip().upper().startswith(HARMLESS):
            count()

    event.listen(engine, "before_cursor_execute", look)
    event.listen(engine, "commit", count)


def upgrade(database: str, chains: list[Chain], number: int) -> None:
    engine = make_engine(database)
    arm(engine, number)
    migrate.upgrade(engine, chains)
    engine.dispose()
    os._exit(0)


def chains_named(words: list[str]) -> list[Chain]:
    if words:
        pairs = (word.partition("=") for word in words)
        return [Chain(name, Path(folder)) for name, _, folder in pairs]
    return revisions.chains_of(app.create_core(load_config(environ={})).plugins)


def main() -> None:
    chains = chains_named(sys.argv[1:])
    for line in sys.stdin:
        number, database = line.split()
        child = os.fork()
        if child == 0:
            upgrade(database, chains, int(number))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
