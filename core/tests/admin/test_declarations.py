# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin declares is told in words: by the commands, and on its page before it is on."""

import html
import re
from collections.abc import Callable

import pytest
from admin.test_plugin_states import browser_of
from click.testing import CliRunner
from hooks.workshop import HOOK, MANIFEST, Workshop
from tresen import i18n
from tresen.admin import cli, declarations, queries
from tresen.config import Config
from tresen.desk import Core
from tresen.manifest import Capabilities, parse_manifest
from tresen.manifest_form import AREAS, MATURITIES, PERSONAL_DATA
from tresen.switches import switch

QUIET = f"{HOOK}def permissions(): return []\n"
ABLE = f"""{MANIFEST}
[capabilities]
network = ["a.example", "b.example"]
mail = true
files = true
subprocess = true
"""
TOLD = [
    "Summary: It drips.",
    "Service area: 2.3 Early detection",
    "Maturity: Stable",
    "Tested with Tresen up to: 0.1",
    (
        "Capabilities: Talks to a.example, Talks to b.example, Sends mail, Reads or writes files, "
        "Runs other programs"
    ),
    "Personal data: None",
]


@pytest.fixture
def off(config: Config, workshop: Workshop, lenient: Callable[[], Core]) -> Core:
    """Return a core with a plugin that is switched off and could not even be imported."""
    workshop.make("tap", "raise SystemExit", **{"plugin.toml": ABLE})
    switch(config.data_dir, "tap", on=False)
    return lenient()


def test_every_value_has_its_words() -> None:
    assert (tuple(declarations.AREAS), tuple(declarations.MATURITIES)) == (AREAS, MATURITIES)
    assert tuple(declarations.PERSONAL_DATA) == PERSONAL_DATA


def test_no_capability_is_said_too() -> None:
    told = dict(declarations.facts(parse_manifest(MANIFEST.encode())))
    assert (told["Capabilities"], told["Personal data"]) == (("None",), ("None",))
    assert declarations.capabilities(Capabilities(mail=True)) == ("Sends mail",)


def test_info_tells_what_is_declared(off: Core) -> None:
    said = CliRunner().invoke(cli.plugins, ["info", "tap"], obj=lambda: off).output.splitlines()
    assert said[:3] == ["Tap", "tresen-tap 1: off", "It is switched off."]
    assert said[3:9] == TOLD


def test_enable_tells_it_before_it_switches(off: Core) -> None:
    said = CliRunner().invoke(cli.plugins, ["enable", "tap"], obj=lambda: off).output.splitlines()
    assert said == [*TOLD, "Tap is taken in at the next start of Tresen."]


@pytest.mark.parametrize(
    ("language", "title", "summary", "area", "button"),
    [
        ("en", "Tap", "It drips.", "2.3 Early detection", "Switch on"),
        ("de", "Hahn", "Er tropft.", "2.3 Früherkennung", "Einschalten"),
    ],
)
def test_page_shows_it_beside_the_switch(
    off: Core, language: str, title: str, summary: str, area: str, button: str
) -> None:
    page = html.unescape(browser_of(off, language).get("/admin/plugins/tap").text)
    shown = re.findall(r"<dd>(?:<bdi>)?([^<]+)", page)
    assert shown[:2] == [summary, area]
    assert re.findall(r"<h1>([^<]+)</h1>", page) == [title]
    assert button in page


def test_manifest_is_none_where_none_can_be_read(workshop: Workshop) -> None:
    workshop.make("bare", QUIET)
    workshop.make("torn", QUIET, **{"plugin.toml": "area ="})
    assert [queries.manifest(name) for name in ("bare", "torn", "nowhere")] == [None] * 3


def test_page_of_a_plugin_with_a_torn_manifest_still_opens(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("torn", QUIET, **{"plugin.toml": "area ="})
    page = browser_of(lenient(), "en").get("/admin/plugins/torn").text
    assert "Its plugin.toml cannot be read: " in page
    assert "What it declares" not in page


def test_title_follows_the_reader(off: Core) -> None:
    with i18n.speaking(i18n.catalogues(off).language("de")):
        assert queries.plugin(off, "tap").title == "Hahn"
