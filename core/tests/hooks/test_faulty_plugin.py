# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plugins with one fault each: every one is set aside with its sentence, and the rest runs.

They are real packages with real metadata, found by their entry points like any other.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from hooks.workshop import HOOK, TABLE, Workshop
from tresen import app as application
from tresen import fitness
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.config import Config
from tresen.db import metadata
from tresen.desk import Core, desk_for
from tresen.errors import Misconfigured, Refused
from tresen.hooks import specs
from tresen.hooks.caller import MUTE_AFTER, MUTE_WINDOW
from tresen.mail.records import Mail
from tresen.people.models import Team
from tresen.testing import factories
from tresen.tickets import queries

FAULTS = {
    "import": ("import missing_module", "ModuleNotFoundError: No module named 'missing_module'"),
    "exit": ("raise SystemExit(3)", "SystemExit: 3"),
    "unknown": (
        f"{HOOK}def ticket_opend(): ...",
        "It answers the hook 'ticket_opend', which Tresen does not know.",
    ),
    "silent": (
        f"{HOOK}def permissions(): ...",
        "Its hook permissions returns None instead of a list.",
    ),
    "raising": (f"{HOOK}def permissions(): return 1 / 0", "ZeroDivisionError: division by zero"),
    "mapping": (
        TABLE.format(base="mapping", column="others: Mapped[list['Nowhere']] = relationship()"),
        "expression 'Nowhere' failed to locate a name",
    ),
    "loose": (
        TABLE.format(
            base="loose", column="t_id: Mapped[int] = mapped_column(ForeignKey('ticket.id'))"
        ),
        "Its foreign key loose_thing.t_id to ticket says no ondelete rule",
    ),
    "foreign": (
        TABLE.format(base="other", column=""),
        "Its table other_thing does not begin with foreign_.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_plugin_with_a_fault_is_set_aside_with_its_sentence(
    name: str, workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    hooks, sentence = FAULTS[name]
    tables = set(metadata.tables)
    workshop.make(name, hooks)
    plugins = lenient().plugins
    assert sentence in plugins.set_aside[name]
    assert (name in plugins.taken_in, plugins.pm.has_plugin(name)) == (False, False)
    assert set(metadata.tables) == tables


@pytest.mark.parametrize(
    ("needs", "sentence"),
    [
        ("tresen>=99", "It needs tresen>=99, but tresen 0.1.0 is installed."),
        (
            "not-there>=1",
            "It needs not-there>=1, which is not installed: pip install 'not-there>=1'",
        ),
    ],
)
def test_plugin_whose_requirement_fails_is_not_even_imported(
    workshop: Workshop, lenient: Callable[[], Core], needs: str, sentence: str
) -> None:
    workshop.make("wanting", "raise SystemExit", needs=needs)
    assert lenient().plugins.set_aside["wanting"] == sentence
    assert "tresen_wanting" not in sys.modules


def test_plugin_without_a_docstring_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("mute", "", doc="")
    sentence = "Its package tresen_mute has no docstring to take the title from."
    assert lenient().plugins.set_aside == {"mute": sentence}


def test_plugin_named_like_a_slice_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("tickets", "")
    sentence = "The name 'tickets' is taken by a part of the core or another plugin."
    assert lenient().plugins.set_aside == {"tickets": sentence}


def test_five_faults_at_once_leave_the_others_running(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    for name in ("import", "exit", "unknown", "mapping", "loose"):
        workshop.make(name, FAULTS[name][0])
    for name in ("alpha", "omega"):
        workshop.make(name, f"{HOOK}def permissions(): return []")
    core = lenient()
    assert sorted(core.plugins.set_aside) == ["exit", "import", "loose", "mapping", "unknown"]
    assert {"alpha", "omega"} <= set(core.plugins.taken_in)
    assert application.create_app(core).test_client().get("/").status_code == 200


def test_plugin_switched_off_or_in_safe_mode_is_not_imported(
    config: Config, workshop: Workshop
) -> None:
    workshop.make("calm", "")
    off = application.create_core(replace(config, plugins_off=("calm",)))
    assert off.plugins.set_aside == {"calm": "It is switched off by the option plugins_off."}
    safe = application.create_core(replace(config, safe=True))
    assert (safe.plugins.set_aside, safe.plugins.taken_in) == ({}, {})
    assert "tresen_calm" not in sys.modules


REVISION = 'revision = "0001"\ndown_revision = None\ndef upgrade(): ...\n'


def test_plugin_whose_schema_lags_is_set_aside_before_it_serves(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("lagging", "", **{"migrations/0001_first.py": REVISION})
    core = lenient()
    fitness.check_schema(core)
    sentence = "The database lacks 1 revisions of lagging: tresen upgrade"
    assert core.plugins.set_aside == {"lagging": sentence}


PAGES = """
from flask import Blueprint
pages = Blueprint({name!r}, __name__)
@pages.get("/")
def front():
    return "front"
"""


OWNERLESS = """
from tresen.sdk import Column, Filter, Job, Permission, SearchSource, Service, SettingsForm
from tresen.sdk import hookimpl
from wtforms import Form
@hookimpl
def {hook}(): return [{record}]
"""


@pytest.mark.parametrize(
    ("hook", "record", "called"),
    [
        ("permissions", 'Permission("look", "Look")', "look"),
        ("settings_forms", 'SettingsForm("tickets", "Tickets", Form)', "tickets"),
        ("jobs", 'Job("strayer.clean", print)', "strayer.clean"),
        ("search_sources", 'SearchSource("ticket", "Tickets", print, print)', "ticket"),
        ("services", 'Service("queue", print)', "queue"),
        ("ticket_columns", 'Column("tags", "Tags", print)', "tags"),
        ("ticket_filters", 'Filter("state", "State", print, print, print)', "state"),
    ],
)
def test_record_that_says_not_whose_it_is_sets_its_plugin_aside(
    workshop: Workshop, lenient: Callable[[], Core], hook: str, record: str, called: str
) -> None:
    workshop.make("stray", OWNERLESS.format(hook=hook, record=record))
    sentence = f"{called!r} among its {hook} does not begin with stray."
    assert lenient().plugins.set_aside == {"stray": sentence}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ticket", "Its tables could not be told from the core's ticket_"),
        ("calm_sea", "Its tables could not be told from those of the plugin calm."),
    ],
)
def test_name_that_begins_like_anothers_is_refused(
    workshop: Workshop, lenient: Callable[[], Core], name: str, sentence: str
) -> None:
    workshop.make("calm", "")
    workshop.make(name, "")
    found = lenient().plugins.set_aside
    assert sorted(found) == [name]
    assert found[name].startswith(sentence)


def test_plugin_whose_view_names_no_permission_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    pages = PAGES.format(name="bare")
    workshop.make("bare", f"{pages}{HOOK}def blueprints(): return [pages]")
    core = lenient()
    browser = application.create_app(core).test_client()
    assert core.plugins.set_aside == {
        "bare": "The view tresen_bare.hooks.front names no permission."
    }
    assert (browser.get("/").status_code, browser.get("/bare/").status_code) == (200, 404)


RESOURCE = """
from flask.views import MethodView
from flask_smorest import Blueprint
from tresen.sdk import needs
things = Blueprint("things", __name__, url_prefix="/things")
@things.route("/")
class Things(MethodView):
    @needs("tickets.read")
    def get(self):
        return "read"
    def {method}(self):
        return "written"
"""


@pytest.mark.parametrize("method", ["get", "post"])
def test_atk_z10_plugin_whose_resource_names_no_permission_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core], method: str
) -> None:
    resource = RESOURCE.format(method=method)
    workshop.make("gap", f"{resource}{HOOK}def rest_blueprints(): return [things, things]")
    core = lenient()
    browser = application.create_app(core).test_client()
    assert core.plugins.set_aside == {
        "gap": "The view tresen_gap.hooks.Things names no permission."
    }
    assert (browser.get("/").status_code, browser.get("/api/v1/gap/things/").status_code) == (
        200,
        404,
    )
    assert "/api/v1/tickets" in browser.get("/api/v1/openapi.json").text


