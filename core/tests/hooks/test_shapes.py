# SPDX-License-Identifier: AGPL-3.0-or-later
"""An answer of another form than the specification names is its plugin's error, on every page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hooks.workshop import HOOK, Workshop
from sqlalchemy import event, select, true
from tresen import app as application
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.desk import Core, desk_for
from tresen.hooks import records, specs
from tresen.hooks.places import Place
from tresen.hooks.shapes import shape_of
from tresen.people.models import Team
from tresen.testing import factories

Start = Callable[[], Core]
IMPORTS = "from tresen.sdk import *\nfrom sqlalchemy import false\nfrom wtforms import Form\n"


def browser_of(core: Core, language: str = "en") -> tuple[FlaskClient, int]:
    """Return an administrator's browser and the number of a ticket."""
    with desk_for(core, write=True) as desk:
        boss = factories.make_person(desk, "Bo", "bo@tresen.example", role="administrator")
        boss.language = language
        customer = factories.make_customer(desk, "Cy", "cy@customer.example")
        number = factories.make_ticket(desk, customer, subject="Plain").number
        token = access.start_session(desk, boss, "127.0.0.1", "shapes")
    browser = application.create_app(core).test_client()
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    return browser, number


@pytest.mark.parametrize(
    ("spec", "answer", "read"),
    [
        (specs.health_checks, None, []),
        (specs.health_checks, (), []),
        (specs.ticket_scopes, [true()], [true()]),
        (specs.rest_extras, [{1: {}}], [{1: {}}]),
        (specs.ticket_route, None, None),
        (specs.ticket_route, records.Route(1), records.Route(1)),
        (specs.ticket_opened, 5, 5),
    ],
)
def test_answer_of_the_form_is_read(spec: Callable[..., Any], answer: Any, read: Any) -> None:
    found = shape_of(spec)(answer)
    assert str(found) == str(read)


@pytest.mark.parametrize(
    ("spec", "answer", "sentence"),
    [
        (specs.health_checks, [7], "Its hook health_checks answers 7, which is no Check."),
        (specs.page_panels, ["x"], "Its hook page_panels answers 'x', which is no Panel."),
        (specs.ticket_route, "us", "Its hook ticket_route answers 'us', which is no Route."),
        (specs.blueprints, [5], "Its hook blueprints answers 5, which is no Blueprint."),
        (specs.cli_commands, [5], "Its hook cli_commands answers 5, which is no Command."),
        (specs.rest_extras, [1], "Its hook rest_extras answers 1, which is no dict."),
        (specs.ticket_scopes, [5], "Its hook ticket_scopes answers 5, which is no ColumnElement."),
    ],
)
def test_answer_of_another_form_is_told(
    spec: Callable[..., Any], answer: Any, sentence: str
) -> None:
    with pytest.raises(TypeError) as refusal:
        shape_of(spec)(answer)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "hook",
    [
        *("permissions", "settings_forms", "blueprints", "rest_blueprints", "nav_items", "jobs"),
        *("cli_commands", "services", "ticket_columns", "ticket_filters", "search_sources"),
    ],
)
def test_list_of_something_else_sets_its_plugin_aside(
    workshop: Workshop, lenient: Start, hook: str
) -> None:
    workshop.make("odd", f"{HOOK}def {hook}(): return [5]")
    core = lenient()
    assert list(core.plugins.set_aside) == ["odd"]
    assert core.plugins.set_aside["odd"].startswith(f"Its hook {hook} answers 5, which is no ")


def test_hook_that_is_wrapped_sets_its_plugin_aside(workshop: Workshop, lenient: Start) -> None:
    wrapper = "from tresen.sdk import hookimpl\n@hookimpl(wrapper=True)\n"
    workshop.make("wrap", f"{wrapper}def rail_groups(desk): return (yield)")
    sentence = "It wraps the hook rail_groups: answer it, and leave others theirs."
    assert lenient().plugins.set_aside == {"wrap": sentence}


