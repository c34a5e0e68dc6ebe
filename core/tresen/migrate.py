# SPDX-License-Identifier: AGPL-3.0-or-later
"""One chain of migrations and one version table for each distribution.

Removing one plugin never stops another's upgrade that way (experiment E10). This module is the
only Alembic environment; `tresen upgrade` is the only caller that changes a schema.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from tresen.db import metadata, without_foreign_keys
from tresen.errors import Misconfigured
from tresen.revisions import Chain, pending_revisions

# Any number does, as long as every node of an installation takes the same.
UPGRADE_LOCK = 7_373_636
# Seconds that a node waits for another's revision on SQLite; PostgreSQL waits without an end.
UPGRADE_PATIENCE = 3600


def script_of(chain: Chain) -> ScriptDirectory:
    """Return the chain's revisions; raises Misconfigured for one not called after its file."""
    script = ScriptDirectory(str(chain.folder), version_locations=[str(chain.folder)])
    found = [revision.revision for revision in script.walk_revisions()][::-1]
    if found != chain.revisions:
        raise Misconfigured(
            f"The revisions of {chain.name} are {', '.join(found)}, its files are numbered "
            f"{', '.join(chain.revisions)}: give each file the number of its revision."
        )
    return script


def upgrade(engine: Engine, chains: list[Chain]) -> dict[str, list[str]]:
    """Bring every chain to its head; return the revisions run, by chain.

    Each revision runs in a transaction of its own: an upgrade that was interrupted goes on
    where it stopped. A second node waits for the first.
    """
    with upgrade_lock(engine):
        return {chain.name: upgrade_chain(engine, chain) for chain in chains}


@contextmanager
def upgrade_lock(engine: Engine) -> Iterator[None]:
    """Let one node migrate at a time; on SQLite each transaction's write lock does that."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({UPGRADE_LOCK})")
        connection.commit()
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({UPGRADE_LOCK})")
            connection.commit()


def upgrade_chain(engine: Engine, chain: Chain) -> list[str]:
    """Bring one chain to its head, inside `upgrade_lock`; return the revisions run."""
    done: list[str] = []
    while revision := _run_next(engine, chain):
        done.append(revision)
    return done


def _run_next(engine: Engine, chain: Chain) -> str:
    """Run the next revision that is pending and return it, empty when there is none.

    Asked twice: first without a lock, so that an upgrade with nothing to do waits for nobody;
    then with it, for on SQLite another node may have run it meanwhile.
    """
    with engine.connect() as connection:
        pending = pending_revisions(connection, chain)
    if not pending:
        return ""
    with without_foreign_keys(engine, UPGRADE_PATIENCE) as connection:
        pending = pending_revisions(connection, chain)
        if not pending:
            return ""
        _move(connection, chain, pending[0])
    return pending[0]


def unreadable(chains: list[Chain]) -> dict[str, str]:
    """Return why the revisions of a chain could not even be read, by the chain's name."""
    found = {}
    for chain in chains:
        try:
            script_of(chain)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a file may raise anything
            found[chain.name] = _reason(error)
    return found


def rehearse(engine: Engine, chains: list[Chain]) -> dict[str, str]:
    """Run what is pending and take it all back; return why a chain would fail, by its name.

    Both databases take a change of the schema back like any other. Writers wait meanwhile, on
    PostgreSQL those who touch the same tables.
    """
    found: dict[str, str] = {}
    with (
        upgrade_lock(engine),
        without_foreign_keys(engine, UPGRADE_PATIENCE) as connection,
        _taken_back(connection),
    ):
        for chain in chains:
            try:
                with connection.begin_nested():
                    for revision in pending_revisions(connection, chain):
                        _move(connection, chain, revision)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a revision may do anything
                found[chain.name] = _reason(error)
    return found


@contextmanager
def _taken_back(connection: Connection) -> Iterator[None]:
    outer = connection.get_transaction()
    try:
        yield
    finally:
        if outer is not None:
            outer.rollback()


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def run_to(engine: Engine, chain: Chain, revision: str) -> None:
    """Move one chain to the revision (or to `base`), in one transaction.

    SQLite's foreign keys are off meanwhile: recreating a table would delete every row that
    points at it (experiment E8). They are checked before the commit.
    """
    with without_foreign_keys(engine, UPGRADE_PATIENCE) as connection:
        _move(connection, chain, revision)


def _move(connection: Connection, chain: Chain, revision: str) -> None:
    _run(connection, chain, revision)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise Misconfigured(f"Revision {revision} of {chain.name} left {broken[0]} loose.")


def _run(connection: Connection, chain: Chain, revision: str) -> None:
    script = script_of(chain)

    def steps(current: Any, _context: MigrationContext) -> Any:
        if revision == "base":
            return script._downgrade_revs("base", current)  # noqa: SLF001 - as alembic.command
        return script._upgrade_revs(revision, current)  # noqa: SLF001 - as alembic.command

    with EnvironmentContext(AlembicConfig(), script, fn=steps) as environment:
        environment.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=chain.version_table,
            render_as_batch=True,
            transactional_ddl=True,
        )
        environment.run_migrations()


def drift(connection: Connection, chain: Chain, others: tuple[str, ...] = ()) -> list[Any]:
    """Return what differs between the chain's models and the database; empty is right."""

    def included(thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        table = name if kind == "table" else thing.table.name
        return chain.owns(str(table), others) and not str(name).startswith("search_text")

    context = MigrationContext.configure(
        connection,
        opts={"include_object": included, "compare_type": False, "target_metadata": metadata},
    )
    return list(compare_metadata(context, metadata))
