# SPDX-License-Identifier: AGPL-3.0-or-later
"""Migrations go up and down, go on where they were interrupted, and wait for one another."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from shipped import SHIPPED
from sqlalchemy import Connection, Engine, event, inspect
from tresen import app as application
from tresen import migrate, revisions
from tresen.config import load_config
from tresen.db import make_engine, metadata
from tresen.desk import Core
from tresen.errors import Misconfigured
from tresen.revisions import Chain
from tresen.testing import databases

MAKE = """
op.create_table("{name}_box", sa.Column("id", sa.Integer(), primary_key=True))
op.create_table(
    "{name}_thing",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("box_id", sa.Integer(), sa.ForeignKey("{name}_box.id", ondelete="CASCADE")),
)
op.create_index("ix_{name}_thing_box_id", "{name}_thing", ["box_id"])
"""
DROP = 'op.drop_table("{name}_thing")\nop.drop_table("{name}_box")\n'
GROW = """
WAY = "always" if op.get_bind().dialect.name == "sqlite" else "never"
with op.batch_alter_table("{name}_box", recreate=WAY) as box:
    box.add_column(sa.Column("label", sa.String(20)))
"""
SHRINK = """
WAY = "always" if op.get_bind().dialect.name == "sqlite" else "never"
with op.batch_alter_table("{name}_box", recreate=WAY) as box:
    box.drop_column("label")
"""
LOOSEN = 'op.execute("DELETE FROM {name}_box")\n'


class PowerCutError(Exception):
    """Stands for the end of the process in the middle of a migration."""


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return an engine on a database without any table."""
    if request.config.getoption("--database") == "postgres":
        with databases.postgres_database(f"tresen_migrate_{uuid4().hex[:8]}") as url:
            engine = make_engine(url)
            yield engine
            engine.dispose()
    else:
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield engine
        engine.dispose()


def chain(folder: Path, name: str, *steps: tuple[str, str]) -> Chain:
    """Write a chain whose revisions 0001, 0002 … have the steps (up, down)."""
    place = folder / name
    place.mkdir(exist_ok=True)
    for number, (up, down) in enumerate(steps, 1):
        before = f'"{number - 1:04d}"' if number > 1 else "None"
        bodies = {
            verb: "".join(f"    {line}\n" for line in body.format(name=name).splitlines() if line)
            for verb, body in (("upgrade", up), ("downgrade", down))
        }
        text = f'import sqlalchemy as sa\nfrom alembic import op\nrevision = "{number:04d}"\n'
        text += f"down_revision = {before}\n"
        text += "".join(f"def {verb}():\n{body or '    ...'}\n" for verb, body in bodies.items())
        (place / f"{number:04d}_step.py").write_text(text)
    return Chain(name, place)


@pytest.fixture
def boxes(tmp_path: Path) -> Chain:
    """Return a chain that makes two tables, then recreates the one that the other points at."""
    return chain(tmp_path, "boxes", (MAKE, DROP), (GROW, SHRINK))


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def columns(engine: Engine) -> list[str]:
    return [column["name"] for column in inspect(engine).get_columns("boxes_box")]


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        found: int = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()  # noqa: S608 - our own name
        return found


def test_upgrade_says_what_it_ran_and_is_safe_to_repeat(empty: Engine, boxes: Chain) -> None:
    assert migrate.upgrade(empty, [boxes]) == {"boxes": ["0001", "0002"]}
    assert migrate.upgrade(empty, [boxes]) == {"boxes": []}
    assert tables(empty) == {"boxes_box", "boxes_thing", "schema_version_boxes"}


def test_chain_goes_up_down_and_up(empty: Engine, boxes: Chain) -> None:
    migrate.upgrade(empty, [boxes])
    migrate.run_to(empty, boxes, "base")
    assert tables(empty) == {"schema_version_boxes"}
    assert migrate.upgrade(empty, [boxes]) == {"boxes": ["0001", "0002"]}
    assert columns(empty) == ["id", "label"]


def test_recreating_a_table_deletes_nothing_that_points_at_it(empty: Engine, boxes: Chain) -> None:
    migrate.run_to(empty, boxes, "0001")
    run(empty, "INSERT INTO boxes_box (id) VALUES (1)")
    run(empty, "INSERT INTO boxes_thing (id, box_id) VALUES (1, 1)")
    migrate.upgrade(empty, [boxes])
    assert (columns(empty), count(empty, "boxes_thing")) == (["id", "label"], 1)
    run(empty, "DELETE FROM boxes_box")
    assert count(empty, "boxes_thing") == 0