ODD_COLUMN = "[Column('odd', 'Odd', lambda d, i: None)]"
ODD_CHOICES = "[Filter('odd', 'Odd', lambda d: [1], lambda d, s, v: s)]"
ODD_APPLY = "[Filter('odd', 'Odd', lambda d: [], lambda d, s, v: None)]"
ODD_BADGE = "[NavItem('Odd', 'tickets.index', 'tickets.read', badge=lambda d: 'many')]"
ODD_SOURCE = "[SearchSource('odd', 'Odd', lambda d: false(), lambda d, i: {}, lambda d, q: 1 / 0)]"
ODD_FORM = "[SettingsForm('odd', 'Odd', Form, lambda d, f: 1 / 0)]"
PARTS = {
    "health": ("health_checks(desk): return [7]", "/admin/health"),
    "panel": ("page_panels(desk, page, subject): return ['x']", "/tickets/{}"),
    "rail": ("rail_groups(desk): return ['x']", "/tickets/"),
    "mark": ("message_marks(desk, messages): return ['x']", "/tickets/{}"),
    "column": (f"ticket_columns(): return {ODD_COLUMN}", "/tickets/?show=all&columns=odd"),
    "choices": (f"ticket_filters(): return {ODD_CHOICES}", "/tickets/?show=all"),
    "apply": (f"ticket_filters(): return {ODD_APPLY}", "/tickets/?odd=1"),
    "badge": (f"nav_items(): return {ODD_BADGE}", "/tickets/"),
    "direct": (f"search_sources(): return {ODD_SOURCE}", "/search/?q=hello"),
    "offer": (f"settings_forms(): return {ODD_FORM}", "/admin/settings/odd"),
    "exit": ("rail_groups(desk): raise SystemExit(2)", "/tickets/"),
}


@pytest.mark.parametrize("part", PARTS)
def test_part_of_another_form_costs_its_plugin_only(
    workshop: Workshop, lenient: Start, part: str
) -> None:
    hook, page = PARTS[part]
    workshop.make("odd", f"{IMPORTS}{HOOK}def {hook}")
    core = lenient()
    browser, number = browser_of(core)
    assert browser.get(page.format(number)).status_code == 200
    assert (core.plugins.set_aside, list(core.plugins.errors)) == ({}, ["odd"])


