# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a start found fit is not judged again, until anything that decides it is another."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hooks.workshop import HOOK, MANIFEST, Workshop
from tresen import app as application
from tresen import known, switches
from tresen.config import Config
from tresen.desk import Core

QUIET = f"{HOOK}def permissions(): return []\n"
REST = f"""
{HOOK}def rest_blueprints():
    from tresen.sdk import RestBlueprint
    (__import__("pathlib").Path(__file__).parent / "asked").touch()
    return [RestBlueprint("rest_lamp", __name__)]
"""
Start = Callable[[], Core]


@pytest.fixture
def lamp(workshop: Workshop) -> Path:
    """Return the folder of a plugin that says when it is asked for its resources."""
    workshop.make("lamp", REST, **{"plugin.toml": MANIFEST})
    return workshop.folder / "tresen_lamp"


@pytest.fixture
def start(config: Config, lamp: Path) -> Iterator[Start]:
    """Return a function that starts as a web process does."""
    made: list[Core] = []
    lenient = replace(config, strict=False)

    def started() -> Core:
        state = known.state_of(lenient)
        core = application.create_core(lenient, is_known=known.is_known(lenient, state))
        made.append(core)
        application.create_app(core)
        known.remember(core, state)
        return core

    yield started
    for core in made:
        core.engine.dispose()


def test_second_start_asks_for_no_resources(start: Start, lamp: Path) -> None:
    first = start()
    (lamp / "asked").unlink()
    second = start()
    assert [core.plugins.is_known for core in (first, second)] == [False, True]
    assert [core.plugins.set_aside for core in (first, second)] == [{}, {}]
    assert not (lamp / "asked").exists()


def test_plugin_that_is_changed_is_judged_again(start: Start, lamp: Path) -> None:
    start()
    (lamp / "plugin.toml").write_text(MANIFEST.replace("stable", "splendid"))
    judged = start()
    assert judged.plugins.is_known is False
    assert judged.plugins.set_aside == {
        "lamp": "Its plugin.toml is not understood: maturity: Must be one of: experimental, "
        "pilot, stable, deprecated, seeking-maintainer."
    }


def test_state_with_a_plugin_set_aside_is_not_kept(start: Start, lamp: Path) -> None:
    (lamp / "plugin.toml").write_text("area =")
    assert [start().plugins.is_known for _time in range(2)] == [False, False]


def test_plugin_that_is_switched_off_leaves_the_rest_known(start: Start, config: Config) -> None:
    switches.switch(config.data_dir, "lamp", on=False)
    cores = [start() for _time in range(2)]
    assert [core.plugins.is_known for core in cores] == [False, True]
    assert [core.plugins.set_aside for core in cores] == [{"lamp": "It is switched off."}] * 2
    switches.switch(config.data_dir, "lamp", on=True)
    assert start().plugins.is_known is False


def changes(config: Config, folder: Path) -> dict[str, Callable[[], object]]:
    """Return what makes the state another one, each of which could change a verdict."""
    package, metadata = folder / "tresen_lamp", folder / "tresen_lamp-1.dist-info"
    return {
        "a module is written": lambda: (package / "more.py").write_text(""),
        "a module is removed": (package / "more.py").unlink,
        "a file has another time": lambda: os.utime(package / "hooks.py", (1, 1)),
        "a file in a folder": lambda: _written(package / "inner" / "deep.py"),
        "it is upgraded": lambda: metadata.rename(folder / "tresen_lamp-2.dist-info"),
        "a library comes": (folder / "other-1.dist-info").mkdir,
        "a library is installed anew": lambda: os.utime(folder / "other-1.dist-info", (1, 1)),
        "a library goes": (folder / "other-1.dist-info").rmdir,
        "it is switched off": lambda: switches.switch(config.data_dir, "lamp", on=False),
        "it goes": lambda: shutil.rmtree(package),
    }


def _written(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("")


def test_each_change_of_what_is_installed_is_another_state(
    config: Config, workshop: Workshop, lamp: Path
) -> None:
    states = [known.state_of(config)]
    for change in changes(config, workshop.folder).values():
        change()
        states.append(known.state_of(config))
    assert [one for one, next_one in pairwise(states) if one == next_one] == []


@pytest.mark.parametrize("option", [{"plugins_off": ("lamp",)}, {"safe": True}, {"strict": False}])
def test_each_option_that_decides_is_in_the_state(
    config: Config, option: dict[str, object]
) -> None:
    assert known.state_of(config) != known.state_of(replace(config, **option))  # type: ignore[arg-type]


def test_what_is_no_code_leaves_the_state(config: Config, lamp: Path) -> None:
    before = known.state_of(config)
    (lamp / "asked").touch()
    (lamp / "__pycache__").mkdir(exist_ok=True)
    (lamp / "__pycache__" / "hooks.pyc").touch()
    assert known.state_of(config) == before


@pytest.mark.parametrize("kept", [b"another", b"\xff\xfe", b""])
def test_file_that_says_something_else_is_not_believed(config: Config, kept: bytes) -> None:
    file = config.data_dir / "compiled" / "fit"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(kept)
    assert known.is_known(config, known.state_of(config)) is False


def test_start_goes_on_where_nothing_can_be_written(start: Start, config: Config) -> None:
    shutil.rmtree(config.data_dir / "compiled")
    (config.data_dir / "compiled").write_text("no folder")
    assert [start().plugins.is_known for _time in range(2)] == [False, False]


def test_file_is_replaced_whole(start: Start, config: Config, lamp: Path) -> None:
    start()
    (lamp / "more.py").write_text("")
    start()
    folder = config.data_dir / "compiled"
    assert [file.name for file in folder.glob("fit*")] == ["fit"]
    assert (folder / "fit").read_text() == known.state_of(replace(config, strict=False))
