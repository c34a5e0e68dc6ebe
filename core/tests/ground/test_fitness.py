# SPDX-License-Identifier: AGPL-3.0-or-later
"""What only shows beside the core: addresses, schema and commands, and who names the fault."""

from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from hooks.workshop import HOOK, Workshop
from tresen import cli, fitness
from tresen.desk import Core

REVISION = 'revision = "0001"\ndown_revision = None\ndef upgrade(): ...\n'
PAGES = """
from flask import Blueprint
pages = Blueprint({name!r}, __name__)
@pages.get("/")
def front():
    return "front"
"""


@pytest.fixture
def installed(tmp_path: Path, workshop: Workshop) -> Iterator[None]:
    """Stand in the folder of an installation that `tresen init` made before the plugins came."""
    folder = tmp_path / "desk"
    folder.mkdir()
    with chdir(folder):
        assert CliRunner().invoke(cli.main, ["init"]).exit_code == 0
        yield


@pytest.mark.parametrize("name", ["account", "requests"])
def test_plugin_whose_address_is_the_cores_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core], name: str
) -> None:
    pages = PAGES.format(name=f"{name}_pages")
    workshop.make(name, f"{pages}{HOOK}def blueprints(): return [pages]")
    core = lenient()
    fitness.check_pages(core)
    sentence = f"Its pages would stand at /{name}/, where those of the core are."
    assert core.plugins.set_aside == {name: sentence}


SHORT = """
from tresen.sdk import ShortAddress, open_to_all
{pages}
{hook}def blueprints(): return [pages]
{hook}def short_addresses(): return [ShortAddress({word!r}, "{name}.front")]
"""


def with_short_address(name: str, word: str) -> str:
    """Return the hooks of a plugin whose page is found at `/<word>`."""
    pages = PAGES.format(name=name).replace("def front", "@open_to_all('it is short')\ndef front")
    return SHORT.format(pages=pages, hook=HOOK, word=word, name=name)


@pytest.mark.parametrize("word", ["tickets", "api", "healthz", "static", "source", "tap"])
def test_plugin_whose_short_address_is_taken_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core], word: str
) -> None:
    workshop.make("tap", with_short_address("tap", word))
    core = lenient()
    fitness.check_pages(core)
    assert core.plugins.set_aside == {"tap": f"Its short address /{word} is taken."}


def test_two_plugins_do_not_share_a_short_address(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    for name in ("tap", "tub"):
        workshop.make(name, with_short_address(name, "water"))
    core = lenient()
    app = fitness.filled(core, lambda: Flask("try"))
    assert [*core.plugins.set_aside.values()] == ["Its short address /water is taken."]
    found = app.test_client().get("/water").location
    assert found == f"/{({'tap', 'tub'} - {*core.plugins.set_aside}).pop()}/"


@pytest.mark.parametrize(("clashing", "applications"), [((), 1), (("account", "requests"), 3)])
def test_application_is_made_again_only_for_those_set_aside(
    workshop: Workshop, lenient: Callable[[], Core], clashing: tuple[str, ...], applications: int
) -> None:
    pages = PAGES.format(name="tap_pages").replace("def front", "@needs('tickets.read')\ndef front")
    hooks = f"from tresen.sdk import needs\n{pages}{HOOK}def blueprints(): return [pages]"
    workshop.make("tap", hooks)
    for name in clashing:
        pages = PAGES.format(name=f"{name}_pages")
        workshop.make(name, f"{pages}{HOOK}def blueprints(): return [pages]")
    made = [Flask(f"try {number}") for number in range(applications)]
    core, tries = lenient(), iter(made)
    app = fitness.filled(core, lambda: next(tries))
    assert (app, next(tries, None)) == (made[-1], None)
    assert set(core.plugins.set_aside) == set(clashing)
    theirs = {rule.rule for rule in app.url_map.iter_rules() if "_pages." in rule.endpoint}
    assert theirs == {"/tap/"}


def test_faults_of_schema_and_pages_are_named_by_both_doctors(
    workshop: Workshop, installed: None
) -> None:
    workshop.make("lagging", "", **{"migrations/0001_first.py": REVISION})
    pages = PAGES.format(name="bare")
    workshop.make("bare", f"{pages}{HOOK}def blueprints(): return [pages]")
    sentences = [
        "bare: The view tresen_bare.hooks.front names no permission.",
        "lagging: The database lacks 1 revisions of lagging: tresen upgrade",
    ]
    told = CliRunner().invoke(cli.main, ["plugins", "doctor"])
    assert (told.exit_code, told.output.splitlines()) == (1, sentences)
    everything = CliRunner().invoke(cli.main, ["doctor"]).output.splitlines()
    assert [line for line in everything if "bare" in line or "lagging" in line] == [
        f"warning  {sentence}" for sentence in sentences
    ]


def test_commands_of_a_plugin_stand_under_its_name(workshop: Workshop, installed: None) -> None:
    command = "click.Command('plugins', callback=lambda: click.echo('dripped'))"
    hooks = f"import click\n{HOOK}def cli_commands(): return [{command}]"
    workshop.make("tap", hooks, doc="Tap: it drips.")
    run = CliRunner().invoke
    assert run(cli.main, ["tap", "plugins"]).output == "dripped\n"
    assert run(cli.main, ["plugins", "doctor"]).output == "No plugin is at fault.\n"
    assert run(cli.main, ["tap", "--help"]).output.splitlines()[2:3] == ["  Tap."]


def test_node_that_is_older_than_the_database_is_not_ready(client: FlaskClient, core: Core) -> None:
    assert client.get("/readyz").status_code == 200
    change = "UPDATE schema_version_core SET version_num = '{}'"
    with core.engine.begin() as connection:
        head = connection.exec_driver_sql("SELECT version_num FROM schema_version_core").scalar()
        connection.exec_driver_sql(change.format("9999"))
    answer = client.get("/readyz")
    with core.engine.begin() as connection:
        connection.exec_driver_sql(change.format(head))
    assert (answer.status_code, answer.text) == (503, "not ready\n")
