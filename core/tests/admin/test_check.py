# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quality ladder as people meet it: the command, the list of plugins, a plugin's page."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from admin.test_plugin_states import browser_of
from click.testing import CliRunner, Result
from hooks.workshop import HOOK, MANIFEST, Workshop
from ladder.model import edited, wheel, write
from tresen.admin import cli, queries
from tresen.desk import Core
from tresen.errors import Missing

QUIET = f"{HOOK}def permissions(): return []\n"


def check(*words: str) -> Result:
    return CliRunner().invoke(cli.plugins, ["check", *words])


def test_folder_is_judged_rule_by_rule(tmp_path: Path) -> None:
    said = check(str(write(tmp_path, edited("README.md", "## Limits", "## More"))))
    lines = said.output.splitlines()
    assert (said.exit_code, lines[0]) == (0, "tap 1.2: silver")
    start = next(n for n, line in enumerate(lines) if "documented" in line)
    assert [line.split(maxsplit=2) for line in lines[start : start + 3]] == [
        [
            "gold",
            "fail",
            ("documented         The README tells use cases, limits and troubleshooting"),
        ],
        ["Add", "a", "section of that name to README.md."],
        ["-", "limits"],
    ]


def test_wheel_is_judged(tmp_path: Path) -> None:
    said = check(str(wheel(tmp_path)))
    assert (said.exit_code, said.output.splitlines()[0]) == (0, "tap 1.2: platinum")


@pytest.mark.parametrize(("level", "code"), [("bronze", 0), ("gold", 0), ("platinum", 1)])
def test_exit_code_says_whether_the_level_that_is_due_is_reached(
    tmp_path: Path, level: str, code: int
) -> None:
    assert check(str(write(tmp_path)), "--level", level).exit_code == code


def test_plugin_below_bronze_fails(tmp_path: Path) -> None:
    said = check(str(write(tmp_path, {"tresen_tap/CHANGES.md": None})))
    assert (said.exit_code, said.output.splitlines()[0]) == (1, "tap 1.2: no level")


def test_json_is_one_list_of_reports(tmp_path: Path) -> None:
    (found,) = json.loads(check(str(write(tmp_path)), "--json").output)
    assert (found["plugin"], found["level"], len(found["rules"])) == ("tap", "gold", 27)


def test_without_a_subject_every_installed_plugin_is_judged(workshop: Workshop) -> None:
    workshop.make("tap", QUIET, **{"plugin.toml": MANIFEST})
    workshop.make("oven", QUIET)
    found = json.loads(check("--json").output)
    assert [each["plugin"] for each in found] == queries.installed_names()
    assert {"tap", "oven"} <= {each["plugin"] for each in found}


def test_unknown_plugin_is_refused() -> None:
    failure = check("nowhere").exception
    assert isinstance(failure, Missing)


@pytest.fixture
def core(workshop: Workshop, lenient: Callable[[], Core]) -> Core:
    """Return a core with a plugin of no level, a set-aside one, and a torn one."""
    workshop.make("tap", QUIET, doc="Tap: it drips.", **{"plugin.toml": MANIFEST})
    workshop.make("burnt", "import missing_module")
    workshop.make("torn", QUIET, **{"plugin.toml": "area ="})
    return lenient()


@pytest.mark.parametrize(("language", "word"), [("en", "No level"), ("de", "Keine Stufe")])
def test_list_shows_the_level_of_each(core: Core, language: str, word: str) -> None:
    page = browser_of(core, language).get("/admin/plugins").text
    rows = {
        re.findall(r'href="/admin/plugins/(\w+)"', row)[0]: f"{word}</span>" in row
        for row in page.split("<tr>")[2:]
    }
    assert {name: rows[name] for name in ("tap", "burnt", "torn")} == {
        "tap": True,
        "burnt": True,
        # What it declares cannot be read, so nothing is said of its quality either.
        "torn": False,
    }


def test_page_shows_each_rule_with_its_hint_where_it_does_not_hold(core: Core) -> None:
    page = html.unescape(browser_of(core, "en").get("/admin/plugins/tap").text)
    table = page.split("<h2>Quality</h2>")[1]
    assert (table.count("<tr>"), table.count("Holds</span>")) == (28, 14)
    assert "Put CHANGES.md into the package, with a heading for each version." in table
    assert "<code>CHANGES.md: 1</code>" in table


def test_page_speaks_german(core: Core) -> None:
    page = html.unescape(browser_of(core, "de").get("/admin/plugins/tap").text)
    assert "CHANGES.md in das Paket legen, mit einer Überschrift für jede Version." in page
    assert page.count("Erfüllt</span>") == 14


def test_page_of_a_torn_plugin_has_no_table(core: Core) -> None:
    assert "Quality" not in browser_of(core, "en").get("/admin/plugins/torn").text


def test_plugin_is_judged_once_in_a_process(core: Core, workshop: Workshop) -> None:
    first = queries.report(core, "tap")
    workshop.folder.joinpath("tresen_tap", "more.py").write_text("import pickle\n")
    assert queries.report(core, "tap") is first
