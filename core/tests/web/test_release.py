# SPDX-License-Identifier: AGPL-3.0-or-later
"""A view that stays open for minutes holds no connection meanwhile and keeps nobody waiting."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select
from tresen import app as application
from tresen.config import Config
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Refused
from tresen.hooks.trace import TracingPlugins
from tresen.people.models import Team
from tresen.sdk import release
from tresen.testing.live import served
from tresen.web.permissions import open_to_all
from tresen.web.work import current_desk

METHODS = ("GET", "POST")
Serve = Callable[..., None]


def add(desk: Desk, name: str) -> None:
    desk.session.add(Team(name=name))
    desk.session.flush()


def teams(core: Core) -> list[str]:
    with desk_for(core) as desk:
        return list(desk.session.scalars(select(Team.name).order_by(Team.id)))


def open_at(app: Flask, view: Callable[[], Any]) -> None:
    """Let the application answer at /open with the view."""
    marked = open_to_all("a test asks")(view)
    app.add_url_rule("/open", "open", marked, methods=list(METHODS))


@contextmanager
def transactions(engine: Engine) -> Iterator[list[str]]:
    """Yield a list that fills with what happens to connections."""
    found: list[str] = []

    def begun(_connection: Any) -> None:
        found.append("begin")

    def committed(_connection: Any) -> None:
        found.append("commit")

    event.listen(engine, "begin", begun)
    event.listen(engine, "commit", committed)
    try:
        yield found
    finally:
        event.remove(engine, "begin", begun)
        event.remove(engine, "commit", committed)


def held(core: Core) -> int:
    """Return how many connections of the core are in use."""
    pool: Any = core.engine.pool
    return int(pool.checkedout())


@pytest.fixture(params=[False, True], ids=["plain", "tracing"])
def own_core(request: pytest.FixtureRequest, config: Config, core: Core) -> Iterator[Core]:
    """Return a core on the database of the test, which traces hooks or not."""
    made = application.create_core(replace(config, trace_hooks=request.param))
    yield made
    made.engine.dispose()


def test_another_writes_while_the_view_of_a_server_with_threads_is_open(own_core: Core) -> None:
    is_open, may_end = Event(), Event()
    app = application.create_app(own_core)
    app.config["WTF_CSRF_ENABLED"] = False

    def view() -> str:
        desk = current_desk()
        add(desk, "before")
        release(desk)
        is_open.set()
        may_end.wait()
        with desk_for(own_core, desk.actor, write=True) as own:
            add(own, "after")
        return "done"

    open_at(app, view)
    with served(app) as address, closing(HTTPConnection(urlsplit(address).netloc)) as asking:
        asking.request("POST", "/open")
        is_open.wait()
        try:
            meanwhile = (teams(own_core), held(own_core))
            with desk_for(own_core, write=True) as desk:
                add(desk, "meanwhile")
        finally:
            may_end.set()
        answer = asking.getresponse()
        assert (answer.status, answer.read(), meanwhile) == (200, b"done", (["before"], 0))
    assert teams(own_core) == ["before", "meanwhile", "after"]
    if isinstance(own_core.plugins, TracingPlugins):
        kept = [(trace.route, trace.status) for trace in own_core.plugins.traces]
        assert kept == [("/open", 200)]


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_asked_of_the_database_after_the_release(
    app: Flask, core: Core, method: str
) -> None:
    seen: list[str] = []
    waiting: list[str] = []

    def view() -> str:
        desk = current_desk()
        teams_before = list(desk.session.scalars(select(Team.name)))
        desk.after_commit.append(lambda: waiting.append("ran"))
        release(desk)
        seen.extend([*teams_before, f"{held(core)} held"])
        return "done"

    open_at(app, view)
    client = app.test_client()
    with transactions(core.engine) as found:
        assert client.open("/open", method=method).status_code == 200
    assert (found, seen, waiting) == (["begin", "commit"], ["0 held"], ["ran"])


def test_error_after_the_release_undoes_nothing_before_it(app: Flask, core: Core) -> None:
    def view() -> str:
        add(current_desk(), "kept")
        release(current_desk())
        raise Refused("Too late.")

    open_at(app, view)
    assert (app.test_client().post("/open").status_code, teams(core)) == (422, ["kept"])


def test_rows_that_were_read_stay_as_they_were(core: Core) -> None:
    with desk_for(core, write=True) as desk:
        team = Team(name="Tide")
        desk.session.add(team)
        release(desk)
        assert (team.name, team in desk.session, held(core)) == ("Tide", False, 0)


def test_release_is_refused_while_a_plugin_writes(desk: Desk) -> None:
    with desk.session.lent(), pytest.raises(RuntimeError, match="A plugin must not commit"):
        release(desk)
