# SPDX-License-Identifier: AGPL-3.0-or-later
"""An upgrade that is killed at any statement goes on when it is run again, with nothing by hand."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from tresen import app as application
from tresen import revisions
from tresen.config import load_config
from tresen.db import make_engine
from tresen.testing import databases
from upgrade.mortal import KILLED
from upgrade.schema import VERSION, schema_of

SCRIPT = Path(__file__).with_name("mortal.py")
Make = Callable[[], Engine]
FIRST = """
op.create_table("jars_jar", sa.Column("id", sa.Integer(), primary_key=True))
op.create_table("jars_lid", sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("jar_id", sa.Integer(), sa.ForeignKey("jars_jar.id", ondelete="CASCADE")))
op.create_index("ix_jars_lid_jar_id", "jars_lid", ["jar_id"])
op.execute("INSERT INTO jars_jar (id) VALUES (1), (2)")
"""
# On SQLite the table is made anew, filled, dropped and renamed: five statements that must be one.
SECOND = """
way = "always" if op.get_bind().dialect.name == "sqlite" else "never"
with op.batch_alter_table("jars_jar", recreate=way) as jar:
    jar.add_column(sa.Column("label", sa.String(20)))
op.execute("UPDATE jars_jar SET label = 'plum' WHERE id = 1")
"""
THIRD = """
op.execute("INSERT INTO jars_lid (id, jar_id) SELECT id, id FROM jars_jar")
"""


class Mortal:
    """A process that upgrades databases, and dies in them where it is told."""

    def __init__(self, *chains: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), *chains],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def upgrade(self, engine: Engine, number: int = 0) -> int:
        """Upgrade, to the end or to the statement of that number; return the exit code."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        database = engine.url.render_as_string(hide_password=False)
        self.process.stdin.write(f"{number} {database}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def mortal(*chains: str) -> Iterator[Mortal]:
    made = Mortal(*chains)
    try:
        yield made
    finally:
        made.process.communicate()


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Return a function that makes an empty database and returns an engine on it."""
    number = count()
    with ExitStack() as stack:

        def make() -> Engine:
            url = f"sqlite:///{tmp_path / f'empty{next(number)}.sqlite3'}"
            if request.config.getoption("--database") == "postgres":
                name = f"tresen_killed_{uuid4().hex[:8]}"
                url = stack.enter_context(databases.postgres_database(name))
            engine = make_engine(url)
            stack.callback(engine.dispose)
            return engine

        yield make


def write_jars(folder: Path) -> str:
    """Write a chain of three revisions; return it as the script wants it."""
    folder.mkdir()
    for number, body in enumerate((FIRST, SECOND, THIRD), 1):
        before = f'"{number - 1:04d}"' if number > 1 else "None"
        lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
        (folder / f"{number:04d}_step.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f'revision = "{number:04d}"\ndown_revision = {before}\ndef upgrade():\n{lines}'
        )
    return f"jars={folder}"


def rows(engine: Engine) -> list[tuple[object, ...]]:
    query = "SELECT jar.id, label, lid.id FROM jars_jar jar LEFT JOIN jars_lid lid ON jar_id=jar.id"
    with engine.connect() as connection:
        return sorted(map(tuple, connection.exec_driver_sql(query)))


def test_small_chain_killed_at_each_statement_ends_as_if_it_never_was(
    fresh: Make, tmp_path: Path
) -> None:
    with mortal(write_jars(tmp_path / "jars")) as process:
        engine = fresh()
        assert process.upgrade(engine) == 0
        wanted = schema_of(engine), rows(engine)
        assert wanted[1] == [(1, "plum", 1), (2, None, 2)]
        codes = []
        for number in count(1):
            engine = fresh()
            codes.append(process.upgrade(engine, number))
            assert process.upgrade(engine) == 0
            assert (schema_of(engine), rows(engine)) == wanted, number
            if codes[-1] == 0:
                break
    # Fewer would mean that statements went by uncounted.
    statements = {"sqlite": 17, "postgresql": 16}[engine.dialect.name]
    assert codes == [KILLED] * statements + [0]


def revisions_of(schema: list[str]) -> str:
    return str([line for line in schema if line.startswith(VERSION)])


# Some 150 processes that die in turn: half a minute on a machine that is free.
@pytest.mark.timeout(600)
def test_core_and_plugins_killed_at_each_statement_never_stand_between_two_revisions(
    fresh: Make,
) -> None:
    """Kill at every statement of every revision, each time from where the last one got to.

    A revision is one transaction, so after each kill the schema is that of the last whole
    revision; what goes on from there is what an upgrade without a kill does.
    """
    with mortal() as process:
        whole, engine = fresh(), fresh()
        assert process.upgrade(whole) == 0
        number, kills, seen = 1, 0, [schema_of(engine)]
        while (code := process.upgrade(engine, number)) != 0:
            assert code == KILLED
            kills += 1
            found = schema_of(engine)
            # Where it got on, it died at the first statement of the next revision.
            number = number + 1 if found == seen[-1] else 2
            seen += [found] if found != seen[-1] else []
    assert schema_of(engine) == schema_of(whole)
    between = [schema for schema in seen if schema != schema_of(whole)]
    assert len({revisions_of(schema) for schema in between}) == len(between)
    assert len(between) == len(steps_of_all())
    assert kills > 100


def steps_of_all() -> list[str]:
    core = application.create_core(load_config(environ={}))
    return [step for chain in revisions.chains_of(core.plugins) for step in chain.revisions]
