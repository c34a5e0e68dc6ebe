# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands about plugins, run as an administrator runs them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from hooks.workshop import HOOK, Workshop
from tresen import app as application
from tresen.admin import cli
from tresen.config import Config
from tresen.desk import Core
from tresen.errors import Missing, Refused

QUIET = f"{HOOK}def permissions(): return []\n"


@pytest.fixture
def tresen(workshop: Workshop, lenient: Callable[[], Core]) -> Callable[..., Result]:
    """Return a function that runs `tresen plugins` with an empty plugin called tap."""
    workshop.make("tap", QUIET, doc="Tap: it drips.")

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.plugins, words, obj=lenient)

    return run


def lines(result: Result, name: str) -> list[str]:
    return [line for line in result.output.splitlines() if line.split()[:1] == [name]]


def test_list_names_version_and_state(tresen: Callable[..., Result]) -> None:
    assert [line.split() for line in lines(tresen("list"), "tap")] == [["tap", "1", "taken_in"]]


def test_list_says_why_one_was_set_aside(workshop: Workshop, tresen: Callable[..., Result]) -> None:
    workshop.make("leak", "raise SystemExit(3)")
    (line,) = lines(tresen("list"), "leak")
    assert line.split(maxsplit=3)[2:] == [
        "set_aside",
        "It failed while being taken in: SystemExit: 3",
    ]


def test_info_says_what_the_plugin_brings(tresen: Callable[..., Result]) -> None:
    assert tresen("info", "tap").output.splitlines() == [
        "Tap",
        "tresen-tap 1: taken_in",
        "state        unmodified",
        "hook         permissions",
    ]


def test_info_says_why_one_was_set_aside(workshop: Workshop, tresen: Callable[..., Result]) -> None:
    workshop.make("leak", QUIET, needs="tresen>=99")
    said = tresen("info", "leak").output.splitlines()
    assert said[1] == "tresen-leak 1: set_aside"
    assert said[2].startswith("It needs tresen>=99, but tresen ")


def test_info_names_the_files_that_were_changed(
    workshop: Workshop, tresen: Callable[..., Result]
) -> None:
    record = workshop.folder / "tresen_tap-1.dist-info" / "RECORD"
    record.write_text("tresen_tap/hooks.py,sha256=AAAA,1\n")
    assert [line.split() for line in lines(tresen("info", "tap"), "differs")] == [
        ["differs", "tresen_tap/__init__.py"],
        ["differs", "tresen_tap/hooks.py"],
    ]


def test_info_about_an_unknown_plugin_is_refused(tresen: Callable[..., Result]) -> None:
    failure = tresen("info", "nowhere").exception
    assert isinstance(failure, Missing)
    assert failure.sentence == "There is no plugin called nowhere."


def test_doctor_fails_only_when_a_plugin_does(
    workshop: Workshop, tresen: Callable[..., Result]
) -> None:
    well = tresen("doctor")
    assert (well.exit_code, well.output) == (0, "No plugin is at fault.\n")
    workshop.make("leak", "import missing_module")
    ill = tresen("doctor")
    assert ill.exit_code == 1
    assert ill.output.startswith("leak: It failed while being taken in: ModuleNotFoundError")


def test_disabled_plugin_is_left_out_and_is_no_fault(
    workshop: Workshop, tresen: Callable[..., Result]
) -> None:
    workshop.make("leak", "raise SystemExit(3)")
    assert tresen("disable", "leak").output == (
        "leak is left out from the next start of Tresen on. Its data stay.\n"
    )
    assert lines(tresen("list"), "leak")[0].split(maxsplit=3)[2:] == ["off", "It is switched off."]
    assert tresen("doctor").output == "No plugin is at fault.\n"


def test_enabled_plugin_is_taken_in_again(tresen: Callable[..., Result]) -> None:
    tresen("disable", "tap")
    said = [tresen("enable", "tap").output for _time in range(2)]
    assert said == ["tap is taken in at the next start of Tresen.\n", "Tap is on already.\n"]
    assert lines(tresen("list"), "tap")[0].split()[2] == "taken_in"


def test_disabling_twice_says_so(tresen: Callable[..., Result]) -> None:
    tresen("disable", "tap")
    assert tresen("disable", "tap").output == "tap is off already.\n"


def test_enabling_does_not_overrule_the_configuration(
    config: Config, workshop: Workshop, tresen: Callable[..., Result]
) -> None:
    def start() -> Core:
        return application.create_core(replace(config, strict=False, plugins_off=("tap",)))

    failure = CliRunner().invoke(cli.plugins, ["enable", "tap"], obj=start).exception
    assert isinstance(failure, Refused)
    assert failure.sentence == "The option plugins_off switches tap off: take it out there."


@pytest.mark.parametrize("command", ["enable", "disable"])
def test_switching_an_unknown_plugin_is_refused(
    tresen: Callable[..., Result], command: str
) -> None:
    failure = tresen(command, "nowhere").exception
    assert isinstance(failure, Missing)
    assert failure.sentence == "There is no plugin called nowhere."


def test_group_holds_the_life_of_a_plugin() -> None:
    assert " ".join(sorted(cli.plugins.commands)) == (
        "check disable doctor enable info list new orphans purge remove wake"
    )
