# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small disks that a test fills: file systems of their own, under SQLite or PostgreSQL.

Only root may mount; without it SQLite's own limit on the size of its file gives the same error.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, make_url, text
from tresen import app, migrate, revisions
from tresen.config import Config
from tresen.desk import Core
from tresen.testing.databases import POSTGRES

MEGABYTES = 96
UNLIMITED = 1_073_741_823
# Large enough not to fit into what a page or two of the database have left.
LARGE = 3_000_000


@dataclass
class Disk:
    """A disk and the core whose database lies on it."""

    core: Core
    folder: Path | None = None
    limits: list[int] = field(default_factory=lambda: [UNLIMITED])

    def fill(self) -> None:
        """Leave no room at all."""
        if self.folder is None:
            with self.core.engine.connect() as connection:
                pages = connection.scalar(text("PRAGMA page_count"))
            self.limits[0] = int(pages or 0)
            self.core.engine.dispose()
            return
        with (self.folder / "filler").open("ab", buffering=0) as filler:
            for size in (1 << 20, 4096, 1):
                while _is_written(filler.fileno(), bytes(size)):
                    pass

    def free(self) -> None:
        """Make room again."""
        if self.folder is None:
            self.limits[0] = UNLIMITED
            self.core.engine.dispose()
        else:
            (self.folder / "filler").unlink()


def _is_written(descriptor: int, some: bytes) -> bool:
    try:
        return os.write(descriptor, some) == len(some)
    except OSError:
        return False


@contextmanager
def small_disk(config: Config, folder: Path) -> Iterator[Disk]:
    """Yield a core whose database lies on a small disk; skip where there can be none."""
    is_sqlite = config.database.startswith("sqlite:")
    if os.geteuid() == 0 and shutil.which("mount"):
        place = folder if is_sqlite else Path(tempfile.gettempdir(), f"tresen-disk-{os.getpid()}")
        with _mounted(place), (_moved if is_sqlite else _spaced)(config, place) as core:
            yield Disk(core, place)
    elif is_sqlite:
        core = app.create_core(config)
        disk = Disk(core)
        event.listen(core.engine, "connect", lambda made, _: _limit(made, disk.limits[0]))
        yield disk
        core.engine.dispose()
    else:
        pytest.skip("only root may mount a small disk for PostgreSQL")


def _limit(connection: object, pages: int) -> None:
    connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined] # DBAPI


@contextmanager
def _mounted(folder: Path) -> Iterator[None]:
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tresen-test", str(folder)]
    if subprocess.run(["mount", *options], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def _moved(config: Config, folder: Path) -> Iterator[Core]:
    source = Path(config.database.removeprefix("sqlite:///"))
    shutil.copyfile(source, folder / source.name)
    url = f"sqlite:///{folder / source.name}"
    core = app.create_core(replace(config, database_url=url, data_dir=folder))
    yield core
    core.engine.dispose()


@contextmanager
def _spaced(config: Config, folder: Path) -> Iterator[Core]:
    """A database in a table space on the small disk, where the server is this machine's."""
    name = f"tresen_small_{os.getpid()}"
    admin = create_engine(make_url(os.environ[POSTGRES]), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        data = Path(str(connection.scalar(text("SHOW data_directory"))))
        if not data.exists():
            pytest.skip("the PostgreSQL server is another machine")
        space = folder / "space"
        space.mkdir()
        owner = data.stat()
        os.chown(space, owner.st_uid, owner.st_gid)
        connection.execute(text(f"CREATE TABLESPACE {name} LOCATION '{space}'"))
        connection.execute(text(f"CREATE DATABASE {name} TABLESPACE {name}"))
    url = make_url(os.environ[POSTGRES]).set(database=name)
    address = url.render_as_string(hide_password=False)
    core = app.create_core(replace(config, database_url=address, data_dir=folder))
    try:
        migrate.upgrade(core.engine, revisions.chains_of(core.plugins))
        yield core
    finally:
        core.engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"DROP TABLESPACE IF EXISTS {name}"))
        admin.dispose()
