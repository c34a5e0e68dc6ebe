# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of traced hook calls: what they show, to whom, and what they never show."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from admin.test_notices import rows
from admin.test_views import browser_of
from flask.testing import FlaskClient
from hooks.workshop import HOOK, Workshop
from tresen import app as application
from tresen.config import Config
from tresen.desk import Core
from tresen.hooks.trace import TracingPlugins

PANEL = f"""
from tresen.sdk import Panel, Place
{HOOK}def page_panels(desk, page, subject):
    raise ValueError("What <b>Karla</b> wrote")
@hookimpl
def rail_groups(desk): return []
"""


@pytest.fixture
def traced(config: Config, workshop: Workshop) -> Iterator[Core]:
    """Return a core that traces, with a plugin that fails with a customer's words."""
    workshop.make("frail", PANEL)
    core = application.create_core(replace(config, strict=False, trace_hooks=True))
    yield core
    core.engine.dispose()


@pytest.fixture
def boss(traced: Core) -> FlaskClient:
    """Return the browser of an administrator."""
    return browser_of(traced, "administrator")


def test_list_names_the_last_requests_by_their_pattern(boss: FlaskClient) -> None:
    for path in ("/people/", "/people/1", "/nowhere/<script>", "/admin/hooks"):
        boss.get(path)
    shown = [row[:2] for row in rows(boss.get("/admin/hooks").text)]
    assert shown == [
        ["GET", "404"],
        ["GET /people/&lt;int:person_id&gt;", "200"],
        ["GET /people/", "200"],
    ]


def test_page_of_a_request_says_who_answered_what(boss: FlaskClient, traced: Core) -> None:
    boss.get("/people/1")
    assert isinstance(traced.plugins, TracingPlugins)
    page = boss.get(f"/admin/hooks/{traced.plugins.traces[0].number}").text
    found = {(row[0], row[2]): row for row in rows(page)}
    told = found["page_panels", "frail"]
    assert (told[1], told[3], told[4], told[5].endswith("ValueError")) == (
        *("Parts", "", "Desk, Page PERSON, Person 1"),
        True,
    )
    assert found["rail_groups", "frail"][5] == "0"
    assert re.fullmatch(r"\d+", found["rail_groups", "tickets"][6])
    assert "Karla" not in page


def test_request_that_is_forgotten_is_missing(boss: FlaskClient) -> None:
    answer = boss.get("/admin/hooks/999")
    assert (answer.status_code, "is not remembered any more" in answer.text) == (404, True)


@pytest.mark.parametrize("is_tracing", [False, True])
def test_tab_stands_in_the_administration_only_while_hooks_are_traced(
    config: Config, workshop: Workshop, is_tracing: bool
) -> None:
    core = application.create_core(replace(config, trace_hooks=is_tracing))
    page = browser_of(core, "administrator").get("/admin/health").text
    core.engine.dispose()
    assert ('href="/admin/hooks"' in page) is is_tracing


def test_page_says_how_to_trace_while_it_is_off(core: Core) -> None:
    answer = browser_of(core, "administrator").get("/admin/hooks")
    assert (answer.status_code, "TRESEN_TRACE_HOOKS=1" in answer.text) == (404, True)


def test_traces_open_for_administrators_only(traced: Core) -> None:
    statuses = {
        role: browser_of(traced, role).get("/admin/hooks").status_code
        for role in ("administrator", "agent", "customer")
    }
    assert statuses == {"administrator": 200, "agent": 403, "customer": 403}


def test_traces_are_shown_in_german(boss: FlaskClient) -> None:
    boss.set_cookie("language", "de", domain="localhost")
    empty = boss.get("/admin/hooks").text
    boss.get("/people/")
    full = boss.get("/admin/hooks").text
    assert ("Noch keine Anfrage ist aufgezeichnet" in empty, "Zeit, µs" in full) == (True, True)
