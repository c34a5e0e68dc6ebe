# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the plan says is what then happens: said, done, and the two compared."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import Result
from hooks.workshop import HOOK, Workshop
from sqlalchemy import text
from tresen import app as application
from tresen import fitness
from tresen.config import Config
from tresen.desk import Core
from tresen.loader import GROUP
from tresen.switches import switch
from upgrade.schema import schema_of
from upgrade.site import install, write_wheel

Upgrade = Callable[..., Result]
Start = Callable[[], Core]
# The plugins of this repository, as far as they are installed beside the core.
SHIPPED = [point.name for point in entry_points(group=GROUP)]
QUIET = f"{HOOK}def permissions(): return []\n"
STEP = """
import sqlalchemy as sa
from alembic import op
revision = {number!r}
down_revision = {before!r}
def upgrade():
    op.create_table("{name}_box{number}", sa.Column("id", sa.Integer(), primary_key=True))
    {then}
"""
VIEW = """
from flask import Blueprint
pages = Blueprint("bare", __name__)
@pages.get("/")
def front():
    return "front"
"""


def step(name: str, number: str = "0001", then: str = "pass") -> dict[str, str]:
    before = None if number == "0001" else f"{int(number) - 1:04d}"
    return {
        f"migrations/{number}_step.py": STEP.format(
            name=name, number=number, before=before, then=then
        )
    }


def make_sound(workshop: Workshop) -> None:
    workshop.make("calm", QUIET, needs="tresen>=0.1")
    workshop.make("brisk", QUIET, needs="tresen>=0.1,<99", **step("brisk"))


def make_broken(workshop: Workshop) -> None:
    """Make one plugin for each fault that a start or an upgrade may stumble over."""
    workshop.make("wanting", QUIET, needs="tresen>=99")
    workshop.make("lonely", QUIET, needs="not-there>=1")
    workshop.make("torn", "import missing_module")
    workshop.make("leaving", "raise SystemExit(3)")
    workshop.make("bare", f"{VIEW}{HOOK}def blueprints(): return [pages]")
    workshop.make("afoul", QUIET, **step("afoul", then="1 / 0"))
    workshop.make("halting", QUIET, **step("halting"), **step("halting", "0002", "1 / 0"))
    workshop.make("misnamed", QUIET, **step("misnamed", "0007"))
    workshop.make("garbled", QUIET, **{"migrations/0001_step.py": "def upgrade(:"})
    workshop.make("fleeing", QUIET, **step("fleeing", then="raise SystemExit(3)"))
    workshop.make("ahead", QUIET, **step("ahead"))


def put_ahead(core: Core) -> None:
    """Leave the schema that a later version of the plugin `ahead` made."""
    with core.engine.begin() as connection:
        connection.execute(text("CREATE TABLE schema_version_ahead (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO schema_version_ahead VALUES ('0005')"))


def said_of(result: Result) -> dict[str, str]:
    """Return what a plan says of each plugin, its reasons left out."""
    lines = result.output.splitlines()
    return {line.split()[0]: line.split(maxsplit=2)[2].partition(": ")[0] for line in lines}


def paused(result: Result) -> set[str]:
    return {name for name, words in said_of(result).items() if words.startswith("will be paused")}


@pytest.fixture
def lenient(config: Config, workshop: Workshop) -> Iterator[Start]:
    """Return a function that starts a core with every plugin: an update meets ours as well."""
    with ExitStack() as made:

        def start() -> Core:
            core = application.create_core(replace(config, strict=False))
            made.callback(core.engine.dispose)
            return core

        yield start


def really_aside(start: Start) -> set[str]:
    """Start as the web process does; return who was set aside, though nobody wanted it."""
    core = start()
    fitness.check_schema(core)
    application.create_app(core)
    return set(core.plugins.set_aside) - core.plugins.switched_off


def test_rehearsed_plan_of_broken_plugins_is_what_then_happens(
    workshop: Workshop, upgrade: Upgrade, lenient: Start, core: Core
) -> None:
    make_sound(workshop)
    make_broken(workshop)
    put_ahead(core)
    before = schema_of(core.engine)
    plan = upgrade("--plan", "--rehearse")
    assert schema_of(core.engine) == before
    assert (plan.exit_code, upgrade().exit_code) == (1, 1)
    assert paused(plan) == really_aside(lenient)
    assert paused(plan) == {
        *("afoul", "ahead", "bare", "fleeing", "garbled", "halting", "leaving"),
        *("lonely", "misnamed", "torn", "wanting"),
    }
    assert said_of(plan)["brisk"] == "works, runs 0001"
    assert {said_of(plan)[name] for name in ("calm", *SHIPPED)} == {"works"}


