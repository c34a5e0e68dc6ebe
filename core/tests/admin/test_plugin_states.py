# SPDX-License-Identifier: AGPL-3.0-or-later
"""In which state each plugin is shown, what its switch says, and the order of what is unwell."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hooks.workshop import HOOK, Workshop
from shipped import SHIPPED
from tresen import app as application
from tresen import i18n
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.admin import queries, service
from tresen.admin.records import Declared, HookCost, PluginState
from tresen.config import Config
from tresen.desk import Core, desk_for
from tresen.hooks import specs
from tresen.journal.queries import entries_of
from tresen.settings import service as settings
from tresen.switches import switch
from tresen.testing import factories

QUIET = f"{HOOK}def permissions(): return []\n"
OVEN = """
from datetime import timedelta
from tresen.sdk import Check, Job, Permission, SettingsForm, hookimpl
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

class OvenForm(Form):
    mode = SelectField("Mode", default="top",
        choices=[SelectChoice("top", "From above"), SelectChoice("fan", "Fan")])
    shelf = SelectField("Shelf", coerce=int, default=1)

def offer(desk, form):
    form.shelf.choices = [SelectChoice(1, "Lower"), SelectChoice(2, "Upper")]

@hookimpl
def settings_forms(): return [SettingsForm("oven", "Oven", OvenForm, offer)]
@hookimpl
def permissions(): return [Permission("oven.open", "Open"), Permission("oven.heat", "Heat")]
@hookimpl
def jobs(): return [Job("oven.cool", lambda desk: None, every=timedelta(hours=1))]
@hookimpl
def health_checks(desk):
    return [Check("oven.door", "good", "It is shut."), Check("oven.fire", "bad", "It burns."),
        Check("oven.smoke", "warning", "It smokes.")]
