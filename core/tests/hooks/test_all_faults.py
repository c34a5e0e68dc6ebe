# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every fault at once: one sentence each on the page and from the doctor, and the desk goes on."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hooks.workshop import HOOK, TABLE, Workshop
from shipped import SHIPPED
from tresen import app as application
from tresen import fitness
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.cli import main
from tresen.config import Config
from tresen.desk import Core, desk_for
from tresen.hooks import specs
from tresen.hooks.caller import MUTE_AFTER
from tresen.testing import factories

CHECKS = f"{HOOK}def health_checks(desk):\n    "
FAILS = "It failed 1 time since the start of this process, in {}: {}"
TAKING = "It failed while being taken in: "
# The plugins that are set aside at the start.
AT_START = {
    "importing": (
        "import missing_module",
        f"{TAKING}ModuleNotFoundError: No module named 'missing",
    ),
    "exiting": ("raise SystemExit(3)", f"{TAKING}SystemExit: 3"),
    "misspelt": (
        f"{HOOK}def ticket_opend(): ...",
        "It answers the hook 'ticket_opend', which Tresen does not know.",
    ),
    "mapping": (
        TABLE.format(base="mapping", column="others: Mapped[list['Nowhere']] = relationship()"),
        f"{TAKING}InvalidRequestError: ",
    ),
    "prefix": (
        TABLE.format(base="other", column=""),
        "Its table other_thing does not begin with prefix_.",
    ),
    "loose": (
        TABLE.format(
            base="loose", column="t_id: Mapped[int] = mapped_column(ForeignKey('ticket.id'))"
        ),
        "Its foreign key loose_thing.t_id to ticket says no ondelete rule",
    ),
    "people": ("", "The name 'people' is taken by a part of the core or another plugin."),
}
# Those whose requirements cannot be met.
NEEDS = {
    "newer": ("tresen>=99", "It needs tresen>=99, but tresen 0.1.0 is installed."),
    "wanting": ("not-there>=1", "It needs not-there>=1, which is not installed"),
    "hen": ("tresen-egg", "It and egg need each other; one of them must do without."),
    "egg": ("tresen-hen", "It and hen need each other; one of them must do without."),
}
# Those that are taken in and err when they are asked for their health.
AT_WORK = {
    "raising": ("raise KeyError('lost')", FAILS.format("health_checks", "KeyError: 'lost'")),
    "hungry": ("raise MemoryError", FAILS.format("health_checks", "MemoryError: ")),
    "wrong": (
        "return 7",
        FAILS.format("health_checks", "TypeError: 'int' object is not iterable"),
    ),
    "sleepy": (
        "from time import sleep; sleep(0.15); return []",
        "It is slow: its hook health_checks took ",
    ),
    "hanging": (
        "\n    while True: pass",
        "Its hook health_checks ran longer than 1 s: it rests for an hour.",
    ),
}
PANEL = """
from flask import Blueprint, render_template
from tresen.sdk import Panel, Place, hookimpl, needs
pages = Blueprint("torn", __name__)
@pages.get("/")
@needs("tickets.read")
def front():
    return render_template("torn/page.html")
@hookimpl
def blueprints(): return [pages]
@hookimpl
def page_panels(desk, page, subject): return [Panel(Place.SIDE, "Torn", "torn/panel.html")]
"""
HEALTHY = "from tresen.sdk import Check\n{hook}def health_checks(desk):\n    return [{check}]\n"
MIGRATION = 'revision = "0001"\ndown_revision = None\ndef upgrade(): 1 / 0\n'
LAGS = "The database lacks 1 revisions of lagging: tresen upgrade"
TORN = "It failed 2 times since the start of this process, mostly in torn"
PAGES = (
    "/tickets/?show=all",
    "/search/?q=plain",
    "/people/",
    "/admin/health",
    "/admin/plugins",
)


def install(workshop: Workshop) -> None:
    """Install a plugin with each fault, and two sound ones."""
    for name, (hooks, _sentence) in AT_START.items():
        workshop.make(name, hooks)
    for name, (needs, _sentence) in NEEDS.items():
        workshop.make(name, "raise SystemExit('It was imported.')", needs=needs)
    for name, (body, _sentence) in AT_WORK.items():
        workshop.make(name, CHECKS + body)
    for name in ("alpha", "omega"):
        check = f"Check('{name}.works', 'good', '{name} is at work.')"
        workshop.make(name, HEALTHY.format(hook=HOOK, check=check))
    torn = dict.fromkeys(("templates/page.html", "templates/panel.html"), "{% if %}")
    workshop.make("torn", PANEL, **torn)
    workshop.make("lagging", "", **{"migrations/0001_first.py": MIGRATION})


@pytest.fixture
def core(config: Config, workshop: Workshop) -> Core:
    """Return a core with all of them, which waits a second for a hook."""
    install(workshop)
    made = application.create_core(replace(config, strict=False, hook_time_limit=1))
    fitness.check_schema(made)
    return made


def browser_of(core: Core) -> tuple[FlaskClient, int]:
    """Return the browser of an administrator, and the number of a ticket."""
    app = application.create_app(core)
    with desk_for(core, write=True) as desk:
        boss = factories.make_person(desk, "Ada", "ada@tresen.example", role="administrator")
        number = factories.make_ticket(desk, boss, subject="Plain").number
        token = access.start_session(desk, boss, "127.0.0.1", "test")
    browser = app.test_client()
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    return browser, number


