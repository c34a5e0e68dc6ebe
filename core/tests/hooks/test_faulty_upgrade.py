# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin whose migration fails costs its own upgrade, and nobody else's."""

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from hooks.workshop import Workshop
from sqlalchemy import inspect
from tresen import fitness
from tresen.admin import remains
from tresen.cli import main
from tresen.config import Config
from tresen.desk import Core
from tresen.revisions import VERSIONS

MAKES = """
import sqlalchemy as sa
from alembic import op
revision = {number!r}
down_revision = {before!r}
def upgrade():
    op.create_table({table!r}, sa.Column("id", sa.Integer(), primary_key=True))
    {then}
"""
MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tresen.sdk import PluginTables
class Base(PluginTables, DeclarativeBase):
    plugin = {name!r}
class Thing(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
"""
REFUSAL = (
    "afoul could not be upgraded and will be set aside; the others are ready. "
    "Install another version of it, then run tresen upgrade again."
)


def step(number: str, table: str, then: str = "pass") -> str:
    before = None if number == "0001" else f"{int(number) - 1:04d}"
    return MAKES.format(number=number, before=before, table=table, then=then)


@pytest.fixture
def upgrade(
    monkeypatch: pytest.MonkeyPatch, config: Config, core: Core
) -> Iterator[Callable[[], Result]]:
    """Return a function that runs `tresen upgrade`; the plugins' tables go with the test."""
    monkeypatch.setenv("TRESEN_DATABASE_URL", config.database_url)
    monkeypatch.setenv("TRESEN_DATA_DIR", str(config.data_dir))
    yield lambda: CliRunner().invoke(main, ["upgrade"])
    for name in ("afoul", "brisk"):
        remains.purge(core, name)


def make(workshop: Workshop, name: str, **migrations: str) -> None:
    files = {f"migrations/{number}_step.py": text for number, text in migrations.items()}
    workshop.make(name, "", **{"models.py": MODELS.format(name=name)}, **files)


def said_of(result: Result, *names: str) -> list[str]:
    return [line for line in result.output.splitlines() if line.startswith(names)]


def test_other_plugins_are_upgraded_and_the_failing_one_is_named(
    workshop: Workshop, upgrade: Callable[[], Result], lenient: Callable[[], Core]
) -> None:
    make(workshop, "afoul", **{"0001": step("0001", "afoul_thing", "1 / 0")})
    make(workshop, "brisk", **{"0001": step("0001", "brisk_thing")})
    result = upgrade()
    assert result.exit_code == 1
    assert said_of(result, "afoul:", "brisk:", "Error") == [
        "afoul: failed, nothing of this revision is kept: division by zero",
        "brisk: 0001",
        f"Error: {REFUSAL}",
    ]
    core = lenient()
    fitness.check_schema(core)
    assert core.plugins.set_aside == {
        "afoul": "The database lacks 1 revisions of afoul: tresen upgrade"
    }
    assert "brisk" in core.plugins.taken_in


def test_failing_revision_leaves_nothing_and_what_came_before_stays(
    workshop: Workshop, upgrade: Callable[[], Result], core: Core
) -> None:
    make(
        workshop,
        "afoul",
        **{
            "0001": step("0001", "afoul_thing"),
            "0002": step("0002", "afoul_more", "raise OSError('the disk is full')"),
        },
    )
    upgrade()
    tables = {name for name in inspect(core.engine).get_table_names() if "afoul" in name}
    assert tables == {"afoul_thing", f"{VERSIONS}afoul"}


def test_mended_plugin_goes_on_where_it_stopped(
    workshop: Workshop, upgrade: Callable[[], Result], core: Core
) -> None:
    broken = {
        "0001": step("0001", "afoul_thing"),
        "0002": step("0002", "afoul_more", "1 / 0"),
    }
    make(workshop, "afoul", **broken)
    upgrade()
    file = workshop.folder / "tresen_afoul" / "migrations" / "0002_step.py"
    file.write_text(step("0002", "afoul_more"))
    result = upgrade()
    assert (result.exit_code, said_of(result, "afoul:")) == (0, ["afoul: 0002"])
    assert "afoul_more" in inspect(core.engine).get_table_names()
