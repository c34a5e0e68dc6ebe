# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an export writes of each kind of value, and whose rows are whose where names begin alike."""

import json
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Time,
    insert,
)
from tresen.admin import export, remains, service
from tresen.desk import Core, desk_for
from tresen.errors import Missing
from tresen.files.models import StoredFile
from tresen.files.service import store_file
from tresen.journal.queries import entries_of
from tresen.journal.service import record
from tresen.settings.models import Setting
from tresen.switches import switched_off
from tresen.testing.fixtures import SteppedClock

KINDS = {
    "amount": (Numeric(10, 2), "12.50", "12.50"),
    "body": (LargeBinary(), b"\x00\xff", "AP8="),
    "day": (Date(), "2026-02-28", "2026-02-28"),
    "hour": (Time(), "08:30:00", "08:30:00"),
    "moment": (DateTime(timezone=True), "2026-03-10T09:00:00+00:00", "2026-03-10T09:00:00+00:00"),
    "is_on": (Boolean(), True, True),
    "word": (String(40), 'Größe "日本"\n', 'Größe "日本"\n'),
    "blank": (String(40), None, None),
}


class PowerCutError(Exception):
    """Stands for the end of the process in the middle of an export."""


def make(core: Core, plugin: str, *names: str, rows: int = 0) -> None:
    """Make a plugin's version table and empty or filled tables."""
    made = MetaData()
    tables = [
        Table(f"{plugin}_{name}", made, Column("id", Integer, primary_key=True)) for name in names
    ]
    Table(f"schema_version_{plugin}", made, Column("version_num", String(32), primary_key=True))
    with core.engine.begin() as connection:
        made.create_all(connection)
        for table in tables:
            for number in range(rows):
                connection.execute(insert(table).values(id=number + 1))


def kept(core: Core, plugin: str) -> tuple[dict[str, int], dict[str, int], bool]:
    with core.engine.connect() as connection:
        found = remains.remains_of(connection, plugin)
    return found.tables, found.rows, found.has_version


def lines(file: Path, name: str) -> list[object]:
    with ZipFile(file) as archive:
        return [json.loads(line) for line in archive.read(name).decode().splitlines()]


@pytest.mark.parametrize("kind", KINDS)
def test_value_of_each_kind_is_written_in_its_form(core: Core, tmp_path: Path, kind: str) -> None:
    column, value, written = KINDS[kind]
    made = MetaData()
    table = Table("tap_thing", made, Column(kind, column))
    python_type = column.python_type
    if hasattr(python_type, "fromisoformat"):
        value = python_type.fromisoformat(value)
    elif value is not None:
        value = python_type(value)
    with core.engine.begin() as connection:
        made.create_all(connection)
        connection.execute(insert(table).values({kind: value}))
    export.export(core, "tap", tmp_path / "tap.zip")
    with core.engine.begin() as connection:
        made.drop_all(connection)
    assert lines(tmp_path / "tap.zip", "tap_thing.jsonl") == [{kind: written}]


def test_manifest_says_when_and_what(core: Core, clock: SteppedClock, tmp_path: Path) -> None:
    make(core, "tap", "pipe", rows=2)
    found = export.export(core, "tap", tmp_path / "tap.zip")
    with ZipFile(tmp_path / "tap.zip") as archive:
        assert json.loads(archive.read("manifest.json")) == {
            "format": "tresen-plugin-export-1",
            "plugin": "tap",
            "exported_at": clock.moment.isoformat(),
            "tables": {"tap_pipe": 2},
            "rows": {},
            "files": 0,
        }
    assert (found.tables, found.rows) == ({"tap_pipe": 2}, {})
    remains.purge(core, "tap")


def test_export_of_a_plugin_that_kept_nothing_holds_empty_lists(core: Core, tmp_path: Path) -> None:
    with desk_for(core, write=True) as desk:
        store_file(desk, "kept.txt", "text/plain", b"of somebody else")
    export.export(core, "tap", tmp_path / "tap.zip")
    with ZipFile(tmp_path / "tap.zip") as archive:
        sizes = {name: archive.getinfo(name).file_size for name in archive.namelist()}
    assert sizes.pop("manifest.json") > 0
    assert sizes == dict.fromkeys(
        (f"{name}.jsonl" for name in (*remains.NAMED, StoredFile.__tablename__)), 0
    )


def test_tables_of_two_plugins_whose_names_begin_alike_are_told_apart(core: Core) -> None:
    make(core, "tap", "pipe", rows=1)
    make(core, "tap_dance", "step", "shoe", rows=3)
    assert kept(core, "tap") == ({"tap_pipe": 1}, {}, True)
    assert kept(core, "tap_dance") == ({"tap_dance_shoe": 3, "tap_dance_step": 3}, {}, True)
    assert [found.plugin for found in remains.orphans(core)] == ["tap", "tap_dance"]
    remains.purge(core, "tap")
    assert kept(core, "tap") == ({}, {}, False)
    assert kept(core, "tap_dance") == ({"tap_dance_shoe": 3, "tap_dance_step": 3}, {}, True)
    remains.purge(core, "tap_dance")
    assert remains.orphans(core) == []


def test_rows_of_two_plugins_whose_names_begin_alike_are_told_apart(core: Core) -> None:
    with desk_for(core, write=True) as desk:
        for name in ("tap", "tap.more", "tap_dance", "tap_dance.step", "Tap", "tapXmore"):
            desk.session.add(Setting(name=name, values={"name": name}, changed_at=desk.now()))
            record(desk, f"settings:{name}", 0, "changed")
        record(desk, "plugin:tap", 0, "disabled")
    expected = {"setting": 2, "journal_entry": 2}
    assert [kept(core, name) for name in ("tap", "tap_dance")] == [({}, expected, False)] * 2
    remains.purge(core, "tap")
    with desk_for(core) as desk:
        names = [row.name for row in desk.session.query(Setting).order_by(Setting.name)]
        assert sorted(names) == ["Tap", "tapXmore", "tap_dance", "tap_dance.step"]
        assert [entry.action for entry in entries_of(desk, "plugin:tap", 0)] == ["disabled"]


def test_version_table_alone_is_something_left(core: Core) -> None:
    make(core, "tap")
    (found,) = remains.orphans(core)
    assert (found.plugin, found.tables, found.is_empty) == ("tap", {}, False)
    remains.purge(core, "tap")
    assert remains.orphans(core) == []


def test_purge_of_what_was_left_is_recorded_and_takes_the_switch_along(core: Core) -> None:
    make(core, "tap", "pipe")
    (core.config.data_dir / "plugins-off.txt").write_text("sink\ntap\n")
    service.purge(core, "tap")
    with desk_for(core) as desk:
        assert [entry.action for entry in entries_of(desk, "plugin:tap", 0)] == ["purged"]
    assert switched_off(core.config.data_dir) == {"sink"}
    with pytest.raises(Missing):
        service.purge(core, "tap")


def test_export_that_is_interrupted_leaves_no_half_a_file(
    core: Core, clock: SteppedClock, tmp_path: Path
) -> None:
    def cut() -> datetime:
        raise PowerCutError

    core.clock = cut
    with pytest.raises(PowerCutError):
        export.export(core, "tap", tmp_path / "tap.zip")
    core.clock = clock
    assert list(tmp_path.glob("*.zip")) == []
    assert export.export(core, "tap", tmp_path / "tap.zip").is_empty