def test_plan_of_sound_plugins_is_what_then_happens(
    workshop: Workshop, upgrade: Upgrade, lenient: Start
) -> None:
    make_sound(workshop)
    plan = upgrade("--plan", "--rehearse")
    assert (plan.exit_code, upgrade().exit_code) == (0, 0)
    assert (paused(plan), really_aside(lenient)) == (set(), set())
    assert said_of(upgrade("--plan"))["brisk"] == "works"


def test_plan_without_a_rehearsal_finds_all_but_what_only_running_shows(
    workshop: Workshop, upgrade: Upgrade, core: Core
) -> None:
    make_sound(workshop)
    make_broken(workshop)
    put_ahead(core)
    assert paused(upgrade("--plan", "--rehearse")) - paused(upgrade("--plan")) == {
        "afoul",
        "fleeing",
        "halting",
    }


def test_plugin_that_is_switched_off_stays_off(
    workshop: Workshop, upgrade: Upgrade, lenient: Start, core: Core
) -> None:
    workshop.make("torn", "import missing_module")
    switch(core.config.data_dir, "torn", on=False)
    plan = upgrade("--plan")
    assert (plan.exit_code, said_of(plan)["torn"]) == (0, "stays off")
    assert really_aside(lenient) == set()


@pytest.fixture
def constraints(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a constraints file."""

    def write(*lines: str) -> Path:
        file = tmp_path / "constraints.txt"
        file.write_text("".join(f"{line}\n" for line in lines))
        return file

    return write


def test_plan_for_another_core_is_what_pip_then_leaves(
    workshop: Workshop, upgrade: Upgrade, lenient: Start, constraints: Callable[..., Path]
) -> None:
    workshop.make("ready", QUIET, needs="tresen>=0.1,<10")
    workshop.make("early", QUIET, needs="tresen>=9")
    workshop.make("strict", QUIET, needs="tresen==0.1.0")
    workshop.make("torn", "import missing_module", needs="tresen<10")
    plan = upgrade("--plan", constraints("tresen==9.0"))
    install(workshop, "tresen", "9.0")
    assert upgrade().exit_code == 0
    assert paused(plan) == really_aside(lenient) == {*SHIPPED, "strict", "torn"}
    assert (said_of(plan)["ready"], said_of(plan)["early"]) == ("works", "works")
    assert said_of(plan)["tresen"] == "works"
    sentence = "It needs tresen==0.1.0, but tresen 9.0 is installed."
    assert f"will be paused: {sentence}" in plan.output
    assert lenient().plugins.set_aside["strict"] == sentence


def test_plan_with_a_wheelhouse_says_which_update_helps_and_it_does(
    workshop: Workshop,
    upgrade: Upgrade,
    lenient: Start,
    constraints: Callable[..., Path],
    tmp_path: Path,
) -> None:
    for name in ("tap", "sink"):
        workshop.make(name, QUIET, needs="tresen<1")
        # The newest fitting one is taken: neither the newest, nor the first that fits.
        for number, needs in (("2", "tresen<10"), ("3", "tresen<11"), ("4", "tresen>=12,<13")):
            write_wheel(tmp_path / "wheels", f"tresen-{name}", number, needs)
    file = constraints("tresen==9.0", "tresen-sink==4")
    plan = upgrade("--plan", "--wheelhouse", tmp_path / "wheels", file)
    assert said_of(plan) == {
        "tresen": "works",
        **dict.fromkeys(SHIPPED, "will be paused"),
        "sink": "will be paused after update to 4",
        "tap": "works after update to 3",
    }
    install(workshop, "tresen", "9.0")
    install(workshop, "tresen_tap", "3", "tresen<11")
    install(workshop, "tresen_sink", "4", "tresen>=12,<13")
    assert upgrade().exit_code == 0
    assert really_aside(lenient) == paused(plan)


def test_paused_plugin_comes_back_by_itself_with_its_data(
    workshop: Workshop, upgrade: Upgrade, lenient: Start, core: Core
) -> None:
    workshop.make("brisk", QUIET, needs="tresen<9", **step("brisk"))
    upgrade()
    with core.engine.begin() as connection:
        connection.execute(text("INSERT INTO brisk_box0001 (id) VALUES (7)"))
    install(workshop, "tresen", "9.0")
    assert upgrade().exit_code == 0
    assert "brisk" in really_aside(lenient)
    install(workshop, "tresen_brisk", "2", "tresen<10")
    assert said_of(upgrade("--plan"))["brisk"] == "works"
    assert (upgrade().exit_code, "brisk" in really_aside(lenient)) == (0, False)
    with core.engine.connect() as connection:
        assert connection.scalar(text("SELECT id FROM brisk_box0001")) == 7
