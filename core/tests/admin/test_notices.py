# SPDX-License-Identifier: AGPL-3.0-or-later
"""What plugins use that ends is shown to administrators, on the page and by both doctors."""

import re
from collections.abc import Callable
from importlib.metadata import entry_points

import pytest
from admin.test_views import browser_of
from click.testing import CliRunner
from hooks import dated_specs
from hooks.workshop import HOOK, Workshop
from tresen import cli as tresen_cli
from tresen import loader
from tresen.admin import cli, queries
from tresen.desk import Core

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
HOOKS = f"""{HOOK}def moon_tables(coast): return []
@hookimpl
def tide_tables(port): return []
@hookimpl
def permissions(): return []
"""
SENTENCES = [
    "almanac: It uses moon_tables, which ends in 0.3: use tide_tables instead.",
    "almanac: It uses the argument port of tide_tables, which ends in 1.1: use coast instead.",
]


@pytest.fixture
def dated(workshop: Workshop, lenient: Callable[[], Core]) -> Core:
    """Return a core with a plugin that uses a hook and an argument that end, and one that does not.

    Tresen deprecates nothing yet, so specifications that do come from these tests.
    """
    workshop.make("calm", f"{HOOK}def permissions(): return []\n", doc="Calm: no wind.")
    core = lenient()
    core.plugins.pm.add_hookspecs(dated_specs)
    workshop.make("almanac", HOOKS, doc="Almanac: moon and tide.")
    (point,) = entry_points(group=loader.GROUP, name="almanac")
    loader.take_in(core.plugins, point)
    return core


def rows(page: str) -> list[list[str]]:
    """Return the words in each row of the page's table."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.S)]
        for row in body.split("</tr>")[:-1]
    ]


def test_notices_page_names_plugin_hook_replacement_and_release(dated: Core) -> None:
    page = browser_of(dated, "administrator").get("/admin/notices").text
    assert rows(page) == [
        ["Almanac", "moon_tables", "tide_tables", "0.3"],
        ["Almanac", "Argument port of tide_tables", "coast", "1.1"],
    ]


def test_notices_page_speaks_german(dated: Core) -> None:
    browser = browser_of(dated, "administrator")
    browser.set_cookie("language", "de", domain="localhost")
    page = browser.get("/admin/notices").text
    assert rows(page)[1][1] == "Argument port von tide_tables"
    assert re.findall(r'aria-current="page">([^<]+)</a></nav>', page) == ["Hinweise"]


def test_notices_page_is_empty_while_nothing_ends(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    page = browser_of(lenient(), "administrator").get("/admin/notices").text
    assert rows(page) == []
    assert "No plugin uses anything that ends" in page


def test_notices_page_opens_for_administrators_only(dated: Core) -> None:
    statuses = {
        role: browser_of(dated, role).get("/admin/notices").status_code
        for role in ("administrator", "agent", "customer")
    }
    assert statuses == {"administrator": 200, "agent": 403, "customer": 403}


def test_plugin_page_tells_which_hooks_are_provisional(dated: Core) -> None:
    page = browser_of(dated, "administrator").get("/admin/plugins/almanac").text
    shown = page.partition("Provisional hooks")[2].partition("</section>")[0]
    assert re.findall(r"<bdi>([^<]+)</bdi>", shown) == ["tide_tables"]
    assert queries.declared(dated, "calm").provisionals == ()


def test_plugin_page_leads_to_its_notices(dated: Core) -> None:
    browser = browser_of(dated, "administrator")
    pages = [browser.get(f"/admin/plugins/{name}").text for name in ("almanac", "calm")]
    assert ["It uses what a later release of Tresen drops." in page for page in pages] == [
        True,
        False,
    ]


def test_info_tells_which_hooks_are_provisional(dated: Core) -> None:
    said = CliRunner().invoke(cli.plugins, ["info", "almanac"], obj=lambda: dated).output
    assert said.splitlines()[-4:] == [
        "hook         moon_tables",
        "hook         permissions",
        "hook         tide_tables",
        "provisional  tide_tables",
    ]


def test_doctor_of_plugins_warns_and_still_ends_well(dated: Core) -> None:
    done = CliRunner().invoke(cli.plugins, ["doctor"], obj=lambda: dated)
    expected = [f"warning: {sentence}" for sentence in SENTENCES]
    assert (done.exit_code, done.output.splitlines()) == (0, [*expected, "No plugin is at fault."])


def test_doctor_warns(dated: Core) -> None:
    done = CliRunner().invoke(tresen_cli.doctor, obj=lambda: dated)
    warned = [line for line in done.output.splitlines() if "almanac" in line]
    assert (done.exit_code, warned) == (0, [f"warning  {sentence}" for sentence in SENTENCES])
