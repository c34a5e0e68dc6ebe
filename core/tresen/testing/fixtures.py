# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pytest plugin: core, application, client, desk and people, on a real database.

`--database=postgres` runs the same tests on PostgreSQL. Everything raises: a plugin's error is
an error here.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import close_all_sessions

from tresen import app as application
from tresen import i18n, migrate, revisions
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.config import Config, load_config
from tresen.db import make_engine
from tresen.desk import Core, Desk, desk_for
from tresen.heap import undisturbed
from tresen.people.models import Person
from tresen.testing import databases, factories
from tresen.web.templates import CompiledTemplates

pytest_plugins = ("tresen.testing.browser",)

# The kit's asserts are to explain themselves in the plugins' tests too.
pytest.register_assert_rewrite("tresen.testing.contract", "tresen.testing.contract_people")


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Time no test that makes up its values: another program on the machine would decide."""
    # Not every plugin's tests make up any.
    with suppress(ImportError):
        from hypothesis import HealthCheck, settings  # noqa: PLC0415 - as above

        timed = [HealthCheck.too_slow]
        settings.register_profile("tresen", settings(), deadline=None, suppress_health_check=timed)
        settings.load_profile("tresen")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller choose the database."""
    parser.addoption(
        "--database", choices=("sqlite", "postgres"), default="sqlite", help="database of the tests"
    )


class SteppedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment

    def go(self, **duration: float) -> None:
        """Move on by `duration`, as in timedelta."""
        self.moment += timedelta(**duration)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Let no request in one test choose the language of the next."""
    with i18n.speaking(i18n.current()):
        yield


@pytest.fixture(scope="session")
def migrated_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return the address of a database at the head of every chain."""
    # Every test makes and drops an application: at Python's own threshold, which suits a process
    # with little in memory, a fifth of a run went into looking for what else could be dropped.
    gc.set_threshold(100_000, 20, 100)
    with ExitStack() as stack:
        if request.config.getoption("--database") == "postgres":
            url = stack.enter_context(databases.postgres_database(f"tresen_test_{os.getpid()}"))
        else:
            url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'template.sqlite3'}"
        folder = tmp_path_factory.mktemp("data")
        config = load_config(environ={}, data_dir=folder, database_url=url, strict=True)
        with undisturbed():
            core = application.create_core(config)
            migrate.upgrade(core.engine, revisions.chains_of(core.plugins))
            core.engine.dispose()
        if not url.startswith("sqlite:///"):
            databases.stop_vacuum(url)
        yield url


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the templates of all tests are kept compiled.

    A template is compiled anew whenever its text is another, so tests do not meet in it.
    """
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def config(migrated_database: str, compiled_templates: Path, tmp_path: Path) -> Config:
    """Return the options of the test's own installation."""
    own = CompiledTemplates.folder_in(tmp_path)
    own.parent.mkdir()
    own.symlink_to(compiled_templates)
    url = migrated_database
    if url.startswith("sqlite:///"):
        template = Path(url.removeprefix("sqlite:///"))
        url = databases.copy_sqlite(template, tmp_path / "tresen.sqlite3")
    else:
        # Before the test, not after it: what another one left behind must not be seen here.
        close_all_sessions()
        databases.empty(url)
    return load_config(
        environ={},
        data_dir=tmp_path,
        database_url=url,
        secret_key="test key, at least as long as a real one",
        strict=True,
    )


@pytest.fixture
def clock() -> SteppedClock:
    """Return a clock that stands at a Tuesday morning and is moved by the test."""
    return SteppedClock(datetime(2026, 3, 10, 9, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def shared_engine(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return the engine of all tests, which compiles each statement once.

    On SQLite its file is a link, which `core` points at the database of the test.
    """
    if not migrated_database.startswith("sqlite:///"):
        return make_engine(migrated_database)
    return make_engine(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'link.sqlite3'}")


@pytest.fixture
def core(config: Config, clock: SteppedClock, shared_engine: Engine) -> Iterator[Core]:
    """Return the core on an empty database."""
    # All that is installed was looked at when the database was migrated.
    made = application.create_core(config, is_known=True)
    # Tests look through all pages and resources: they are to be there from the beginning.
    made.plugins.is_known = False
    made.engine = databases.linked(shared_engine, made.engine)
    made.clock = clock
    yield made
    close_all_sessions()
    made.engine.dispose()


@pytest.fixture
def app(core: Core) -> Flask:
    """Return the web application."""
    made = application.create_app(core)
    made.testing = True
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser that nobody is signed in to."""
    return app.test_client()


@pytest.fixture
def desk(core: Core) -> Iterator[Desk]:
    """Return a writing desk on which Tresen itself acts; commit before another one looks."""
    with desk_for(core, write=True) as opened:
        yield opened


@pytest.fixture
def agent(desk: Desk) -> Person:
    """Return an agent."""
    person = factories.make_person(desk, "Anna Agent", "anna@tresen.example", role="agent")
    desk.commit()
    return person


@pytest.fixture
def administrator(desk: Desk) -> Person:
    """Return an administrator."""
    person = factories.make_person(desk, "Ada Admin", "ada@tresen.example", role="administrator")
    desk.commit()
    return person


@pytest.fixture
def customer(desk: Desk) -> Person:
    """Return a customer of an organisation, whose address is proven."""
    person = factories.make_customer(desk)
    desk.commit()
    return person


@pytest.fixture
def sign_in(app: Flask, core: Core) -> Callable[[Person], FlaskClient]:
    """Return a function that gives a browser in which the person is signed in."""

    def signed_in(person: Person) -> FlaskClient:
        browser = app.test_client()
        with desk_for(core, write=True) as opened:
            token = access.start_session(opened, person, "127.0.0.1", "test")
        browser.set_cookie(cookie_name(core.config), token, domain="localhost")
        return browser

    return signed_in