"""
BURNT = "It failed while being taken in: ModuleNotFoundError: No module named 'missing_module'"
OFF, BY_OPTION = "It is switched off.", "It is switched off by the option plugins_off."
HOT = "It failed 3 times since the start of this process, mostly in some_hook: ValueError: hot"
RESTS = "It failed 10 times within ten minutes and rests for an hour."


@pytest.fixture
def kitchen(config: Config, workshop: Workshop, lenient: Callable[[], Core]) -> Core:
    """Return a core with a plugin in every state; the oven is taken in and failed thrice."""
    workshop.make("oven", OVEN, doc="Oven: it bakes.")
    workshop.make("noisy", QUIET, doc="Noisy mixer: it whirrs.")
    workshop.make("burnt", "import missing_module")
    workshop.make("cold", QUIET)
    switch(config.data_dir, "cold", on=False)
    core = lenient()
    for name, times in (("noisy", 10), ("oven", 3)):
        for _time in range(times):
            core.plugins.note(name, "some_hook", ValueError("hot"))
    return core


def browser_of(core: Core, language: str) -> FlaskClient:
    """Return the browser of an administrator who reads the language."""
    app = application.create_app(core)
    app.config["WTF_CSRF_ENABLED"] = False
    with desk_for(core, write=True) as desk:
        person = factories.make_person(desk, "Ada", "ada@tresen.example", role="administrator")
        person.language = language
        token = access.start_session(desk, person, "127.0.0.1", "test")
    browser = app.test_client()
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    return browser


def own(states: list[PluginState]) -> list[PluginState]:
    return [state for state in states if state.name not in SHIPPED]


def test_every_plugin_is_listed_by_name_with_its_state(kitchen: Core) -> None:
    assert own(queries.plugins(kitchen)) == [
        PluginState("burnt", "burnt", "1", "tresen-burnt", "set_aside", BURNT),
        PluginState("cold", "cold", "1", "tresen-cold", "off", OFF),
        PluginState("noisy", "Noisy mixer", "1", "tresen-noisy", "muted", RESTS, 10),
        PluginState("oven", "Oven", "1", "tresen-oven", "taken_in", HOT, 3),
    ]


def test_option_says_that_it_is_the_option(
    config: Config, workshop: Workshop, kitchen: Core
) -> None:
    core = application.create_core(replace(config, strict=False, plugins_off=("oven", "cold")))
    found = {state.name: (state.state, state.sentence) for state in own(queries.plugins(core))}
    core.engine.dispose()
    assert (found["oven"], found["cold"]) == (("off", BY_OPTION), ("off", BY_OPTION))
    assert [queries.is_wanted(core, name) for name in ("oven", "cold", "noisy")] == [
        *(False, False),
        True,
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Set aside", "Switched off", "Muted", "Taken in"]),
        ("de", ["Beiseitegestellt", "Abgeschaltet", "Stillgelegt", "Aufgenommen"]),
    ],
)
def test_states_are_shown_in_the_readers_language(
    kitchen: Core, language: str, words: list[str]
) -> None:
    page = browser_of(kitchen, language).get("/admin/plugins").text
    rows = [row for row in page.split("<tr>")[2:] if not any(name in row for name in SHIPPED)]
    shown = [[word for word in words if f"{word}</span>" in row] for row in rows]
    assert shown == [[word] for word in words]


def test_muted_plugin_rests_in_german(kitchen: Core) -> None:
    with i18n.speaking(i18n.catalogues(kitchen).language("de")):
        assert queries.plugin(kitchen, "noisy").sentence == (
            "Es ist innerhalb von zehn Minuten 10 Mal fehlgeschlagen und ruht eine Stunde."
        )


def test_what_a_plugin_declares_is_named_and_sorted_where_it_has_no_order(kitchen: Core) -> None:
    assert queries.declared(kitchen, "oven") == Declared(
        hooks=("health_checks", "jobs", "permissions", "settings_forms"),
        permissions=("oven.open", "oven.heat"),
        settings=("oven",),
        jobs=("oven.cool",),
    )
    assert [queries.declared(kitchen, name) for name in ("burnt", "cold", "nowhere")] == [
        Declared()
    ] * 3


def test_cost_of_each_hook_is_counted_the_costliest_first(kitchen: Core) -> None:
    with desk_for(kitchen) as desk:
        for _time in range(2):
            desk.gather(specs.health_checks)
    tallies = kitchen.plugins.tallies
    tallies["oven", "health_checks"].total = 7_000_000
    tallies["oven", "health_checks"].longest = 4_000_900
    found = {cost.hook: cost for cost in queries.costs(kitchen, "oven")}
    assert next(iter(found)) == "health_checks"
    assert found["health_checks"] == HookCost("health_checks", 2, 3500, 4000, 0)
    assert (found["some_hook"].calls, found["some_hook"].errors) == (0, 3)
    assert queries.costs(kitchen, "burnt") == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "It is slow: its hook health_checks took 240 ms; 100 ms are its share of a page.",
        ),
        (
            "de",
            "Es ist langsam: Sein Hook health_checks brauchte 240 ms; 100 ms stehen ihm zu.",
        ),
    ],
)
def test_slow_plugin_is_named_on_the_pages(kitchen: Core, language: str, sentence: str) -> None:
    kitchen.plugins.tallies.clear()
    tally = kitchen.plugins.tallies["oven", "health_checks"]
    tally.longest, tally.is_slow = 240_000_000, True
    browser = browser_of(kitchen, language)
    shown = [
        sentence in browser.get(page).text
        for page in ("/admin/plugins", "/admin/plugins/oven", "/admin/health", "/admin/settings")
    ]
    assert shown == [True, True, True, False]


def test_plugin_page_shows_the_time_of_each_hook(kitchen: Core) -> None:
    browser = browser_of(kitchen, "en")
    browser.get("/admin/health")
    page = browser.get("/admin/plugins/oven").text
    row = re.findall(r"<tr><td><code>health_checks</code></td>(.*?)</tr>", page)[0]
    cells = re.findall(r"<td>(\d+)</td>", row)
    assert (len(cells), cells[0], cells[3]) == (4, "1", "0")
    assert "Counted in this web process since it started" in page


def test_origin_of_what_is_not_installed_is_none(kitchen: Core) -> None:
    found = [queries.origin(name) for name in ("oven", "burnt", "nowhere")]
    assert [each and each.name for each in found] == ["tresen-oven", "tresen-burnt", None]


def test_health_names_the_bad_first_and_keeps_the_order_within(kitchen: Core) -> None:
    with desk_for(kitchen) as desk:
        found = queries.health(desk)
    states = [check.state for check in found]
    assert states == sorted(states, key=["bad", "warning", "good"].index)
    shown = [
        (check.name, check.state, check.title)
        for check in found
        if check.name.partition(".")[0] in ("oven", "burnt", "noisy", "cold")
    ]
    assert shown == [
        ("oven.fire", "bad", ""),
        ("oven.smoke", "warning", ""),
        ("burnt", "warning", "Plugin burnt"),
        ("noisy", "warning", "Plugin Noisy mixer"),
        ("oven", "warning", "Plugin Oven"),
        ("oven.door", "good", ""),
    ]


def test_switch_speaks_german_and_records_only_what_it_did(kitchen: Core) -> None:
    with (
        i18n.speaking(i18n.catalogues(kitchen).language("de")),
        desk_for(kitchen, write=True) as desk,
    ):
        said = [service.switch(desk, "oven", on=on) for on in (True, False, False, True)]
    assert said == [
        "Oven ist schon eingeschaltet.",
        "Oven bleibt vom nächsten Start von Tresen an weg. Seine Daten bleiben.",
        "Oven ist schon abgeschaltet.",
        "Oven wird beim nächsten Start von Tresen aufgenommen.",
    ]
    with desk_for(kitchen) as desk:
        actions = [entry.action for entry in entries_of(desk, "plugin:oven", 0)]
    assert actions == ["enabled", "disabled"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Not a valid choice."), ("de", "Keine gültige Auswahl.")],
)
@pytest.mark.parametrize("wrong", [{"mode": "steam"}, {"shelf": "3"}])
def test_choice_that_is_not_offered_is_refused_in_the_readers_language(
    kitchen: Core, language: str, sentence: str, wrong: dict[str, str]
) -> None:
    sent = {"mode": "fan", "shelf": "2"} | wrong
    answer = browser_of(kitchen, language).post("/admin/settings/oven", data=sent)
    assert (answer.status_code, answer.text.count(sentence) > 0) == (422, True)
    with desk_for(kitchen) as desk:
        assert settings.read(desk, "oven") == {"mode": "top", "shelf": 1}


def test_choice_that_was_kept_is_the_one_selected(kitchen: Core) -> None:
    browser = browser_of(kitchen, "en")
    selected = []
    for sent in ({}, {"mode": "fan", "shelf": "2"}):
        if sent:
            browser.post("/admin/settings/oven", data=sent)
        page = browser.get("/admin/settings/oven").text
        selected.append(re.findall(r'<option selected value="([^"]+)">', page))
    assert selected == [["top", "1"], ["fan", "2"]]
    with desk_for(kitchen) as desk:
        assert settings.read(desk, "oven") == {"mode": "fan", "shelf": 2}
