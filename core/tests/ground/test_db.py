# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rules of the ground: moments are UTC, rollbacks are whole, writers wait, keys hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, Executable, delete, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError
from sqlalchemy.orm import DeclarativeBase, Session
from tresen.db import PluginTables, make_engine, snake, writing
from tresen.desk import Core, desk_for
from tresen.jobs.models import PeriodicRun
from tresen.people.models import EmailAddress, Organisation

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'rules.sqlite3'}")
    with writing(engine).begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    yield engine
    engine.dispose()


def numbers(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT n FROM t ORDER BY n")))


def test_moment_comes_back_in_utc(core: Core) -> None:
    east = timezone(timedelta(hours=5))
    with desk_for(core, write=True) as desk:
        desk.session.add(PeriodicRun(name="x", next_at=NOON.astimezone(east)))
    with desk_for(core) as desk:
        found = desk.session.scalars(select(PeriodicRun.next_at)).one()
    assert (found, found.tzinfo) == (NOON, UTC)


def test_moment_without_a_zone_is_refused(core: Core) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError), desk_for(core, write=True) as desk:
        desk.session.add(PeriodicRun(name="x", next_at=naive))


def test_rollback_takes_released_savepoints_with_it(sqlite: Engine) -> None:
    with Session(writing(sqlite)) as session:
        session.execute(text("INSERT INTO t VALUES (1)"))
        with session.begin_nested():
            session.execute(text("INSERT INTO t VALUES (2)"))
        session.rollback()
    assert numbers(sqlite) == []


def test_failed_savepoint_leaves_the_rest(sqlite: Engine) -> None:
    with Session(writing(sqlite)) as session:
        session.execute(text("INSERT INTO t VALUES (1)"))
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            session.execute(text("INSERT INTO t VALUES (2)"))
            raise ZeroDivisionError
        session.commit()
    assert numbers(sqlite) == [1]


def test_rolled_back_table_is_gone(sqlite: Engine) -> None:
    with writing(sqlite).connect() as connection:
        connection.execute(text("CREATE TABLE half (n INTEGER)"))
        connection.rollback()
        found = connection.scalars(text("SELECT name FROM sqlite_master")).all()
    assert found == ["t"]


def test_writers_that_read_first_wait_for_each_other(sqlite: Engine) -> None:
    start, errors = Barrier(4), []

    def add() -> None:
        start.wait()
        for _ in range(25):
            try:
                with writing(sqlite).begin() as connection:
                    most = connection.scalar(text("SELECT coalesce(max(n), 0) FROM t"))
                    connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": (most or 0) + 1})
            except Exception as error:  # noqa: BLE001 - counted below
                errors.append(error)

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, numbers(sqlite)) == ([], list(range(1, 101)))


def test_new_file_is_opened_by_several_at_once(tmp_path: Path) -> None:
    start, found = Barrier(4), []

    def look() -> None:
        for number in range(100):
            engine = make_engine(f"sqlite:///{tmp_path / str(number)}.sqlite3")
            start.wait()
            try:
                with engine.connect() as connection:
                    found.append(connection.scalar(text("PRAGMA journal_mode")))
            except Exception as error:  # noqa: BLE001 - counted below
                found.append(error)
            engine.dispose()

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["wal"] * 400


def test_what_is_no_database_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "none.sqlite3").write_text(
        "This is a letter, and longer than any header of a file." * 9
    )
    engine = make_engine(f"sqlite:///{tmp_path / 'none.sqlite3'}")
    with pytest.raises(DatabaseError, match="file is not a database"):
        engine.connect()
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_sqlite_keeps_what_was_answered(sqlite: Engine, pragma: str, value: object) -> None:
    with sqlite.connect() as connection:
        assert connection.scalar(text(f"PRAGMA {pragma}")) == value


@pytest.mark.parametrize(
    ("option", "value"), [("max_parallel_workers_per_gather", "0"), ("jit", "off")]
)
def test_postgres_starts_no_helpers_for_a_page(core: Core, option: str, value: str) -> None:
    if core.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has neither")
    with core.engine.connect() as connection:
        connection.rollback()
        assert connection.scalar(text(f"SHOW {option}")) == value


def test_foreign_key_holds(core: Core) -> None:
    with pytest.raises(IntegrityError), desk_for(core, write=True) as desk:
        desk.session.add(EmailAddress(person_id=77, address="a@b.example"))


def test_constraints_have_names_that_migrations_can_point_at() -> None:
    constraints = EmailAddress.metadata.tables["email_address"].constraints
    assert sorted(str(each.name) for each in constraints) == [
        "fk_email_address_person_id",
        "pk_email_address",
        "uq_email_address_address",
    ]


@pytest.mark.parametrize(
    ("name", "table"), [("Programme", "programme"), ("PilotProgramme", "pilot_programme")]
)
def test_class_name_becomes_a_table_name(name: str, table: str) -> None:
    assert snake(name) == table


def test_plugin_has_a_registry_of_its_own_on_the_shared_metadata() -> None:
    class Base(PluginTables, DeclarativeBase):
        plugin = "one"

    assert Base.metadata is Organisation.metadata
    assert Base.registry is not Organisation.registry


def test_reading_bare_tables_sees_what_waits_to_be_written(core: Core) -> None:
    names = select(Organisation.__table__.c.name).order_by(Organisation.__table__.c.name)
    with desk_for(core, write=True) as desk:
        desk.session.add(Organisation(name="Kunde", created_at=NOON, changed_at=NOON))
        assert desk.session.read(names).scalars().all() == ["Kunde"]


def test_reading_bare_tables_writes_nothing_where_that_is_held_back(core: Core) -> None:
    names = select(Organisation.__table__.c.name)
    with desk_for(core, write=True) as desk, desk.session.no_autoflush:
        desk.session.add(Organisation(name="Kunde", created_at=NOON, changed_at=NOON))
        assert desk.session.read(names).scalars().all() == []


@pytest.mark.parametrize(
    ("statement", "is_written"),
    [
        (select(Organisation), False),
        (select(Organisation.__table__.c.name), False),
        (update(Organisation).values(name="Kunde"), True),
        (update(Organisation.__table__).values(name="Kunde"), True),
        (delete(Organisation), True),
        # Nobody can say of a text what it does.
        (text("SELECT 1"), True),
    ],
)
def test_reading_desk_notes_a_statement_that_writes(
    core: Core, statement: Executable, is_written: bool
) -> None:
    with desk_for(core) as desk:
        desk.session.scalars(select(EmailAddress)).all()
        desk.session.get(Organisation, 1)
        assert desk.session.has_written is False
        desk.session.execute(statement)
        assert desk.session.has_written is is_written
