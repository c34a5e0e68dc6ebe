# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two nodes that upgrade one database at once: real processes, and each revision runs once."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, event
from tresen import app as application
from tresen import migrate, revisions
from tresen.config import load_config
from tresen.db import make_engine, writing
from tresen.testing import databases
from upgrade.schema import schema_of

# Who waits for the advisory lock; a table of PostgreSQL's own.
WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""
HEADS = re.compile(r"^(\w+): ([0-9, ]+)$", re.MULTILINE)


@pytest.fixture
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return an engine on an empty database that both nodes are to upgrade."""
    if request.config.getoption("--database") == "postgres":
        with databases.postgres_database(f"tresen_at_once_{uuid4().hex[:8]}") as url:
            engine = make_engine(url)
            yield engine
            engine.dispose()
    else:
        engine = make_engine(f"sqlite:///{tmp_path / 'shared.sqlite3'}")
        yield engine
        engine.dispose()


class Node:
    """`tresen upgrade` in a process and a data folder of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        folder.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tresen", "upgrade"],
            env=os.environ
            | {
                "TRESEN_DATABASE_URL": engine.url.render_as_string(hide_password=False),
                "TRESEN_DATA_DIR": str(folder),
            },
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ended(self) -> tuple[int, str]:
        """Wait until it is done; return its exit code and what it said."""
        said, _ = self.process.communicate()
        return self.process.returncode, said


def ran(*outputs: str) -> list[tuple[str, str]]:
    """Return every revision that the outputs name, with its chain."""
    return sorted(
        (chain, revision)
        for output in outputs
        for chain, listed in HEADS.findall(output)
        for revision in listed.split(", ")
    )


def every_revision() -> list[tuple[str, str]]:
    core = application.create_core(load_config(environ={}))
    chains = revisions.chains_of(core.plugins)
    return sorted((chain.name, revision) for chain in chains for revision in chain.revisions)


def wait_for_both(watcher: Connection) -> None:
    while watcher.exec_driver_sql(WAITING).scalar() != 2:
        watcher.rollback()


@pytest.mark.parametrize("attempt", range(3))
def test_two_nodes_at_once_run_each_revision_once(
    shared: Engine, tmp_path: Path, attempt: int
) -> None:
    nodes = [Node(shared, tmp_path / f"node{number}") for number in range(2)]
    ends = [node.ended() for node in nodes]
    assert [code for code, _ in ends] == [0, 0], (attempt, ends)
    assert ran(*(said for _, said in ends)) == every_revision()


def test_both_nodes_wait_for_a_third_and_then_end_well(shared: Engine, tmp_path: Path) -> None:
    if shared.dialect.name == "sqlite":
        with writing(shared).connect() as writer, writer.begin():
            nodes = [Node(shared, tmp_path / f"node{number}") for number in range(2)]
            # Nothing is changed while the lock is held, whatever the two have come to.
            assert schema_of(shared) == []
    else:
        with migrate.upgrade_lock(shared), shared.connect() as watcher:
            nodes = [Node(shared, tmp_path / f"node{number}") for number in range(2)]
            wait_for_both(watcher)
            assert schema_of(shared) == []
    ends = [node.ended() for node in nodes]
    assert [code for code, _ in ends] == [0, 0], ends
    assert ran(*(said for _, said in ends)) == every_revision()


def test_node_that_finds_everything_done_runs_nothing(shared: Engine, tmp_path: Path) -> None:
    first = Node(shared, tmp_path / "first").ended()
    second = Node(shared, tmp_path / "second").ended()
    assert (first[0], second[0]) == (0, 0)
    assert (ran(first[1]), ran(second[1])) == (every_revision(), [])


def test_revisions_that_another_node_ran_after_the_look_are_not_run_again(shared: Engine) -> None:
    (chain, *_) = revisions.chains_of(application.create_core(load_config(environ={})).plugins)
    other, theirs, looks = make_engine(shared.url), list[str](), count(1)

    def overtake(*_: object) -> None:
        # The first connection is for the look, the second for the lock.
        if next(looks) == 2:
            theirs.extend(migrate.upgrade_chain(other, chain))

    event.listen(shared, "checkout", overtake)
    ours = migrate.upgrade_chain(shared, chain)
    other.dispose()
    assert (theirs, ours) == (chain.revisions, [])
