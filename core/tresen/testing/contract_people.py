# SPDX-License-Identifier: AGPL-3.0-or-later
"""The kit's part about those outside: whose data a plugin keeps, who uses it, whom it asks.

It is taken over with the rest by `tresen.testing.contract`.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from importlib.metadata import entry_points
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, select
from werkzeug.routing import Rule

from tresen.access import service as access
from tresen.db import metadata
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Misconfigured
from tresen.hooks import caller, specs
from tresen.hooks.records import DataSet
from tresen.loader import GROUP, PluginInfo, manifest_of
from tresen.people import queries
from tresen.people.models import Person
from tresen.testing import browser, factories, seeds, strangers
from tresen.web.permissions import permission_of

__all__ = [
    "guarded_network",
    "test_erased_people_leave_no_trace",
    "test_nobody_elsewhere_is_asked",
    "test_pages_can_be_used_by_everybody",
    "test_people_are_told_what_is_kept_about_them",
]

NAME, ADDRESS = "Paula Privat", "paula@privat.example"
SAID = f"{ADDRESS} {NAME}"


@pytest.fixture(autouse=True)
def guarded_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test of the kit in which another machine is asked that the plugin does not declare."""
    with strangers.guarded(_hosts(request)) as guard:
        yield
    assert guard.strays == []


def test_people_are_told_what_is_kept_about_them(
    plugin: PluginInfo, desk: Desk, request: pytest.FixtureRequest
) -> None:
    """Each column that points at a person, or is declared in `PERSONAL`, answers personal_data."""
    silent = []
    for column, person in _seeded(plugin, desk, request):
        found = _answer(desk, plugin, person)
        rows = [dict(row) for each in found for row in each.rows]
        json.dumps(rows, default=_plain)
        silent += [] if rows else [str(column)]
    assert silent == []


def test_erased_people_leave_no_trace(
    plugin: PluginInfo, core: Core, desk: Desk, request: pytest.FixtureRequest
) -> None:
    """After person_erased no row points at the person, and none holds the name or the address."""
    people = [person for _column, person in _seeded(plugin, desk, request)]
    ids = [person.id for person in people]
    for person in people:
        factories.erase_person(desk, person)
    desk.commit()
    assert _traces(core, plugin, ids) == []


def test_pages_can_be_used_by_everybody(
    plugin: PluginInfo,
    core: Core,
    app: Flask,
    desk: Desk,
    sign_in_page: Callable[..., Any],
) -> None:
    """In Chromium axe finds nothing serious on its pages and on a ticket's, bright and dark."""
    people = readers(desk)
    number = factories.make_ticket(desk, people["customer"]).number
    desk.commit()
    paths = _plain_pages(core, app, plugin, desk)
    paths["administrator"].insert(0, f"/tickets/{number}")
    for role, own in paths.items():
        if own:
            browser.assert_pages_usable(sign_in_page(people[role]), own)


def test_nobody_elsewhere_is_asked(
    plugin: PluginInfo, core: Core, app: Flask, request: pytest.FixtureRequest, sign_in: Any
) -> None:
    """Its pages and its jobs reach no machine but this one and those that it declares."""
    with strangers.guarded(_hosts(request)) as guard:
        with desk_for(core, write=True) as desk:
            people, paths = readers(desk), _plain_pages(core, app, plugin, desk)
        for role, own in paths.items():
            for path in own:
                sign_in(people[role]).get(path)
        for name, job in core.plugins.collect_named(specs.jobs):
            if name == plugin.name and job.every is not None:
                with desk_for(core, write=True) as desk:
                    job.run(desk)
    assert guard.strays == []


def _hosts(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Return whom the plugin may talk to: what its manifest declares, and the module's `HOSTS`."""
    own: tuple[str, ...] = getattr(request.module, "HOSTS", ())
    found = [*own]
    for point in entry_points(group=GROUP, name=getattr(request.module, "PLUGIN", "")):
        # A manifest that cannot be read sets the plugin aside, which another test of the kit says.
        with suppress(Misconfigured):
            manifest = manifest_of(point)
            found += manifest.capabilities.network if manifest else ()
    return tuple(found)


def _seeded(
    plugin: PluginInfo, desk: Desk, request: pytest.FixtureRequest
) -> Iterator[tuple[Column[Any], Person]]:
    """Make a person for each personal column, with a row that is about them; all bear one name."""
    declared = getattr(request.module, "PERSONAL", ())
    made = []
    for number, column in enumerate(seeds.personal_columns(set(plugin.tables), declared)):
        person = factories.make_person(desk, NAME, f"{number}{ADDRESS}", role="agent")
        seeds.add_row_about(desk, column, person, f"{number}{SAID}")
        made.append((column, person))
    desk.commit()
    yield from made


def _answer(desk: Desk, plugin: PluginInfo, person: Person) -> list[DataSet]:
    whole = queries.person_by_id(desk, person.id)
    found = caller.gather_named(desk, specs.personal_data, whole)
    return [each for name, each in found if name == plugin.name]


def _traces(core: Core, plugin: PluginInfo, ids: list[int]) -> list[str]:
    """Return the columns of the plugin that still point at one of the people, or name them."""
    found = []
    with core.engine.connect() as connection:
        for name in sorted(plugin.tables):
            for column in metadata.tables[name].columns:
                for value in connection.scalars(select(column)):
                    is_named = any(word in str(value) for word in (NAME, ADDRESS))
                    if is_named or (seeds.points_at_person(column) and value in ids):
                        found.append(str(column))
    return found


def readers(desk: Desk) -> dict[str, Person]:
    """Return somebody of each role that plugins bring pages for."""
    administrator = factories.make_person(desk, "Rita", "rita@r.example", role="administrator")
    return {"administrator": administrator, "customer": factories.make_customer(desk)}


def role_for(desk: Desk, app: Flask, rule: Rule) -> str:
    """Return who reads a page: a customer where an administrator may not."""
    permission = permission_of(app.view_functions[rule.endpoint])
    is_customers = permission and permission not in access.grants(desk)["administrator"]
    return "customer" if is_customers else "administrator"


def _plain_pages(core: Core, app: Flask, plugin: PluginInfo, desk: Desk) -> dict[str, list[str]]:
    """Return the addresses of the plugin's pages that need no further word, by who reads them."""
    names = {
        blueprint.name
        for owner, blueprint in core.plugins.collect_named(specs.blueprints)
        if owner == plugin.name
    }
    found: dict[str, list[str]] = {"administrator": [], "customer": []}
    for rule in app.url_map.iter_rules():
        is_own = rule.endpoint.split(".")[0] in names
        if is_own and "GET" in (rule.methods or ()) and not rule.arguments:
            found[role_for(desk, app, rule)].append(rule.rule)
    return found


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is neither JSON nor a day or moment")
