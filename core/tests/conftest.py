# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tests of several folders stand on: a workshop for plugins, a house that may die."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flows.house import House, Mortals, house_of, mortals
from hooks.workshop import Workshop
from shipped import SHIPPED
from tresen import app as application
from tresen.config import Config
from tresen.db import Base, metadata
from tresen.desk import Core


@pytest.fixture
def workshop(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workshop]:
    """Return a workshop; what its plugins left in the process is cleared away."""
    # First, so that no plugin's tables come into the database that all tests copy.
    request.getfixturevalue("migrated_database")
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    modules, tables = set(sys.modules), set(metadata.tables)
    yield Workshop(folder)
    for name in set(sys.modules) - modules:
        # What the core first needed here stays: it is imported once in a process.
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]
    own = {mapper.local_table for mapper in Base.registry.mappers}
    for name in set(metadata.tables) - tables:
        if metadata.tables[name] not in own:
            metadata.remove(metadata.tables[name])


@pytest.fixture
def lenient(config: Config, workshop: Workshop) -> Iterator[Callable[[], Core]]:
    """Return a function that starts a core which sets faulty plugins aside, as in life.

    Those of this repository stay off: what is tried are made-up ones.
    """
    made: list[Core] = []

    def start() -> Core:
        lasting = replace(config, strict=False, plugins_off=SHIPPED)
        core = application.create_core(lasting)
        for name in SHIPPED:
            core.plugins.set_aside.pop(name, None)
        made.append(core)
        return made[-1]

    yield start
    for core in made:
        core.engine.dispose()


@pytest.fixture(scope="module")
def running() -> Iterator[Mortals]:
    """The process that web processes, workers and doors are forked from."""
    with mortals() as found:
        yield found


@pytest.fixture
def house(core: Core, running: Mortals) -> Iterator[House]:
    """An installation whose processes may die: a mailbox, a mail server, a database."""
    with house_of(core) as found:
        running.enter(found)
        yield found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what opens no database: a second run would say nothing new."""
    if config.getoption("--database") != "postgres":
        return
    # Who makes a database of its own asks the request which one.
    opening = {"migrated_database", "request"}
    sides: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        sides[bool(opening.intersection(getattr(item, "fixturenames", opening)))].append(item)
    config.hook.pytest_deselected(items=sides[False])
    items[:] = sides[True]
