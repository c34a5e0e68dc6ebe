# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin leaves is counted, exported and removed by its name, without its code."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from hooks.workshop import Workshop
from sqlalchemy import Engine, inspect, text
from tresen import migrate
from tresen.admin import cli, export, remains
from tresen.desk import Core, desk_for
from tresen.errors import Missing, Refused
from tresen.files.models import StoredFile
from tresen.files.service import store_file
from tresen.jobs.models import PeriodicRun
from tresen.jobs.service import enqueue
from tresen.journal.service import record
from tresen.revisions import chains_of
from tresen.search.service import Text, add
from tresen.settings.models import Setting
from tresen.switches import switched_off

PLUGIN = """
from datetime import timedelta
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tresen.sdk import Job, Permission, PluginTables, SettingsForm, hookimpl
from wtforms import Form, IntegerField

class Base(PluginTables, DeclarativeBase):
    plugin = "tap"
class Pipe(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
class Drop(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    pipe_id: Mapped[int | None] = mapped_column(ForeignKey("tap_pipe.id", ondelete="CASCADE"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
class TapForm(Form):
    litres = IntegerField("Litres", default=5)

@hookimpl
def settings_forms(): return [SettingsForm("tap", "Tap", TapForm)]
@hookimpl
def permissions(): return [Permission("tap.open", "Open the tap")]
@hookimpl
def jobs(): return [Job("tap.drip", lambda desk: None, every=timedelta(hours=1))]
"""
REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "0001"
down_revision = None
def upgrade():
    op.create_table("tap_pipe", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("tap_drop", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("pipe_id", sa.Integer(), sa.ForeignKey("tap_pipe.id", ondelete="CASCADE")),
        sa.Column("file_id", sa.Integer(), sa.ForeignKey("stored_file.id", ondelete="SET NULL")))
"""
Run = Callable[..., Result]


@pytest.fixture
def tapped(workshop: Workshop, lenient: Callable[[], Core]) -> Iterator[Core]:
    """Return a core whose plugin tap has its tables; they are gone again after the test."""
    workshop.make("tap", PLUGIN, doc="Tap: it drips.", **{"migrations/0001_pipes.py": REVISION})
    core = lenient()
    migrate.upgrade(core.engine, chains_of(core.plugins))
    yield core
    remains.purge(core, "tap")


@pytest.fixture
def used(tapped: Core) -> Core:
    """Return the core after the plugin was used."""
    fill(tapped)
    return tapped


def fill(core: Core) -> None:
    """Use the plugin: rows, a file, a setting, a job, a finding, entries of the journal."""
    with desk_for(core, write=True) as desk:
        own = store_file(desk, "drop.txt", "text/plain", b"drip")
        desk.session.execute(text("INSERT INTO tap_pipe (id) VALUES (1), (2)"))
        drop = text("INSERT INTO tap_drop (id, pipe_id, file_id) VALUES (1, 1, :file)")
        desk.session.execute(drop, {"file": own.id})
        desk.session.add(Setting(name="tap", values={"litres": 9}, changed_at=desk.now()))
        enqueue(desk, "tap.drip")
        add(desk, "tap.pipe", 1, 0, Text("A leaking pipe"))
        record(desk, "tap.pipe", 1, "laid")
        record(desk, "settings:tap", 0, "changed")


@pytest.fixture
def tresen(lenient: Callable[[], Core]) -> Run:
    """Return a function that runs `tresen plugins`."""
    return lambda *words: CliRunner().invoke(cli.plugins, words, obj=lenient)


def uninstall(workshop: Workshop) -> None:
    """Take the code away, as pip does."""
    for file in (workshop.folder / "tresen_tap-1.dist-info").iterdir():
        file.unlink()


def dump(engine: Engine) -> dict[str, Any]:
    """Return the schema and every row.

    Left out are what the journal says of switching plugins, and the pages of SQLite's own index
    of words, in which what was deleted is only marked.
    """
    found: dict[str, Any] = {}
    inspector = inspect(engine)
    with engine.connect() as connection:
        names = inspector.get_table_names()
        for name in sorted(name for name in names if not name.startswith("search_text_")):
            columns = [(each["name"], str(each["type"])) for each in inspector.get_columns(name)]
            where = " WHERE subject_kind NOT LIKE 'plugin:%'" if name == "journal_entry" else ""
            rows = connection.execute(text(f'SELECT * FROM "{name}"{where}'))  # noqa: S608 - names of our own
            indexes = sorted(str(each["name"]) for each in inspector.get_indexes(name))
            found[name] = (columns, indexes, sorted(map(str, rows)))
    return found


def test_what_a_plugin_keeps_is_counted(used: Core) -> None:
    with used.engine.connect() as connection:
        found = remains.remains_of(connection, "tap")
    assert found.tables == {"tap_drop": 1, "tap_pipe": 2}
    assert found.rows == {"setting": 1, "queued_job": 1, "search_entry": 1, "journal_entry": 2}
    assert (found.files, found.has_version, found.is_empty) == (1, True, False)


def test_names_that_only_begin_alike_are_not_the_plugins(core: Core) -> None:
    with desk_for(core, write=True) as desk:
        for name in ("tapestry", "tap_dance", "TAP", "tapXopen", "un.tap"):
            desk.session.add(Setting(name=name, values={}, changed_at=desk.now()))
    with core.engine.connect() as connection:
        assert remains.remains_of(connection, "tap").is_empty


def test_purge_leaves_schema_and_data_as_they_were_before(
    core: Core, workshop: Workshop, tresen: Run, lenient: Callable[[], Core]
) -> None:
    with desk_for(core, write=True) as desk:
        store_file(desk, "kept.txt", "text/plain", b"of somebody else")
    before = dump(core.engine)
    workshop.make("tap", PLUGIN, doc="Tap: it drips.", **{"migrations/0001_pipes.py": REVISION})
    tapped = lenient()
    migrate.upgrade(tapped.engine, chains_of(tapped.plugins))
    fill(tapped)
    assert dump(core.engine) != before
    assert tresen("remove", "tap", "--purge", "--yes").exit_code == 0
    assert dump(core.engine) == before


def test_purge_keeps_a_file_and_bytes_that_others_need(used: Core) -> None:
    with desk_for(used, write=True) as desk:
        other = store_file(desk, "same bytes.txt", "text/plain", b"drip")
        kept = other.id
    remains.purge(used, "tap")
    with desk_for(used) as desk:
        assert list(desk.session.scalars(text("SELECT id FROM stored_file"))) == [kept]
        assert list(desk.session.scalars(text("SELECT size FROM blob"))) == [4]


def test_nothing_is_removed_before_yes(used: Core, tresen: Run) -> None:
    before = dump(used.engine)
    said = tresen("remove", "tap", "--purge").output
    assert said == (
        "It would remove tap_drop (1 row), tap_pipe (2 rows), 1 row of setting, "
        "1 row of queued_job, 1 row of search_entry, 2 rows of journal_entry, 1 file. "
        "Nothing is removed yet; --yes does it.\n"
    )
    assert dump(used.engine) == before
    assert switched_off(used.config.data_dir) == frozenset()


@pytest.mark.parametrize("ways", [(), ("--keep-data", "--purge")])
def test_remove_asks_what_becomes_of_the_data(
    used: Core, tresen: Run, ways: tuple[str, ...]
) -> None:
    before = dump(used.engine)
    said = tresen("remove", "tap", *ways, "--yes")
    assert said.exit_code == 2
    assert "--keep-data, --export FILE or --purge." in said.output
    assert dump(used.engine) == before


def test_removed_plugin_stays_out_until_its_code_goes(
    used: Core, tresen: Run, lenient: Callable[[], Core]
) -> None:
    said = tresen("remove", "tap", "--purge", "--yes").output
    assert said.endswith("Its code goes with: pip uninstall tresen-tap\n")
    assert switched_off(used.config.data_dir) == {"tap"}
    later = lenient()
    assert [chain.name for chain in chains_of(later.plugins)][-1] != "tap"


def test_kept_data_are_there_when_the_plugin_is_taken_in_again(
    used: Core, tresen: Run, lenient: Callable[[], Core]
) -> None:
    before = dump(used.engine)
    tresen("remove", "tap", "--keep-data")
    tresen("enable", "tap")
    assert dump(used.engine) == before
    assert "tap" in lenient().plugins.taken_in


def test_export_holds_every_row_and_the_files(used: Core, tresen: Run, tmp_path: Path) -> None:
    file = tmp_path / "tap.zip"
    assert tresen("remove", "tap", "--export", str(file), "--yes").exit_code == 0
    with ZipFile(file) as archive:
        names = sorted(archive.namelist())
        rows = {
            name: [json.loads(line) for line in archive.read(name).decode().splitlines()]
            for name in names
            if name.endswith(".jsonl")
        }
        manifest = json.loads(archive.read("manifest.json"))
        (bytes_of_file,) = [archive.read(name) for name in names if name.startswith("files/")]
    assert {name: len(found) for name, found in rows.items()} == {
        "journal_entry.jsonl": 2,
        "periodic_run.jsonl": 0,
        "plugin_fault.jsonl": 0,
        "plugin_rest.jsonl": 0,
        "queued_job.jsonl": 1,
        "search_entry.jsonl": 1,
        "setting.jsonl": 1,
        "stored_file.jsonl": 1,
        "tap_drop.jsonl": 1,
        "tap_pipe.jsonl": 2,
    }
    assert rows["setting.jsonl"][0]["values"] == {"litres": 9}
    assert bytes_of_file == b"drip"
    assert (manifest["format"], manifest["plugin"]) == ("tresen-plugin-export-1", "tap")
    with used.engine.connect() as connection:
        assert remains.remains_of(connection, "tap").is_empty


def test_export_never_overwrites_and_then_removes_nothing(
    used: Core, tresen: Run, tmp_path: Path
) -> None:
    file = tmp_path / "tap.zip"
    file.write_bytes(b"last year's")
    before = dump(used.engine)
    said = tresen("remove", "tap", "--export", str(file), "--yes")
    assert (said.exit_code, said.output) == (1, f"Error: {file} cannot be written: File exists\n")
    assert (file.read_bytes(), dump(used.engine)) == (b"last year's", before)


def test_orphans_are_what_uninstalled_plugins_left(
    used: Core, workshop: Workshop, tresen: Run
) -> None:
    assert tresen("orphans").output == "No plugin left anything behind.\n"
    uninstall(workshop)
    (line,) = tresen("orphans").output.splitlines()
    assert line.startswith("tap: tap_drop (1 row), tap_pipe (2 rows), 1 row of setting")


def test_orphans_are_purged_without_their_code(used: Core, workshop: Workshop, tresen: Run) -> None:
    uninstall(workshop)
    assert "Nothing is removed yet" in tresen("purge", "tap").output
    assert tresen("purge", "tap", "--yes").output.startswith("Removed: tap_drop (1 row)")
    assert tresen("orphans").output == "No plugin left anything behind.\n"


def test_installed_plugin_is_removed_rather_than_purged(used: Core, tresen: Run) -> None:
    failure = tresen("purge", "tap", "--yes").exception
    assert isinstance(failure, Refused)
    assert failure.sentence == "tap is installed: tresen plugins remove tap"


@pytest.mark.parametrize("name", ["ticket", "person", "mail", "core", "search", "nowhere", ""])
def test_names_of_the_core_are_never_purged(core: Core, tresen: Run, name: str) -> None:
    before = dump(core.engine)
    failure = tresen("purge", name, "--yes").exception
    assert isinstance(failure, Missing)
    assert failure.sentence == f"Nothing is kept in the name of {name}."
    assert dump(core.engine) == before


@pytest.mark.parametrize("name", ["journal.prune", "search.rebuild", "tickets.close_old"])
def test_row_that_an_older_core_left_makes_nothing_of_the_core_an_orphan(
    core: Core, name: str
) -> None:
    with desk_for(core, write=True) as desk:
        desk.session.add(PeriodicRun(name=name, next_at=desk.now(), last_at=desk.now()))
    assert remains.orphans(core) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(minutes=1, milliseconds=5), '"PT60.005000S"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (b"drip", '"ZHJpcA=="'),
    ],
)
def test_value_of_every_kind_has_its_form_in_an_export(value: Any, text: str) -> None:
    assert json.dumps(value, default=export._plain) == text


def test_files_of_an_uninstalled_plugin_stay_until_it_is_purged(
    used: Core, workshop: Workshop
) -> None:
    uninstall(workshop)
    with desk_for(used) as desk:
        assert [file.name for file in desk.session.query(StoredFile)] == ["drop.txt"]
