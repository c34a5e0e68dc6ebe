# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen upgrade` as it is typed, in the test's own installation and environment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner, Result
from hooks.workshop import Workshop
from sqlalchemy import text
from tresen.admin import remains
from tresen.cli import main
from tresen.config import Config
from tresen.desk import Core


@pytest.fixture
def upgrade(
    monkeypatch: pytest.MonkeyPatch, config: Config, core: Core, workshop: Workshop
) -> Iterator[Callable[..., Result]]:
    """Return a function that runs `tresen upgrade`; what plugins keep goes with the test."""
    monkeypatch.setenv("TRESEN_DATABASE_URL", config.database_url)
    monkeypatch.setenv("TRESEN_DATA_DIR", str(config.data_dir))
    yield lambda *words: CliRunner().invoke(main, ["upgrade", *map(str, words)])
    for made in workshop.folder.glob("tresen_*"):
        if not made.suffix:
            remains.purge(core, made.name.removeprefix("tresen_"))


@contextmanager
def at_revision(core: Core, revision: str) -> Iterator[None]:
    """Let the core's schema say that it is at a revision; on a database that tests share."""
    change = text("UPDATE schema_version_core SET version_num = :revision")
    with core.engine.begin() as connection:
        head = connection.scalar(text("SELECT version_num FROM schema_version_core"))
        connection.execute(change, {"revision": revision})
    try:
        yield
    finally:
        with core.engine.begin() as connection:
            connection.execute(change, {"revision": head})