def sentences_on(page: str) -> dict[str, str]:
    """Return the sentence of each plugin on the plugins page that has one."""
    row = r'/admin/plugins/(\w+)" data-line.*?</td>.*?</td>(.*?)</tr>'
    found = {}
    for name, cells in re.findall(row, page, re.DOTALL):
        sentence = re.search(r'<div class="soft small">([^<]*)</div>', cells)
        if sentence:
            found[name] = html.unescape(sentence[1])
    return found


def unlike(found: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    """Return what does not begin as it should."""
    return {
        name: found.get(name, "")
        for name, text in wanted.items()
        if not found.get(name, "").startswith(text)
    }


def expected() -> dict[str, str]:
    """Return the beginning of each faulty plugin's sentence."""
    named = {
        name: text for part in (AT_START, NEEDS, AT_WORK) for name, (_what, text) in part.items()
    }
    return named | {"lagging": LAGS, "torn": TORN}


@pytest.mark.timeout(600)
def test_every_fault_has_its_sentence_and_the_desk_goes_on(core: Core) -> None:
    browser, number = browser_of(core)
    ticket = browser.get(f"/tickets/{number}")
    assert "Torn is not shown: the plugin torn failed." in ticket.text
    assert browser.get("/torn/").status_code == 500
    # The health page asks them all, and the hanging one is ended there.
    statuses = {page: browser.get(page).status_code for page in PAGES}
    assert statuses == dict.fromkeys(PAGES, 200)
    shown = sentences_on(browser.get("/admin/plugins").text)
    # A sound plugin that is slow on a busy machine has its sentence, too.
    shown = {name: said for name, said in shown.items() if name not in SHIPPED}
    assert set(shown) == set(expected())
    assert unlike(shown, expected()) == {}
    health = browser.get("/admin/health").text
    assert [f"{name} is at work." in health for name in ("alpha", "omega")] == [True, True]
    assert core.plugins.muted == {"hanging"}
    core.engine.dispose()


def test_doctor_names_each_fault_and_every_sound_plugin_works(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    core.engine.dispose()
    config = core.config
    for name in ("database_url", "data_dir", "hook_time_limit"):
        monkeypatch.setenv(f"TRESEN_{name.upper()}", str(getattr(config, name)))
    told = CliRunner().invoke(main, ["doctor"]).output
    lines = [line.split(maxsplit=1)[1] for line in told.splitlines() if line.startswith("warning")]
    said = dict(line.split(": ", 1) for line in lines if line.partition(":")[0] in expected())
    wanted = expected() | {"torn": "Its template panel.html cannot be read: "}
    assert unlike(said, wanted) == {}
    for name in ("alpha", "omega"):
        assert f"{name}.works: {name} is at work." in told


def test_safe_mode_starts_without_any_of_them(
    config: Config, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(workshop)
    core = application.create_core(replace(config, strict=False, safe=True))
    assert (core.plugins.set_aside, core.plugins.taken_in) == ({}, {})
    assert application.create_app(core).test_client().get("/").status_code == 200
    core.engine.dispose()


@pytest.mark.parametrize(
    ("body", "error"), [("raise KeyError('lost')", KeyError), ("raise MemoryError", MemoryError)]
)
def test_in_strict_mode_everything_raises(
    config: Config, workshop: Workshop, body: str, error: type[Exception]
) -> None:
    workshop.make("raising", CHECKS + body)
    core = application.create_core(config)
    with pytest.raises(error), desk_for(core) as desk:
        desk.gather(specs.health_checks)
    core.engine.dispose()


def test_page_that_fails_is_counted_and_mutes_nobody(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("torn", PANEL, **{"templates/page.html": "{% if %}"})
    core = lenient()
    browser, _number = browser_of(core)
    statuses = {browser.get("/torn/").status_code for _turn in range(MUTE_AFTER + 1)}
    tally = core.plugins.tallies["torn", "torn.front"]
    assert (statuses, tally.errors, core.plugins.muted) == ({500}, MUTE_AFTER + 1, set())


@pytest.mark.parametrize(
    ("needs", "in_circle"),
    [
        ({"a": "tresen-b", "b": "tresen-a"}, {"a": "b", "b": "a"}),
        (
            {"a": "tresen-b", "b": "tresen-c", "c": "tresen_A"},
            {"a": "b, c", "b": "a, c", "c": "a, b"},
        ),
        ({"a": "tresen-a"}, {"a": "a"}),
        ({"a": "tresen-b", "b": "tresen"}, {}),
        ({"a": "tresen-b", "b": "tresen-c", "c": "tresen-b"}, {"b": "c", "c": "b"}),
    ],
)
def test_plugins_that_need_each_other_are_set_aside_with_a_sentence_each(
    workshop: Workshop,
    lenient: Callable[[], Core],
    needs: dict[str, str],
    in_circle: dict[str, str],
) -> None:
    for name, line in needs.items():
        workshop.make(name, "", needs=line)
    found = lenient().plugins.set_aside
    assert found == {
        name: f"It and {others} need each other; one of them must do without."
        for name, others in in_circle.items()
    }


def test_two_distributions_of_one_name_are_told_apart(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("twin", "")
    points = Path(workshop.folder / "tresen_twin-1.dist-info" / "entry_points.txt").read_text()
    workshop.make("copy", "")
    (workshop.folder / "tresen_copy-1.dist-info" / "entry_points.txt").write_text(points)
    plugins = lenient().plugins
    sentence = "The name 'twin' is taken by a part of the core or another plugin."
    assert (plugins.set_aside, "twin" in plugins.taken_in) == ({"tresen-twin": sentence}, True)
