# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes into a database and comes out: moments, names of tables, schemas that are changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from sqlalchemy import table as named
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import IntegrityError, OperationalError
from tresen.db import (
    Base,
    UTCDateTime,
    make_engine,
    snake,
    without_foreign_keys,
    writing,
)

zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Away from either end of the calendar, so that no zone leads beyond it.
AGES = datetime.min.replace(year=2), datetime.max.replace(year=9998)  # noqa: DTZ901 - see above
moments = st.datetimes(*AGES, timezones=zones)
DIALECTS = [sqlite_dialect.dialect(), postgresql.dialect()]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return a database with a parent and a child that points at it."""
    made = make_engine(f"sqlite:///{tmp_path / 'family.sqlite3'}")
    with writing(made).begin() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        child = "CREATE TABLE child (id INTEGER PRIMARY KEY, p REFERENCES parent ON DELETE CASCADE)"
        connection.execute(text(child))
        connection.execute(text("INSERT INTO parent VALUES (1)"))
        connection.execute(text("INSERT INTO child VALUES (1, 1)"))
    yield made
    made.dispose()


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(named(table))) or 0


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@given(moments)
def test_moment_of_any_zone_is_the_same_moment_in_utc(dialect: object, moment: datetime) -> None:
    kind = UTCDateTime()
    stored = kind.process_bind_param(moment, dialect)  # type: ignore[arg-type]
    back = kind.process_result_value(stored.replace(tzinfo=None), dialect)  # type: ignore[arg-type]
    assert (stored.tzinfo, back, back.tzinfo) == (UTC, moment, UTC)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_no_moment_is_no_moment_on_the_way_in_and_out(dialect: object) -> None:
    kind = UTCDateTime()
    both = (kind.process_bind_param, kind.process_result_value)
    assert [way(None, dialect) for way in both] == [None, None]  # type: ignore[arg-type]


@given(st.datetimes())
def test_moment_without_a_zone_never_goes_in(moment: datetime) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        UTCDateTime().process_bind_param(moment, DIALECTS[0])


@given(st.lists(st.from_regex(r"\A[A-Z][a-z]{1,8}\Z"), min_size=1, max_size=4))
def test_words_of_a_class_are_the_words_of_its_table(words: list[str]) -> None:
    assert snake("".join(words)).split("_") == [word.lower() for word in words]


def test_every_index_and_key_of_the_core_has_a_name_within_postgresqls_limit() -> None:
    names = [
        str(each.name)
        for table in Base.metadata.tables.values()
        for each in (*table.constraints, *table.indexes)
    ]
    assert [name for name in names if name == "None" or len(name) > 63] == []


def test_schema_is_changed_without_losing_what_points_at_it(engine: Engine) -> None:
    with without_foreign_keys(engine) as connection:
        connection.execute(text("CREATE TABLE fresh (id INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO fresh SELECT id FROM parent"))
        connection.execute(text("DROP TABLE parent"))
        connection.execute(text("ALTER TABLE fresh RENAME TO parent"))
    assert (count(engine, "parent"), count(engine, "child")) == (1, 1)


def test_foreign_keys_hold_again_afterwards(engine: Engine) -> None:
    with without_foreign_keys(engine):
        pass
    with pytest.raises(IntegrityError), writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO child VALUES (2, 99)"))


def test_change_that_fails_is_undone_and_foreign_keys_hold_again(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), without_foreign_keys(engine) as connection:
        connection.execute(text("DELETE FROM parent"))
        raise ZeroDivisionError
    assert count(engine, "parent") == 1
    with pytest.raises(IntegrityError), writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO child VALUES (2, 99)"))


def test_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    with writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO parent VALUES (2)"))
        assert count(engine, "parent") == 1
    assert count(engine, "parent") == 2


def test_statement_that_is_wrong_names_itself(engine: Engine) -> None:
    with pytest.raises(OperationalError, match="no such table: nowhere"):
        count(engine, "nowhere")
