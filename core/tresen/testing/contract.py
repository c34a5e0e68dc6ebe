# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every plugin keeps, as tests that a plugin takes over with two lines.

    from tresen.testing.contract import *  # noqa: F403 - the tests of the kit
    PLUGIN = "pilot_service"

Ten plugins stay trustworthy alike only if nobody has to remember what to check.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pluggy import HookImpl
from sqlalchemy import func, select
from sqlalchemy import inspect as inspect_database
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from tresen import app as application
from tresen import fitness, migrate, revisions, texts
from tresen.access import service as access
from tresen.access import tokens
from tresen.access.views import cookie_name
from tresen.admin import remains
from tresen.config import Config
from tresen.db import metadata
from tresen.desk import Core, Desk, desk_for
from tresen.hooks import specs
from tresen.ladder.gold import INLINE
from tresen.loader import PluginInfo
from tresen.people.models import Person
from tresen.revisions import VERSIONS
from tresen.settings import service as settings
from tresen.testing import contract_people, factories
from tresen.testing.contract_people import *  # noqa: F403 - the second half of the kit
from tresen.web import shell
from tresen.web.permissions import permission_of
from tresen.web.work import SAFE_METHODS

__all__ = [
    "plugin",
    "test_catalogues_are_complete",
    "test_core_pages_answer_while_every_hook_raises",
    "test_core_pages_answer_with_the_plugin",
    "test_every_route_stands_under_its_prefix",
    "test_every_view_names_a_declared_permission",
    "test_hooks_are_answered_as_specified",
    "test_jobs_do_no_harm_when_run_twice",
    "test_package_says_what_it_is_and_is_typed",
    "test_pages_answer_in_english_and_german",
    "test_plugin_is_taken_in",
    "test_purge_leaves_nothing_behind",
    "test_removal_leaves_the_core_green",
    "test_schema_goes_up_down_and_up",
    "test_schema_has_no_drift",
    "test_settings_go_in_and_come_out",
    "test_tables_are_the_plugins_own_and_let_go",
    "test_templates_compile_and_hold_nothing_inline",
    "test_unsafe_methods_need_the_form_token",
]
__all__ += contract_people.__all__

LAST_NAME = re.compile(r"[\w.]+\.(\w+)")