def test_plugin_whose_resource_clashes_with_the_core_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    hooks = (
        "from flask_smorest import Blueprint\nmine = Blueprint('rest_people', __name__)\n"
        f"{HOOK}def rest_blueprints(): return [mine]"
    )
    workshop.make("clash", hooks)
    core = lenient()
    assert application.create_app(core).test_client().get("/").status_code == 200
    assert list(core.plugins.set_aside) == ["clash"]


def test_plugin_whose_pages_clash_with_the_core_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    pages = PAGES.format(name="portal")
    workshop.make("clash", f"{pages}{HOOK}def blueprints(): return [pages]")
    core = lenient()
    assert application.create_app(core).test_client().get("/").status_code == 200
    assert list(core.plugins.set_aside) == ["clash"]


WRITES = """
from tresen.sdk import Refused, Team
{hook}def ticket_opened(desk):
    desk.session.add(Team(name={team!r}))
    desk.session.flush()
    {then}
"""


def test_listener_that_raises_loses_its_own_writing_only(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    for name, then in (("first", ""), ("second", "1 / 0"), ("third", "")):
        workshop.make(name, WRITES.format(hook=HOOK, team=f"{name} team", then=then))
    core = lenient()
    with desk_for(core, write=True) as desk:
        ticket = factories.make_ticket(desk, None)
        number = ticket.number
    with desk_for(core) as desk:
        names = desk.session.query(Team.name).where(Team.name.like("% team")).all()
        assert sorted(name for (name,) in names) == ["first team", "third team"]
        assert number == 10_001
    assert {name: len(errors) for name, errors in core.plugins.errors.items()} == {"second": 1}


def test_guard_lets_only_a_refusal_through(workshop: Workshop, lenient: Callable[[], Core]) -> None:
    guard = "{hook}def before_mail_taken(desk, mail):\n    {then}\n"
    workshop.make("broken", guard.format(hook=HOOK, then="raise KeyError('lost')"))
    with desk_for(lenient()) as desk:
        desk.guard(specs.before_mail_taken, Mail("<a@b.example>"))
    refusal = "from tresen.sdk import Refused\n"
    workshop.make("strict", refusal + guard.format(hook=HOOK, then="raise Refused('No.')"))
    with desk_for(lenient()) as desk, pytest.raises(Refused, match=r"^No\.$"):
        desk.guard(specs.before_mail_taken, Mail("<a@b.example>"))


def test_plugin_that_keeps_failing_is_muted_until_the_next_start(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("noisy", f"{HOOK}def health_checks(desk): return 1 / 0")
    core = lenient()
    moment = 0.0
    core.plugins.tick = lambda: moment
    with desk_for(core) as desk:
        for _ in range(MUTE_AFTER - 1):
            desk.gather(specs.health_checks)
        moment = MUTE_WINDOW + 1
        desk.gather(specs.health_checks)
        assert core.plugins.muted == set()
        for _ in range(MUTE_AFTER - 1):
            desk.gather(specs.health_checks)
    assert core.plugins.muted == {"noisy"}
    assert len(core.plugins.errors["noisy"]) == MUTE_AFTER
    assert lenient().plugins.muted == set()


def test_answer_of_the_wrong_form_costs_its_plugin_only(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("wrong", f"{HOOK}def health_checks(desk): return 7")
    core = lenient()
    with desk_for(core) as desk:
        names = {check.name for check in desk.gather(specs.health_checks)}
    assert "jobs" in names
    assert list(core.plugins.errors) == ["wrong"]


def test_core_on_a_newer_schema_refuses_to_serve(core: Core) -> None:
    change = "UPDATE schema_version_core SET version_num = '{}'"
    with core.engine.begin() as connection:
        head = connection.exec_driver_sql("SELECT version_num FROM schema_version_core").scalar()
        connection.exec_driver_sql(change.format("9999"))
    with pytest.raises(Misconfigured, match="newer than the installed code"):
        fitness.check_schema(core)
    with core.engine.begin() as connection:
        connection.exec_driver_sql(change.format(head))
    fitness.check_schema(core)


LATER = """
from tresen.sdk import Column, Filter, NavItem, SearchSource, hookimpl
def fail(*_): return 1 / 0
@hookimpl
def ticket_columns(): return [Column("torn", "Torn", fail)]
@hookimpl
def ticket_filters(): return [Filter("torn", "Torn", fail, fail)]
@hookimpl
def nav_items(): return [NavItem("Torn", "tickets.page", "tickets.read", badge=fail),
                         NavItem("Lost", "nowhere.at_all", "tickets.read")]
@hookimpl
def search_sources(): return [SearchSource("torn", "Torn", fail, fail)]
"""


def test_function_inside_a_record_fails_as_gently_as_a_hook(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("torn", LATER)
    core = lenient()
    with desk_for(core, write=True) as desk:
        agent = factories.make_person(desk, "Anna Agent", "anna@tresen.example", role="agent")
        factories.make_ticket(desk, agent, subject="Plain")
        token = access.start_session(desk, agent, "127.0.0.1", "test")
    browser = application.create_app(core).test_client()
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    page = browser.get("/tickets/?show=all")
    assert (page.status_code, "Plain" in page.text) == (200, True)
    narrowed = browser.get("/tickets/?show=all&torn=1")
    assert (narrowed.status_code, "Plain" in narrowed.text) == (200, False)
    assert "Plain" in browser.get("/search/?q=plain").text
    assert list(core.plugins.errors) == ["torn"]


def test_scope_that_fails_hides_every_ticket_until_the_plugin_is_off(
    workshop: Workshop, lenient: Callable[[], Core], config: Config
) -> None:
    workshop.make("scoping", f"{HOOK}def ticket_scopes(desk): return 1 / 0")
    core = lenient()
    with desk_for(core, write=True) as desk:
        agent = factories.make_person(desk, "Anna Agent", "anna@tresen.example", role="agent")
        factories.make_ticket(desk, agent)
        actor = access.actor_for(desk, agent)
    with desk_for(core, actor) as desk:
        for _ in range(MUTE_AFTER + 1):
            assert desk.session.scalars(queries.visible(desk)).all() == []
    assert core.plugins.muted == {"scoping"}
    without = application.create_core(replace(config, plugins_off=("scoping",)))
    with desk_for(without, actor) as desk:
        assert len(desk.session.scalars(queries.visible(desk)).all()) == 1
    without.engine.dispose()
