# SPDX-License-Identifier: AGPL-3.0-or-later
"""A stranger's plugin, built from the tutorial in a folder of its own, lives its whole life.

Core and plugin become wheels and are installed from a wheelhouse without a network, as a partner's
would be. The plugin passes the kit, works, goes up a version, is switched off and removed; after
that the database holds what it held before.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from configparser import ConfigParser
from contextlib import closing
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest
from architecture.tree import ROOT
from shipped import SHIPPED

PAGES = ROOT / "docs" / "plugins"
FILE = re.compile(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONTRACT = """
from tresen.testing.contract import *

PLUGIN = "callbacks"
"""
GERMAN = """
msgid ""
msgstr ""
"Language: de\\n"

msgid "Call back"
msgstr "Rückruf"

msgid "Wishes to be called"
msgstr "Wünsche nach einem Anruf"

msgid "Wants to be called on"
msgstr "Möchte angerufen werden unter"
"""
NOTE = """    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
"""
COLUMN = """# SPDX-License-Identifier: AGPL-3.0-or-later
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("callbacks_wish") as table:
        table.add_column(sa.Column("note", sa.String(200), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("callbacks_wish") as table:
        table.drop_column("note")
"""
MAJOR = int(version("setuptools").split(".")[0]) if find_spec("setuptools") else 0
# An extra of the core brings both; the environment of a developer has them from `desk.py setup`.
HAS_BUILDERS = find_spec("pip") and find_spec("setuptools") and MAJOR >= 77
needs_builders = pytest.mark.skipif(not HAS_BUILDERS, reason="needs pip install 'tresen[building]'")
DATABASE = "tresen.sqlite3"
# What is installed beside the stranger's plugin.
OURS = ",".join(SHIPPED)


class House:
    """A partner's machine: sources, a wheelhouse, what is installed, and a running installation."""

    def __init__(self, folder: Path) -> None:
        self.plugin, self.wheels = folder / "callbacks", folder / "wheels"
        self.site, self.data = folder / "site", folder / "data"

    def run(self, *words: object, off: str = OURS, at: Path | None = None) -> str:
        """Run a module of Python on what is installed; return what it said."""
        known = {key: value for key, value in os.environ.items() if not key.startswith("TRESEN_")}
        ours = {"PYTHONPATH": str(self.site), "TRESEN_DATA_DIR": str(self.data)}
        done = subprocess.run(
            [sys.executable, "-m", *map(str, words)],
            cwd=at or self.plugin,
            env={**known, **ours, "TRESEN_PLUGINS_OFF": off},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def build(self, source: Path) -> None:
        """Put a wheel into the wheelhouse with what this environment has, and nothing fetched."""
        how = ("--no-deps", "--no-build-isolation", "--no-index", "-q")
        self.run("pip", "wheel", *how, "-w", self.wheels, source)

    def install(self, *names: str) -> None:
        """Install from the wheelhouse, without a network."""
        how = ("--no-index", "--no-deps", "--upgrade", "-q", "--find-links", self.wheels)
        self.run("pip", "install", *how, "--target", self.site, *names)

    def dump(self) -> list[str]:
        """Return schema and data as SQL, without the journal of what was done to plugins."""
        with closing(sqlite3.connect(self.data / DATABASE)) as connection:
            lines = sorted(connection.iterdump())
        return [line for line in lines if "'plugin:callbacks'" not in line]

    def acts(self) -> list[str]:
        """Return what the journal says was done to the plugin."""
        asked = "SELECT action FROM journal_entry WHERE subject_kind = 'plugin:callbacks'"
        with closing(sqlite3.connect(self.data / DATABASE)) as connection:
            return [action for (action,) in connection.execute(f"{asked} ORDER BY id")]


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a machine whose wheelhouse holds the core, with the plugin's sources beside it."""
    made = House(tmp_path)
    for name, text in FILE.findall((PAGES / "first-plugin.md").read_text("utf-8")):
        write(made.plugin, name, text)
    write(made.plugin, "README.md", "# Call-backs\n")
    write(made.plugin, "tresen_callbacks/py.typed", "")
    write(made.plugin, "tresen_callbacks/locale/de/callbacks.po", GERMAN)
    write(made.plugin, "tests/test_contract.py", CONTRACT)
    core = tmp_path / "core_sources"
    leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "core" / "tresen", core / "core" / "tresen", ignore=leave_out)
    shutil.copytree(ROOT / "LICENSES", core / "LICENSES")
    for name in ("setup.cfg", "setup.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, core)
    made.build(core)
    made.build(made.plugin)
    return made


def second_version(plugin: Path) -> None:
    """Write the plugin's next version: a column more."""
    package = plugin / "tresen_callbacks"
    for name, old, new in (
        ("__init__.py", "0.1.0", "0.2.0"),
        ("models.py", "    wished_at:", NOTE + "    wished_at:"),
    ):
        text = (package / name).read_text("utf-8")
        assert old in text
        (package / name).write_text(text.replace(old, new), "utf-8")
    write(package, "migrations/0002_notes.py", COLUMN)
    shutil.rmtree(plugin / "build", ignore_errors=True)


def where_core_is(house: House) -> Path:
    """Return where the core is imported from: the wheel, not this repository."""
    ask = "import pathlib, tresen; print(pathlib.Path(tresen.__file__).parents[1])"
    write(house.plugin.parent, "where.py", ask)
    return Path(house.run("where", at=house.plugin.parent).strip())


def run_tests(house: House) -> None:
    """Run the plugin's own tests and the kit; of the kit one is run in two languages."""
    said = house.run("pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "tests")
    done = re.findall(r"(\d+) (passed|skipped)", said)
    assert sum(int(number) for number, _outcome in done) == 8 + 23, said


@needs_builders
@pytest.mark.timeout(600)
def test_strangers_plugin_lives_its_whole_life(house: House) -> None:
    house.install("tresen", "tresen-callbacks")
    house.run("tresen", "init", off=f"callbacks,{OURS}")
    assert house.run("tresen", "plugins", "list", off="").startswith("callbacks")
    kim = ("Kim", "kim@x.example", "--password", "a sentence is a fine password")
    house.run("tresen", "people", "add", *kim, off=f"callbacks,{OURS}")
    before = house.dump()

    house.run("tresen", "upgrade")
    assert where_core_is(house) == house.site
    run_tests(house)

    second_version(house.plugin)
    house.build(house.plugin)
    house.install("tresen-callbacks")
    house.run("tresen", "upgrade")
    assert "callbacks                0.2.0" in house.run("tresen", "plugins", "list")
    run_tests(house)

    house.run("tresen", "plugins", "disable", "callbacks")
    assert "off" in house.run("tresen", "plugins", "list")
    house.run("tresen", "plugins", "enable", "callbacks")
    house.run("tresen", "plugins", "remove", "callbacks", "--purge", "--yes")
    assert (house.dump(), house.acts()) == (before, ["disabled", "enabled", "purged"])


def test_tox_file_of_the_page_is_true() -> None:
    found = dict(FILE.findall((PAGES / "testing.md").read_text("utf-8")))
    tox = ConfigParser(interpolation=None)
    tox.read_string(found["tox.ini"])
    assert tox["tox"]["env_list"].split(", ") == ["oldest", "newest"]
    assert tox["testenv:oldest"]["uv_resolution"] == "lowest-direct"
    own = ConfigParser(interpolation=None)
    own.read(ROOT / "tox.ini", encoding="utf-8")
    assert tox["tox"]["requires"] == own["tox"]["requires"]
    assert own["testenv:oldest"]["uv_resolution"] == "lowest-direct"
