# SPDX-License-Identifier: AGPL-3.0-or-later
"""The administration: plugins with their sentences, settings from forms, health, and who may."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hooks.workshop import Workshop
from sqlalchemy import select
from tresen import app as application
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.config import Config
from tresen.desk import Core, desk_for
from tresen.journal.models import JournalEntry
from tresen.people.models import Person
from tresen.settings import service as settings
from tresen.settings.models import Setting
from tresen.switches import switch
from tresen.testing import factories

SETTINGS = """
from tresen.sdk import SettingsForm, hookimpl
from wtforms import BooleanField, Form, IntegerField
from wtforms.validators import InputRequired, NumberRange

class OvenForm(Form):
    heat = IntegerField("Heat", [InputRequired(), NumberRange(0, 300)], default=180)
    fan = BooleanField("Fan", default=True)

@hookimpl
def settings_forms():
    return [SettingsForm("oven", "Oven", OvenForm)]
"""
PAGES = ("/admin/health", "/admin/plugins", "/admin/settings", "/admin/plugins/oven")
FORM = "/admin/settings/oven"
TICKETS = "/admin/settings/tickets"


@pytest.fixture
def lively(workshop: Workshop, lenient: Callable[[], Core]) -> Core:
    """Return a core with a plugin that has settings and one that cannot be imported."""
    workshop.make("oven", SETTINGS)
    workshop.make("burnt", "import missing_module")
    return lenient()


@pytest.fixture
def boss(lively: Core) -> FlaskClient:
    """Return the browser of an administrator."""
    return browser_of(lively, "administrator")


def browser_of(core: Core, role: str) -> FlaskClient:
    app = application.create_app(core)
    app.config["WTF_CSRF_ENABLED"] = False
    with desk_for(core, write=True) as desk:
        person = factories.make_person(desk, "Ada Admin", f"{role}@tresen.example", role=role)
        token = access.start_session(desk, person, "127.0.0.1", "test")
    browser = app.test_client()
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    return browser


@pytest.mark.parametrize("page", [*PAGES, FORM])
def test_page_opens_for_administrators_only(lively: Core, page: str) -> None:
    statuses = {
        role: browser_of(lively, role).get(page).status_code
        for role in ("administrator", "agent", "customer")
    }
    assert statuses == {"administrator": 200, "agent": 403, "customer": 403}


def test_index_leads_to_the_health_page(boss: FlaskClient) -> None:
    assert boss.get("/admin/").location == "/admin/health"


def test_plugins_page_says_why_one_was_set_aside(boss: FlaskClient) -> None:
    page = boss.get("/admin/plugins").text
    assert "ModuleNotFoundError: No module named &#39;missing_module&#39;" in page
    assert page.count("Set aside") == 1


def test_health_page_warns_of_a_plugin_that_was_set_aside(boss: FlaskClient) -> None:
    page = boss.get("/admin/health").text
    assert page.index("burnt") < page.index("Good")


def test_health_page_speaks_of_parts_by_their_titles(boss: FlaskClient) -> None:
    page = boss.get("/admin/health").text
    parts = re.findall(r"<td><strong>([^<]+)</strong><br>", page)
    # Those of plugins come on top of them.
    assert set(parts) >= {
        "Failed jobs",
        "Held mails",
        "Jobs",
        "Mails and what became of them",
        "Mails that wait",
        "Outgoing mails",
        "Plugin burnt",
        "Room on the disk",
        "Search",
        "Stored mails",
        "Worker",
    }


def test_muted_plugin_is_shown_with_its_errors(lively: Core) -> None:
    browser = browser_of(lively, "administrator")
    for _ in range(10):
        lively.plugins.note("oven", "some_hook", ValueError("cold"))
    page = browser.get("/admin/plugins/oven").text
    assert "It failed 10 times within ten minutes and rests for an hour." in page


def test_plugin_page_names_what_it_declares(boss: FlaskClient) -> None:
    page = boss.get("/admin/plugins/oven").text
    assert "<bdi>settings_forms</bdi>" in page
    assert "tresen-oven" in page


def test_plugin_page_says_where_it_comes_from_and_that_it_was_changed(
    workshop: Workshop, boss: FlaskClient
) -> None:
    info = workshop.folder / "tresen_oven-1.dist-info"
    assert "Unmodified" in boss.get("/admin/plugins/oven").text
    (info / "METADATA").write_text("Name: tresen-oven\nVersion: 1\nLicense: EUPL-1.2\n")
    (info / "RECORD").write_text("tresen_oven/hooks.py,sha256=AAAA,1\n")
    page = boss.get("/admin/plugins/oven").text
    assert "EUPL-1.2" in page
    assert "Changed here" in page
    assert "<code>tresen_oven/hooks.py</code>" in page


def test_switch_takes_effect_at_the_next_start_and_is_recorded(
    lively: Core, boss: FlaskClient, lenient: Callable[[], Core]
) -> None:
    boss.post("/admin/plugins/oven/switch", data={"on": "0"})
    page = boss.get("/admin/plugins/oven").text
    assert "It is left out from the next start of Tresen on." in page
    assert "Switch on" in page
    assert "oven" in lively.plugins.taken_in
    assert lenient().plugins.set_aside["oven"] == "It is switched off."
    with desk_for(lively) as desk:
        rows = desk.session.scalars(
            select(JournalEntry).where(JournalEntry.subject_kind == "plugin:oven")
        )
        assert [(row.actor_name, row.action) for row in rows] == [("Ada Admin", "disabled")]


def test_plugin_that_is_off_is_no_finding_and_can_be_switched_on(
    config: Config, workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("oven", SETTINGS)
    workshop.make("burnt", "import missing_module")
    for name in ("oven", "burnt"):
        switch(config.data_dir, name, on=False)
    page = browser_of(lenient(), "administrator")
    assert page.get("/admin/plugins").text.count("Switched off") == 2
    assert "burnt" not in page.get("/admin/health").text
    page.post("/admin/plugins/oven/switch", data={"on": "1"})
    assert "It is taken in at the next start of Tresen." in page.get("/admin/plugins/oven").text
    assert "oven" in lenient().plugins.taken_in


def test_unknown_plugin_and_settings_are_missing(boss: FlaskClient) -> None:
    assert boss.get("/admin/plugins/nowhere").status_code == 404
    assert boss.get("/admin/settings/nowhere").status_code == 404
    assert boss.post("/admin/settings/nowhere/reset").status_code == 404
    assert boss.post("/admin/settings/nowhere/reset/undo").status_code == 404


def test_settings_are_kept_and_recorded(lively: Core, boss: FlaskClient) -> None:
    answer = boss.post(FORM, data={"heat": "220"})
    assert (answer.status_code, answer.location) == (302, FORM)
    with desk_for(lively) as desk:
        assert settings.read(desk, "oven") == {"heat": 220, "fan": False}
        rows = desk.session.scalars(
            select(JournalEntry).where(JournalEntry.subject_kind == "settings:oven")
        )
        assert {row.field: (row.old, row.new) for row in rows} == {
            "heat": (180, 220),
            "fan": (True, False),
        }


def test_wrong_setting_is_shown_again_with_its_error(lively: Core, boss: FlaskClient) -> None:
    answer = boss.post(FORM, data={"heat": "999", "fan": "y"})
    assert answer.status_code == 422
    assert 'value="999"' in answer.text
    assert "Number must be between 0 and 300." in answer.text
    with desk_for(lively) as desk:
        assert settings.read(desk, "oven") == {"heat": 180, "fan": True}


def test_settings_go_back_to_the_defaults(lively: Core, boss: FlaskClient) -> None:
    boss.post(FORM, data={"heat": "220"})
    assert boss.post(f"{FORM}/reset").location == FORM
    with desk_for(lively) as desk:
        assert settings.read(desk, "oven") == {"heat": 180, "fan": True}
        assert desk.session.get(Setting, "oven") is None
    assert boss.post(f"{FORM}/reset").status_code == 302


def test_settings_that_went_back_to_the_defaults_have_a_way_back(
    lively: Core, boss: FlaskClient
) -> None:
    boss.post(FORM, data={"heat": "220"})
    page = boss.post(f"{FORM}/reset", follow_redirects=True).text
    assert f'hx-post="{FORM}/reset/undo"' in page
    page = boss.post(f"{FORM}/reset/undo", follow_redirects=True).text
    assert "The settings are as they were." in page
    with desk_for(lively) as desk:
        assert settings.read(desk, "oven") == {"heat": 220, "fan": False}
    page = boss.post(f"{FORM}/reset/undo", follow_redirects=True).text
    assert "Nothing was undone: it has been changed since." in page


def test_settings_that_are_the_defaults_offer_no_way_back(boss: FlaskClient) -> None:
    page = boss.post(f"{FORM}/reset", follow_redirects=True).text
    assert ("The settings are the defaults again." in page, "/reset/undo" in page) == (True, False)


def test_settings_page_lists_the_groups(lively: Core, boss: FlaskClient) -> None:
    assert f'href="{FORM}"' in boss.get("/admin/settings").text


def test_administration_stands_in_the_rail_of_administrators(
    sign_in: Callable[[Person], FlaskClient], administrator: Person, agent: Person
) -> None:
    shown = {
        person.role: 'href="/admin/"' in sign_in(person).get("/tickets/").text
        for person in (administrator, agent)
    }
    assert shown == {"administrator": True, "agent": False}


def test_settings_offer_what_stands_in_the_database(lively: Core, boss: FlaskClient) -> None:
    with desk_for(lively, write=True) as desk:
        team = factories.make_team(desk, "First Level")
    form = {"default_team": team.id, "undo_seconds": 5, "close_after_days": 14}
    assert f'<option value="{team.id}">First Level</option>' in boss.get(TICKETS).text
    assert boss.post(TICKETS, data=form | {"default_team": "999"}).status_code == 422
    assert boss.post(TICKETS, data=form).status_code == 302
    assert f'<option selected value="{team.id}">First Level</option>' in boss.get(TICKETS).text
    with desk_for(lively) as desk:
        assert settings.read(desk, "tickets") == form


@pytest.mark.parametrize(
    ("page", "area"),
    [
        ("/admin/health", "Administration"),
        (FORM, "Administration"),
        ("/mail/mailboxes", "Mail"),
        ("/people/organisations/", "Organisations"),
    ],
)
def test_area_is_marked_on_each_of_its_pages(boss: FlaskClient, page: str, area: str) -> None:
    marked = re.findall(
        r'class="rail-item"[^>]*title="([^"]+)"[^>]*aria-current="page"', boss.get(page).text
    )
    assert marked == [area]
