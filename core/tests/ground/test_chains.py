# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a schema has come is told from the files' numbers; what would not end is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect
from tresen import migrate, revisions
from tresen.db import make_engine
from tresen.errors import Misconfigured
from tresen.revisions import Chain
from tresen.testing.statements import recorded

STEP = """
from alembic import op
revision = "{number}"
down_revision = {before!r}
def upgrade():
    op.execute("CREATE TABLE jars_{number} (id INTEGER)")
def downgrade():
    op.execute("DROP TABLE jars_{number}")
"""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """Return an engine on a SQLite database without any table."""
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield engine
    engine.dispose()


@pytest.fixture
def jars(tmp_path: Path) -> Chain:
    """Return a chain of three revisions."""
    folder = tmp_path / "jars"
    folder.mkdir()
    for number, before in (("0001", None), ("0002", "0001"), ("0003", "0002")):
        write(folder, f"{number}_jar.py", number, before)
    return Chain("jars", folder)


def write(folder: Path, file: str, number: str, before: str | None) -> None:
    (folder / file).write_text(STEP.format(number=number, before=before))


def pending(engine: Engine, chain: Chain) -> list[str]:
    with engine.connect() as connection:
        return revisions.pending_revisions(connection, chain)


def tables(engine: Engine) -> list[str]:
    return sorted(inspect(engine).get_table_names())


@pytest.mark.parametrize(
    ("reached", "left"),
    [
        (None, ["0001", "0002", "0003"]),
        ("0001", ["0002", "0003"]),
        ("0002", ["0003"]),
        ("0003", []),
        ("base", ["0001", "0002", "0003"]),
    ],
)
def test_what_is_pending_is_what_comes_after_the_reached(
    empty: Engine, jars: Chain, reached: str | None, left: list[str]
) -> None:
    if reached:
        migrate.run_to(empty, jars, reached)
    assert pending(empty, jars) == left


def test_asking_what_is_pending_writes_nothing(empty: Engine, jars: Chain) -> None:
    assert (pending(empty, jars), tables(empty)) == (["0001", "0002", "0003"], [])
    with empty.connect() as connection:
        assert revisions.current_revision(connection, jars) is None


def test_only_numbered_files_are_revisions(jars: Chain) -> None:
    for name in ("__init__.py", "0004.py", "notes_1.py", "0005_old.py.orig", "env.py"):
        (jars.folder / name).write_text("")
    assert jars.revisions == ["0001", "0002", "0003"]


def test_folder_without_revisions_has_nothing_pending(empty: Engine, tmp_path: Path) -> None:
    bare = Chain("bare", tmp_path / "nowhere")
    assert (bare.revisions, pending(empty, bare)) == ([], [])
    assert migrate.upgrade(empty, [bare]) == {"bare": []}
    assert tables(empty) == []


def test_revision_without_a_numbered_file_stops_the_upgrade_before_it_begins(
    empty: Engine, jars: Chain
) -> None:
    (jars.folder / "0003_jar.py").rename(jars.folder / "last.py")
    with pytest.raises(Misconfigured) as refusal:
        migrate.upgrade(empty, [jars])
    assert refusal.value.sentence == (
        "The revisions of jars are 0001, 0002, 0003, its files are numbered 0001, 0002: "
        "give each file the number of its revision."
    )
    assert tables(empty) == []


@pytest.mark.parametrize(
    ("number", "before"), [("0003", "0001"), ("0003", None), ("0004", "0002"), ("0004", None)]
)
def test_revisions_that_fork_are_refused(
    empty: Engine, jars: Chain, number: str, before: str | None
) -> None:
    write(jars.folder, f"{number}_jar.py", number, before)
    with pytest.raises(Misconfigured, match="The revisions of jars are"):
        migrate.script_of(jars)
    assert tables(empty) == []


def test_fault_of_one_chain_leaves_the_chain_before_it_upgraded(
    empty: Engine, jars: Chain, tmp_path: Path
) -> None:
    folder = tmp_path / "lids"
    folder.mkdir()
    write(folder, "0002_lid.py", "0001", None)
    with pytest.raises(Misconfigured, match="The revisions of lids are 0001"):
        migrate.upgrade(empty, [jars, Chain("lids", folder)])
    assert tables(empty) == ["jars_0001", "jars_0002", "jars_0003", "schema_version_jars"]


def test_lock_of_the_upgrade_says_nothing_to_sqlite(empty: Engine) -> None:
    with recorded(empty) as statements, migrate.upgrade_lock(empty):
        pass
    assert statements == []


@pytest.mark.parametrize(
    ("chain", "others", "owned"),
    [
        ("tap", (), ["tap_pipe", "tap_dance_step"]),
        ("tap_dance", (), ["tap_dance_step"]),
        ("core", ("tap",), ["tapestry", "ticket", "tap"]),
        ("core", (), ["tap_pipe", "tap_dance_step", "tapestry", "ticket", "tap"]),
        ("core", ("tap_dance",), ["tap_pipe", "tapestry", "ticket", "tap"]),
    ],
)
def test_chain_owns_what_bears_its_name_and_an_underscore(
    chain: str, others: tuple[str, ...], owned: list[str]
) -> None:
    names = ["tap_pipe", "tap_dance_step", "tapestry", "ticket", "schema_version_tap", "tap"]
    made = Chain(chain, Path())
    assert [name for name in names if made.owns(name, others)] == owned
    assert made.version_table == f"schema_version_{chain}"
