# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each rule of the contract kit sees its own fault, and a sound plugin passes them all.

The plugin here is sound; each row spoils one thing in it and names the one test that must say so.
"""

import inspect
from typing import Any

import pytest
from hooks.workshop import Workshop
from testing.sound import FILES, INDEX
from tresen import migrate
from tresen.desk import Core
from tresen.revisions import chains_of
from tresen.testing import contract

EXEMPT = """
@blueprint.record
def exempt(state):
    if "csrf" in state.app.extensions:
        state.app.extensions["csrf"].exempt(send)
"""
OUTSIDE = """
@blueprint.record
def reach_out(state):
    state.app.add_url_rule("/outside", "sound.outside", needs("sound.see")(lambda: "out"))
"""
AFTER = """
from tresen.sdk import NavItem
class Spoiled(str):
    def __html__(self): raise ValueError("on every page")

@hookimpl
def nav_items() -> list[NavItem]: return [NavItem(Spoiled("Loud"), "tickets.index", "tickets.read")]
"""
TRIGGER = """op.f("ix_sound_thing_note"), "sound_thing", ["note"])
    op.execute("CREATE TRIGGER sound_count AFTER INSERT ON ticket "
               "BEGIN INSERT INTO sound_thing (note) VALUES ('one'); END")
"""
STRAY = """    op.create_table("noise", sa.Column("id", sa.Integer(), primary_key=True))

def downgrade():
    op.drop_table("noise")
"""
GERMAN_ONLY = """def index():
    if _("Loud") == "Laut": raise ValueError("only in German")
    return "ok"