OBJECTS = {
    "sqlite": "SELECT name FROM sqlite_master",
    "postgresql": (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
        "UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    ),
}

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def plugin(request: pytest.FixtureRequest, core: Core) -> PluginInfo:
    """Return the plugin that the module names; fails with its sentence when it is set aside."""
    name = request.module.PLUGIN
    if name not in core.plugins.taken_in:
        reason = core.plugins.set_aside.get(name, "It is not installed.")
        pytest.fail(f"{name} is not taken in: {reason}")
    info: PluginInfo = core.plugins.taken_in[name]
    return info


# ------------------------------------------------------------------------------ what it is


def test_plugin_is_taken_in(plugin: PluginInfo, core: Core) -> None:
    """The loader finds no fault with it, nor does the check of its pages."""
    fitness.check_pages(core)
    fitness.check_schema(core)
    assert core.plugins.set_aside.get(plugin.name) is None


def test_package_says_what_it_is_and_is_typed(plugin: PluginInfo) -> None:
    """Title and version are there, and type checkers may look into the package."""
    assert plugin.title.strip() != ""
    assert plugin.version.strip() != ""
    assert (plugin.folder / "py.typed").is_file()


def test_hooks_are_answered_as_specified(plugin: PluginInfo, core: Core) -> None:
    """Each argument has the specification's name and type, and the answer its type."""
    for implementation in _implementations(core, plugin.name):
        hook = getattr(core.plugins.pm.hook, implementation.function.__name__)
        is_own = core.plugins.offers.get(hook.name, plugin.name) == plugin.name
        assert implementation.optionalhook or (is_own and hook.has_spec()), hook.name
        if hook.has_spec():
            given, wanted = _annotations(implementation.function), _annotations(hook.spec.function)
            assert {name: wanted.get(name) for name in given} == given, hook.name
            assert given.get("return") == wanted["return"], hook.name


# --------------------------------------------------------------------------------- its tables


def test_tables_are_the_plugins_own_and_let_go(plugin: PluginInfo) -> None:
    """Its tables bear its name; what points at the core says what happens on delete."""
    assert [name for name in plugin.tables if not name.startswith(f"{plugin.name}_")] == []
    rules = {
        f"{name}.{key.parent.name}": key.ondelete
        for name in plugin.tables
        for key in metadata.tables[name].foreign_keys
    }
    assert {column for column, rule in rules.items() if not rule} == set()


def test_schema_has_no_drift(plugin: PluginInfo, core: Core) -> None:
    """Models and migrations say the same."""
    assert _drift(core, plugin) == []


def test_schema_goes_up_down_and_up(plugin: PluginInfo, core: Core) -> None:
    """Going back to the base leaves the version table only, and the way up works again."""
    with _without_tables(core, plugin):
        assert _tables(core, plugin) == set()
    assert _tables(core, plugin) == set(plugin.tables)
    assert _drift(core, plugin) == []


# ---------------------------------------------------------------------------------- its pages


def test_every_route_stands_under_its_prefix(plugin: PluginInfo, core: Core, app: Flask) -> None:
    """Its pages are at /<plugin>/, its resources at /api/v1/<plugin>/, but for short addresses."""
    short = (f"/{each.word}" for each in core.plugins.collect(specs.short_addresses))
    prefixes = (f"/{plugin.name}/", f"/api/v1/{plugin.name}/", *short)
    assert [r.rule for r in _rules(core, app, plugin) if not r.rule.startswith(prefixes)] == []


def test_every_view_names_a_declared_permission(plugin: PluginInfo, core: Core, app: Flask) -> None:
    """No view asks for a permission that nobody could ever hold."""
    declared = {permission.name for permission in core.plugins.collect(specs.permissions)}
    named = {
        rule.endpoint: permission_of(app.view_functions[rule.endpoint])
        for rule in _rules(core, app, plugin)
    }
    assert {view: name for view, name in named.items() if name and name not in declared} == {}


def test_unsafe_methods_need_the_form_token(
    plugin: PluginInfo, core: Core, app: Flask, administrator: Person, sign_in: SignIn
) -> None:
    """A form that another site sends in the name of somebody signed in is refused."""
    app.config["WTF_CSRF_ENABLED"] = True
    browser = sign_in(administrator)
    answers = {
        f"{method} {rule.rule}": browser.open(_path(rule), method=method).status_code
        for rule in _rules(core, app, plugin)
        for method in (rule.methods or set()) - SAFE_METHODS
        if not rule.rule.startswith("/api/")
    }
    assert {view: status for view, status in answers.items() if status != 400} == {}


def test_templates_compile_and_hold_nothing_inline(plugin: PluginInfo, app: Flask) -> None:
    """The policy of every page forbids inline script and style, attributes included."""
    folder = plugin.folder / "templates"
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        app.jinja_env.get_template(f"{plugin.name}/{name}")
        assert INLINE.findall(path.read_text("utf-8")) == [], name


@pytest.mark.parametrize("language", ["en", "de"])
def test_pages_answer_in_english_and_german(
    language: str, plugin: PluginInfo, core: Core, app: Flask, desk: Desk, sign_in: SignIn
) -> None:
    """Each page and resource that needs no further word answers, empty as the installation is."""
    readers = contract_people.readers(desk)
    readers["administrator"].language = readers["customer"].language = language
    scopes = list(access.grants(desk)["administrator"])
    token = tokens.make_token(desk, readers["administrator"], "contract", scopes)
    desk.commit()
    browsers = {role: sign_in(reader) for role, reader in readers.items()}
    for rule in _rules(core, app, plugin):
        if "GET" in (rule.methods or ()) and not rule.arguments:
            # Resources know no sessions: a program reads them with a token.
            bearer = {"Authorization": f"Bearer {token}"} if "/api/" in rule.rule else None
            role = contract_people.role_for(desk, app, rule)
            answer = browsers[role].get(rule.rule, headers=bearer)
            assert answer.status_code in (200, 302), rule.rule
            assert INLINE.findall(answer.text) == [], rule.rule


def test_catalogues_are_complete(plugin: PluginInfo) -> None:
    """Each text is there in German; where it says "Sie", the familiar catalogue says "du"."""
    assert texts.missing(plugin.folder, "de", shell.ROOT) == {}
    assert texts.needless(plugin.folder) == set()
    assert texts.unfamiliar(plugin.folder) == set()
    assert [texts.misfitting(plugin.folder, each) for each in ("de", "de@du")] == [set(), set()]


# ----------------------------------------------------------------------- settings and jobs


def test_settings_go_in_and_come_out(plugin: PluginInfo, core: Core, desk: Desk) -> None:
    """The defaults pass their own form's checks and survive being stored."""
    for name, declared in core.plugins.collect_named(specs.settings_forms):
        if name != plugin.name:
            continue
        values = settings.defaults(declared)
        assert json.loads(json.dumps(values)) == values
        sent = {
            key: "y" if value is True else str(value)
            for key, value in values.items()
            if value is not False
        }
        form = declared.form(MultiDict({**sent, "sent": "1"}), meta={"csrf": False})
        assert (form.validate(), form.errors) == (True, {})
        settings.write(desk, declared.name, values)
        desk.commit()
        assert settings.read(desk, declared.name) == values


def test_jobs_do_no_harm_when_run_twice(plugin: PluginInfo, core: Core) -> None:
    """A periodic job that runs a second time adds nothing to the plugin's tables."""
    for name, job in core.plugins.collect_named(specs.jobs):
        if name != plugin.name or job.every is None:
            continue
        counts = []
        for _time in range(2):
            with desk_for(core, write=True) as desk:
                job.run(desk)
            counts.append(_row_counts(core, plugin))
        assert counts[0] == counts[1], job.name


# ------------------------------------------------------------------------- beside the core


def test_core_pages_answer_with_the_plugin(plugin: PluginInfo, core: Core) -> None:
    """The lists and the page of a ticket are there, and nothing of the plugin fails on them."""
    assert _visit(core) == {200}
    assert plugin.name not in core.plugins.errors


def test_core_pages_answer_while_every_hook_raises(
    plugin: PluginInfo, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In life a plugin that fails everywhere costs its own part and no page of the core."""
    core = application.create_core(replace(config, strict=False))
    for implementation in _implementations(core, plugin.name):
        if inspect.signature(implementation.function).parameters:
            monkeypatch.setattr(implementation, "function", _raising(implementation.function))
    assert _visit(core) == {200}
    assert core.plugins.errors[plugin.name] or not _answers_anything(core, plugin.name)
    core.engine.dispose()


def test_removal_leaves_the_core_green(plugin: PluginInfo, core: Core, config: Config) -> None:
    """Switched off and with its tables gone, it is missed by nothing."""
    with _without_tables(core, plugin):
        bare = application.create_core(replace(config, plugins_off=(plugin.name,)))
        assert _visit(bare) == {200}
        bare.engine.dispose()


def test_purge_leaves_nothing_behind(plugin: PluginInfo, core: Core) -> None:
    """What `tresen plugins purge` finds by the plugin's name is all that it made."""
    with _without_tables(core, plugin):
        before = _objects(core)
    remains.purge(core, plugin.name)
    after = _objects(core)
    migrate.upgrade(core.engine, revisions.chains_of(core.plugins))
    assert {name for name in before if VERSIONS + plugin.name not in name} == after


def _implementations(core: Core, name: str) -> Iterator[HookImpl]:
    manager = core.plugins.pm
    for caller in manager.get_hookcallers(manager.get_plugin(name)) or ():
        yield from (each for each in caller.get_hookimpls() if each.plugin_name == name)


def _answers_anything(core: Core, name: str) -> bool:
    visited = {"page_panels", "ticket_route", "ticket_opened", "message_added", "rail_groups"}
    return any(each.function.__name__ in visited for each in _implementations(core, name))


def _annotations(function: Callable[..., Any]) -> dict[str, str]:
    """Return the annotations as text, without the modules' names."""
    found = {}
    for name, annotation in function.__annotations__.items():
        text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
        found[name] = LAST_NAME.sub(r"\1", text.strip("'\""))
    return found


def _raising(function: Callable[..., Any]) -> Callable[..., Any]:
    def fail(*_arguments: Any) -> Any:
        raise RuntimeError(f"{function.__name__} fails on purpose")

    fail.__name__ = function.__name__
    return fail


def _chain(core: Core, plugin: PluginInfo) -> revisions.Chain | None:
    chains = {chain.name: chain for chain in revisions.chains_of(core.plugins)}
    return chains.get(plugin.name)


def _drift(core: Core, plugin: PluginInfo) -> list[Any]:
    chain = _chain(core, plugin)
    if chain is None:
        return sorted(plugin.tables)
    with core.engine.connect() as connection:
        return migrate.drift(connection, chain)


@contextmanager
def _without_tables(core: Core, plugin: PluginInfo) -> Iterator[None]:
    chain = _chain(core, plugin)
    if chain is None:
        yield
        return
    migrate.run_to(core.engine, chain, "base")
    try:
        yield
    finally:
        migrate.upgrade(core.engine, [chain])


def _objects(core: Core) -> set[str]:
    """Return what the database holds: tables and indexes, triggers and functions."""
    found = OBJECTS[core.engine.dialect.name]
    with core.engine.connect() as connection:
        return set(connection.exec_driver_sql(found).scalars())


def _tables(core: Core, plugin: PluginInfo) -> set[str]:
    names = inspect_database(core.engine).get_table_names()
    return {name for name in names if name.startswith(f"{plugin.name}_")}


def _row_counts(core: Core, plugin: PluginInfo) -> dict[str, int | None]:
    with desk_for(core) as desk:
        return {
            name: desk.session.scalar(select(func.count()).select_from(metadata.tables[name]))
            for name in plugin.tables
        }


def _rules(core: Core, app: Flask, plugin: PluginInfo) -> list[Rule]:
    brought = core.plugins.collect_named(specs.blueprints)
    brought += core.plugins.collect_named(specs.rest_blueprints)
    own = {blueprint.name for name, blueprint in brought if name == plugin.name}
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in own]


def _path(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "1", rule.rule)


def _visit(core: Core) -> set[int]:
    """Open a ticket and look at the core's pages as an administrator; return the statuses."""
    app = application.create_app(core)
    with desk_for(core, write=True) as desk:
        boss = factories.make_person(desk, "Bo", "bo@tresen.example", role="administrator")
        customer = factories.make_customer(desk, "Cy", "cy@customer.example")
        number = factories.make_ticket(desk, customer).number
        token = access.start_session(desk, boss, "127.0.0.1", "contract")
    browser = app.test_client()
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    return _core_pages(browser, number)


def _core_pages(browser: FlaskClient, number: int) -> set[int]:
    pages = ("/", "/tickets/", f"/tickets/{number}", "/admin/health", "/admin/plugins")
    return {browser.get(page, follow_redirects=True).status_code for page in pages}