def test_revision_that_leaves_rows_loose_is_undone(
    empty: Engine, boxes: Chain, tmp_path: Path
) -> None:
    if empty.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its foreign keys on and lets nothing come loose")
    migrate.upgrade(empty, [boxes])
    run(empty, "INSERT INTO boxes_box (id) VALUES (1)")
    run(empty, "INSERT INTO boxes_thing (id, box_id) VALUES (1, 1)")
    worse = chain(tmp_path, "boxes", (MAKE, DROP), (GROW, SHRINK), (LOOSEN, ""))
    with pytest.raises(Misconfigured, match=r"Revision 0003 of boxes left .* loose"):
        migrate.upgrade(empty, [worse])
    assert count(empty, "boxes_box") == 1
    with empty.connect() as connection:
        assert revisions.current_revision(connection, worse) == "0002"


def cut_off_at(engine: Engine, chains: list[Chain], number: int) -> bool:
    """Upgrade, but end at the statement of that number; return whether there was one."""
    seen = 0

    def watch(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal seen
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN")):
            seen += 1
            if seen == number:
                raise PowerCutError

    event.listen(engine, "before_cursor_execute", watch)
    try:
        migrate.upgrade(engine, chains)
    except PowerCutError:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", watch)
    return False


def test_upgrade_interrupted_at_any_statement_goes_on_when_repeated(
    empty: Engine, boxes: Chain
) -> None:
    number = 1
    while cut_off_at(empty, [boxes], number):
        migrate.upgrade(empty, [boxes])
        assert columns(empty) == ["id", "label"], number
        migrate.run_to(empty, boxes, "base")
        run(empty, "DROP TABLE schema_version_boxes")
        number += 1
    assert number >= 8


@pytest.mark.parametrize("number", [1, 20, 60, 90])
def test_upgrade_of_the_core_goes_on_where_it_was_interrupted(empty: Engine, number: int) -> None:
    options = load_config(
        environ={}, database_url=empty.url.render_as_string(hide_password=False), safe=True
    )
    chains = revisions.chains_of(application.create_core(options).plugins)
    assert cut_off_at(empty, chains, number)
    migrate.upgrade(empty, chains)
    with empty.connect() as connection:
        assert revisions.pending_revisions(connection, chains[0]) == []
    core_tables = {name for name in metadata.tables if chains[0].owns(name, SHIPPED)}
    assert core_tables <= tables(empty)


def test_older_code_refuses_a_newer_schema(empty: Engine, boxes: Chain, tmp_path: Path) -> None:
    migrate.upgrade(empty, [boxes])
    (tmp_path / "older").mkdir()
    older = chain(tmp_path / "older", "boxes", (MAKE, DROP))
    with (
        empty.connect() as connection,
        pytest.raises(Misconfigured, match="at revision 0002 of boxes, newer than the installed"),
    ):
        revisions.pending_revisions(connection, older)
    with pytest.raises(Misconfigured):
        migrate.upgrade(empty, [older])
    assert columns(empty) == ["id", "label"]


def test_revision_that_is_not_called_after_its_file_is_refused(empty: Engine, boxes: Chain) -> None:
    (boxes.folder / "0002_step.py").rename(boxes.folder / "0003_step.py")
    with pytest.raises(
        Misconfigured, match="boxes are 0001, 0002, its files are numbered 0001, 0003"
    ):
        migrate.upgrade(empty, [boxes])
    assert tables(empty) == set()


def test_two_upgrades_at_once_wait_for_each_other(empty: Engine, boxes: Chain) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: migrate.upgrade(empty, [boxes]), range(2)))
    assert columns(empty) == ["id", "label"]
    if empty.dialect.name == "postgresql":
        ran = sorted(each["boxes"] for each in done)
        assert ran == [[], ["0001", "0002"]]


def test_removing_one_chain_does_not_stop_another(
    empty: Engine, boxes: Chain, tmp_path: Path
) -> None:
    bags = chain(tmp_path, "bags", (MAKE, DROP))
    migrate.upgrade(empty, [boxes, bags])
    bags = chain(tmp_path, "bags", (MAKE, DROP), (GROW, SHRINK))
    assert migrate.upgrade(empty, [bags]) == {"bags": ["0002"]}
    migrate.run_to(empty, bags, "base")
    assert tables(empty) == {
        "boxes_box",
        "boxes_thing",
        "schema_version_boxes",
        "schema_version_bags",
    }


def test_core_chain_comes_first_then_plugins_by_name(core: Core) -> None:
    names = [found.name for found in revisions.chains_of(core.plugins)]
    assert names == ["core", *sorted(names[1:])]


def test_tables_belong_to_the_chain_whose_name_they_bear() -> None:
    others = ("pilot_service",)
    core, pilot = Chain("core", Path()), Chain("pilot_service", Path())
    owned = {
        name: (core.owns(name, others), pilot.owns(name, ()))
        for name in ("ticket", "pilot_service_programme", "schema_version_core")
    }
    assert owned == {
        "ticket": (True, False),
        "pilot_service_programme": (False, True),
        "schema_version_core": (False, False),
    }