"""


@pytest.fixture(autouse=True)
def own_database(request: pytest.FixtureRequest) -> None:
    """Run on SQLite alone: a server keeps what a fault leaves for the tests that follow."""
    if request.config.getoption("--database") == "postgres":
        pytest.skip("the faults are left in a database of their own, which is SQLite's")


# Name of the fault -> the test that sees it, the file, what is replaced by what.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "argument of another type": (
        "test_hooks_are_answered_as_specified",
        "hooks.py",
        "page_panels(desk: Desk, page: Page",
        "page_panels(desk: Desk, page: str",
    ),
    "argument without a type": (
        "test_hooks_are_answered_as_specified",
        "hooks.py",
        "-> list[Job]",
        "",
    ),
    "answer of another type": (
        "test_hooks_are_answered_as_specified",
        "hooks.py",
        "-> list[Permission]",
        "-> list[str]",
    ),
    "no mark of types": ("test_package_says_what_it_is_and_is_typed", "py.typed", "", ""),
    "index without a migration": (
        "test_schema_has_no_drift",
        "migrations/0001_things.py",
        'op.create_index(op.f("ix_sound_thing_note"), "sound_thing", ["note"])',
        "",
    ),
    "column without a model": (
        "test_schema_has_no_drift",
        "migrations/0001_things.py",
        'sa.Column("note", sa.String(), nullable=False),',
        'sa.Column("note", sa.String(), nullable=False), sa.Column("x", sa.String()),',
    ),
    "column that may be empty": (
        "test_schema_has_no_drift",
        "migrations/0001_things.py",
        'sa.Column("note", sa.String(), nullable=False)',
        'sa.Column("note", sa.String(), nullable=True)',
    ),
    "table that stays": (
        "test_schema_goes_up_down_and_up",
        "migrations/0001_things.py",
        'op.drop_table("sound_thing")',
        "pass",
    ),
    "route elsewhere": (
        "test_every_route_stands_under_its_prefix",
        "hooks.py",
        INDEX,
        INDEX + OUTSIDE,
    ),
    "permission of nobody": (
        "test_every_view_names_a_declared_permission",
        "hooks.py",
        'needs("sound.see")\ndef index',
        'needs("sound.hear")\ndef index',
    ),
    "form without a token": (
        "test_unsafe_methods_need_the_form_token",
        "hooks.py",
        'def send(): return "sent"\n',
        f'def send(): return "sent"\n{EXEMPT}',
    ),
    "inline style": (
        "test_templates_compile_and_hold_nothing_inline",
        "templates/panel.html",
        'class="loud"',
        'style="color: red"',
    ),
    "inline sheet": (
        "test_templates_compile_and_hold_nothing_inline",
        "templates/panel.html",
        "<p ",
        "<style>p {}</style><p ",
    ),
    "inline script": (
        "test_templates_compile_and_hold_nothing_inline",
        "templates/panel.html",
        "<p ",
        "<script>alert(1)</script><p ",
    ),
    "inline handler": (
        "test_templates_compile_and_hold_nothing_inline",
        "templates/panel.html",
        "<p ",
        "<p onClick='x()' ",
    ),
    "address that is a script": (
        "test_templates_compile_and_hold_nothing_inline",
        "templates/page.html",
        'href="/"',
        'href="JavaScript:x()"',
    ),
    "template that does not compile": (
        "test_templates_compile_and_hold_nothing_inline",
        "templates/panel.html",
        "}}",
        "}",
    ),
    "page that fails": (
        "test_pages_answer_in_english_and_german",
        "hooks.py",
        "sound/page.html",
        "sound/nowhere.html",
    ),
    "page that fails in German": (
        "test_pages_answer_in_english_and_german",
        "hooks.py",
        INDEX,
        GERMAN_ONLY,
    ),
    "page with inline style": (
        "test_pages_answer_in_english_and_german",
        "hooks.py",
        INDEX,
        "def index(): return '<p style=\"x\">'\n",
    ),
    "untranslated text": (
        "test_catalogues_are_complete",
        "templates/panel.html",
        "Loud",
        "Louder",
    ),
    "placeholder of another text": (
        "test_catalogues_are_complete",
        "locale/de/sound.po",
        "Laut",
        "Laut %(name)s",
    ),
    "data that nobody is told of": (
        "test_people_are_told_what_is_kept_about_them",
        "hooks.py",
        "Heard.person_id == person.id))]",
        "Heard.person_id < 0))]",
    ),
    "data that is no JSON": (
        "test_people_are_told_what_is_kept_about_them",
        "hooks.py",
        'DataSet("Heard", rows_of(',
        'DataSet("Heard", [{"who": person}] or rows_of(',
    ),
    "person who is not erased": (
        "test_erased_people_leave_no_trace",
        "hooks.py",
        "delete(Heard).where(Heard.person_id == person.id)",
        "delete(Heard).where(Heard.person_id < 0)",
    ),
    "name that stays in a text": (
        "test_erased_people_leave_no_trace",
        "hooks.py",
        "delete(Heard).where(Heard.person_id == person.id)",
        "update(Heard).where(Heard.person_id == person.id).values(person_id=1)",
    ),
    "job that asks elsewhere": (
        "test_nobody_elsewhere_is_asked",
        "hooks.py",
        "def tidy(desk): ",
        'def tidy(desk): call("home.example"); ',
    ),
    "page that asks elsewhere and hides it": (
        "test_nobody_elsewhere_is_asked",
        "hooks.py",
        INDEX,
        INDEX.replace("return", 'call("192.0.2.1"); return'),
    ),
    "picture without words": (
        "test_pages_can_be_used_by_everybody",
        "templates/panel.html",
        "<p ",
        "<img src='/static/0/icon.svg'><p ",
    ),
    "needless familiar text": (
        "test_catalogues_are_complete",
        "locale/de@du/sound.po",
        "Dein Ton",
        "Ihr Ton",
    ),
    "polite familiar text": (
        "test_catalogues_are_complete",
        "locale/de@du/sound.po",
        'msgid "Your sound"\nmsgstr "Dein Ton"\n',
        "",
    ),
    "default beyond its own rule": (
        "test_settings_go_in_and_come_out",
        "hooks.py",
        "default=99",
        "default=999",
    ),
    "default that is no JSON": (
        "test_settings_go_in_and_come_out",
        "hooks.py",
        "default=99",
        "default=timedelta(1)",
    ),
    "job that piles up": (
        "test_jobs_do_no_harm_when_run_twice",
        "hooks.py",
        "desk.session.execute(delete(Thing))",
        'desk.session.add(Thing(note="more"))',
    ),
    "panel that fails": (
        "test_core_pages_answer_with_the_plugin",
        "templates/panel.html",
        '_("Loud")',
        "nobody.knows.this",
    ),
    "hook that fails": (
        "test_core_pages_answer_with_the_plugin",
        "hooks.py",
        "    if page is not Page.TICKET:\n",
        "    if subject.nowhere:\n",
    ),
    "fault outside of every hook": (
        "test_core_pages_answer_while_every_hook_raises",
        "hooks.py",
        INDEX,
        INDEX + AFTER,
    ),
    "table that does not bear the name": (
        "test_purge_leaves_nothing_behind",
        "migrations/0001_things.py",
        "\ndef downgrade():\n",
        STRAY,
    ),
    "trigger that outlives its table": (
        "test_removal_leaves_the_core_green",
        "migrations/0001_things.py",
        'op.f("ix_sound_thing_note"), "sound_thing", ["note"])',
        TRIGGER,
    ),
}


def run(
    request: pytest.FixtureRequest, workshop: Workshop, test: str, files: dict[str, str]
) -> None:
    """Make the plugin and run one test of the kit with pytest's own fixtures."""
    workshop.make("sound", **{"doc": "Sounds.", "hooks": ""} | files)
    core: Core = request.getfixturevalue("core")
    migrate.upgrade(core.engine, chains_of(core.plugins))
    function = getattr(contract, test)
    known: dict[str, Any] = {"plugin": core.plugins.taken_in["sound"]}
    names = inspect.signature(function).parameters
    # The language in which a fault shows that the other does not.
    known["language"] = "de"
    function(
        **{name: known[name] if name in known else request.getfixturevalue(name) for name in names}
    )


TESTS = [name for name in contract.__all__ if name.startswith("test_")]


@pytest.mark.parametrize("test", TESTS)
def test_sound_plugin_passes(request: pytest.FixtureRequest, workshop: Workshop, test: str) -> None:
    run(request, workshop, test, FILES)


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_seen(request: pytest.FixtureRequest, workshop: Workshop, fault: str) -> None:
    test, file, old, new = FAULTS[fault]
    files = dict(FILES)
    if old:
        assert old in files[file]
        files[file] = files[file].replace(old, new)
    else:
        del files[file]
    with pytest.raises(Exception) as seen:  # noqa: PT011 - what a failing test raises
        run(request, workshop, test, files)
    file = inspect.getfile(getattr(contract, test))
    assert (file, test) in {(str(each.path), each.name) for each in seen.traceback}


def test_every_rule_that_is_not_the_loaders_has_its_fault() -> None:
    left_to_the_loader = {"test_plugin_is_taken_in", "test_tables_are_the_plugins_own_and_let_go"}
    assert {fault[0] for fault in FAULTS.values()} == set(TESTS) - left_to_the_loader