def test_ticket_is_opened_though_its_route_is_of_another_form(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("odd", f"{HOOK}def ticket_route(desk, ticket): return 'support'")
    core = lenient()
    with desk_for(core, write=True) as desk:
        assert factories.make_ticket(desk, None).number == 10_001
    assert list(core.plugins.errors) == ["odd"]


@pytest.mark.parametrize("verb", ["commit", "rollback"])
def test_plugin_cannot_end_the_transaction_of_its_caller(
    workshop: Workshop, lenient: Start, verb: str
) -> None:
    workshop.make("hasty", f"{HOOK}def ticket_opened(desk): desk.session.{verb}()")
    core = lenient()
    with pytest.raises(KeyError), desk_for(core, write=True) as desk:
        desk.session.add(Team(name="Half done"))
        factories.make_ticket(desk, None)
        raise KeyError
    with desk_for(core, write=True) as desk:
        desk.session.add(Team(name="Whole"))
        factories.make_ticket(desk, None)
    with desk_for(core) as desk:
        assert list(desk.session.scalars(select(Team.name))) == ["Whole"]
    assert list(core.plugins.errors) == ["hasty"]


def test_what_the_core_wrote_wrongly_is_no_plugins_error(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("calm", f"{HOOK}def health_checks(desk): return []")
    core = lenient()
    with pytest.raises(Exception, match=r"(?i)unique"), desk_for(core, write=True) as desk:
        desk.session.add_all([Team(name="Same"), Team(name="Same")])
        desk.gather(specs.health_checks)
    assert dict(core.plugins.errors) == {}


def test_catalogue_that_cannot_be_read_leaves_its_plugin_english(
    workshop: Workshop, lenient: Start
) -> None:
    broken = 'msgid "a\nmsgstr\n garbage'
    workshop.make("torn", f"{HOOK}def jobs(): return []", **{"locale/de/torn.po": broken})
    core = lenient()
    browser, _number = browser_of(core, "de")
    page = browser.get("/tickets/")
    assert (page.status_code, "Anfragende Person" in page.text) == (200, True)
    assert list(core.plugins.errors) == ["torn"]


EVERYWHERE = """
from flask import Blueprint
pages = Blueprint("wide", __name__)
{hook}
def meddle(*_): 1 / 0
"""


@pytest.mark.parametrize(
    "hook",
    [
        *("@pages.before_app_request", "@pages.after_app_request", "@pages.app_errorhandler(404)"),
        *("@pages.app_context_processor", "@pages.teardown_app_request"),
    ],
)
def test_plugin_that_runs_in_every_request_is_set_aside(
    workshop: Workshop, lenient: Start, hook: str
) -> None:
    workshop.make("wide", f"{EVERYWHERE.format(hook=hook)}{HOOK}def blueprints(): return [pages]")
    core = lenient()
    browser, _number = browser_of(core)
    assert browser.get("/tickets/").status_code == 200
    assert core.plugins.set_aside == {
        "wide": (
            "Its pages run code in every request of the core: keep to before_request and its "
            "like, which belong to the blueprint alone."
        )
    }


def test_lists_are_asked_once_and_a_muted_plugins_are_left_out(
    workshop: Workshop, lenient: Start
) -> None:
    counting = "asked = []\n" + HOOK
    hook = "def ticket_columns():\n    asked.append(1)\n    return [Column('count.n', 'N', print)]"
    workshop.make("count", f"from tresen.sdk import Column\n{counting}{hook}")
    core = lenient()
    asked = core.plugins.pm.get_plugin("count").asked
    asked.clear()
    found = [[c.key for c in core.plugins.collect(specs.ticket_columns)] for _time in range(3)]
    assert (asked, ["count.n" in keys for keys in found]) == ([1], [True] * 3)
    core.plugins.muted.add("count")
    assert "count.n" not in [column.key for column in core.plugins.collect(specs.ticket_columns)]


def test_panel_of_every_place_is_one(workshop: Workshop, lenient: Start) -> None:
    panels = [records.Panel(place, "Odd", "odd/panel.html") for place in Place]
    assert shape_of(specs.page_panels)(panels) == panels


SQL = """
from sqlalchemy import select, text
from tresen.sdk import Check, Team, hookimpl
@hookimpl
def health_checks(desk):
    desk.session.add(Team(name="Of the plugin"))
    desk.session.flush()
    desk.session.execute(text("SELECT nothing FROM nowhere"))
"""


@pytest.mark.parametrize("has_written", [False, True])
def test_failing_statement_on_a_reading_desk_undoes_what_the_plugin_wrote_alone(
    workshop: Workshop, lenient: Start, has_written: bool
) -> None:
    workshop.make("failing", SQL)
    core = lenient()
    with desk_for(core) as desk:
        if has_written:
            desk.session.add(Team(name="Of the core"))
            desk.session.flush()
        desk.gather(specs.health_checks)
        found = list(desk.session.scalars(select(Team.name)))
    assert (found, list(core.plugins.errors)) == (["Of the core"] * has_written, ["failing"])


@pytest.mark.parametrize(("write", "savepoints"), [(False, 0), (True, 1)])
def test_savepoint_is_taken_where_there_is_something_to_save(
    workshop: Workshop, lenient: Start, write: bool, savepoints: int
) -> None:
    hook = f"{HOOK}def health_checks(desk): desk.session.execute(select(1))"
    workshop.make("calm", f"from sqlalchemy import select\n{hook}")
    core = lenient()
    core.plugins.muted.update(set(core.plugins.taken_in) - {"calm"})
    taken: list[str] = []
    event.listen(core.engine, "savepoint", lambda _connection, name: taken.append(name))
    with desk_for(core, write=write) as desk:
        desk.gather(specs.health_checks)
    assert len(taken) == savepoints
