# SPDX-License-Identifier: AGPL-3.0-or-later
"""What counts statements counts each one, and what reads plans sees every walk."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.pool import StaticPool
from tresen.db import make_engine
from tresen.testing import statements
from tresen.testing.statements import LARGE, recorded, walks

ROWS = statements.FILLED


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Return a database with a filled table, a small one, and a filled one that may be walked."""
    made = make_engine("sqlite://", poolclass=StaticPool)
    with made.begin() as connection:
        for table, rows in (("ticket", ROWS), ("message", ROWS - 1), ("colour", ROWS)):
            connection.execute(text(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, a INT, b INT)"))
            connection.execute(text(f"CREATE INDEX ix_{table}_a ON {table} (a)"))
            values = [{"n": n} for n in range(rows)]
            adding = f"INSERT INTO {table} VALUES (NULL, :n, :n)"  # noqa: S608 - our own names
            connection.execute(text(adding), values)
        connection.execute(text("ANALYZE"))
    yield made
    made.dispose()


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT * FROM ticket", ["ticket"]),
        ("SELECT * FROM ticket WHERE b = 1", ["ticket"]),
        (
            "SELECT ticket.id AS a, ticket.b FROM ticket WHERE ticket.b = 1",
            ["ticket"],
        ),
        ("  select * from ticket where b = 1", ["ticket"]),
        ("SELECT * FROM ticket AS t_1 WHERE t_1.b = 1", ["ticket"]),
        ("SELECT * FROM ticket t_1 WHERE t_1.b = 1", ["ticket"]),
        ('SELECT * FROM "ticket" AS "t_1" WHERE "t_1".b = 1', ["ticket"]),
        ("SELECT x.b FROM (SELECT b FROM ticket WHERE b > 1) AS x", ["ticket"]),
        ("WITH x AS (SELECT b FROM ticket WHERE b > 1) SELECT * FROM x", ["ticket"]),
        (" \n SELECT 1 UNION ALL SELECT b FROM ticket", ["ticket"]),
        ("UPDATE ticket SET a = a WHERE b = -1", ["ticket"]),
        ("DELETE FROM ticket WHERE b = -1", ["ticket"]),
        ("SELECT * FROM colour JOIN ticket ON ticket.b = colour.b", ["ticket"]),
        ("SELECT * FROM ticket AS x JOIN ticket AS y ON y.b + x.b = 1", ["ticket", "ticket"]),
        ("SELECT * FROM ticket WHERE a = 1", []),
        ("SELECT * FROM ticket WHERE id = 1", []),
        ("SELECT * FROM ticket AS t_1 WHERE t_1.a = 1", []),
        ("SELECT a FROM ticket ORDER BY a LIMIT 3", []),
        ("UPDATE ticket SET b = b WHERE a = -1", []),
        ("SELECT * FROM message WHERE b = 1", []),
        ("SELECT * FROM colour WHERE b = 1", []),
        ("INSERT INTO colour (a, b) VALUES (1, 1)", []),
        ("PRAGMA foreign_keys", []),
    ],
)
def test_walk_through_a_filled_table_is_seen(engine: Engine, sql: str, tables: list[str]) -> None:
    found = walks(engine, [(sql, ())])
    assert found == [f"{table}: {sql}" for table in tables]


@pytest.mark.parametrize("parameters", [{"wanted": 1}, {"wanted": None}])
def test_parameters_are_read_with_the_plan(engine: Engine, parameters: dict[str, Any]) -> None:
    sql = "SELECT * FROM ticket WHERE b = :wanted"
    assert walks(engine, [(sql, parameters)]) == [f"ticket: {sql}"]


def test_every_walk_of_many_statements_is_named_in_their_order(engine: Engine) -> None:
    first, second = "SELECT b FROM ticket WHERE b = 1", "SELECT a FROM ticket WHERE b = 2"
    between = "SELECT * FROM ticket WHERE id = 4"
    found = walks(engine, [(first, ()), (between, ()), (second, ())])
    assert found == [f"ticket: {first}", f"ticket: {second}"]


def test_reading_plans_changes_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        before = connection.execute(text("SELECT count(*), sum(a) FROM ticket")).one()
    walks(engine, [("DELETE FROM ticket", ()), ("UPDATE ticket SET a = 0", ())])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*), sum(a) FROM ticket")).one() == before


def test_table_is_watched_once_it_is_full(engine: Engine) -> None:
    sql = "SELECT * FROM message WHERE b = 1"
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO message (a, b) VALUES (-1, -1)"))
    assert walks(engine, [(sql, ())]) == [f"message: {sql}"]
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM message WHERE a = -1"))
    assert walks(engine, [(sql, ())]) == []


def test_what_grows_is_a_table_of_the_core(core: Any) -> None:
    assert set(LARGE) - set(inspect(core.engine).get_table_names()) == set()


def test_each_statement_is_kept_with_its_parameters() -> None:
    made = create_engine("sqlite://", poolclass=StaticPool)
    with recorded(made) as found, made.connect() as connection:
        connection.execute(text("SELECT :a"), {"a": 1})
        connection.execute(text("SELECT 2"))
    assert [(sql, tuple(values)) for sql, values in found] == [("SELECT ?", (1,)), ("SELECT 2", ())]


def test_brackets_of_a_piece_of_work_are_not_counted(engine: Engine) -> None:
    with recorded(engine) as found, engine.begin() as connection:
        with connection.begin_nested():
            connection.execute(text("SELECT 1"))
        inner = connection.begin_nested()
        inner.rollback()
    assert [sql for sql, _values in found] == ["SELECT 1"]


def test_nothing_is_kept_after_the_end_even_of_a_failed_block(engine: Engine) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        recorded(engine) as found,
        engine.connect() as connection,
    ):
        connection.execute(text("SELECT 1"))
        raise ZeroDivisionError
    with engine.connect() as connection:
        connection.execute(text("SELECT 2"))
    assert [sql for sql, _values in found] == ["SELECT 1"]


def test_two_counts_may_be_taken_within_each_other(engine: Engine) -> None:
    with recorded(engine) as outer, engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with recorded(engine) as inner:
            connection.execute(text("SELECT 2"))
    assert ([sql for sql, _v in outer], [sql for sql, _v in inner]) == (
        ["SELECT 1", "SELECT 2"],
        ["SELECT 2"],
    )


def test_bundle_counts_as_one(engine: Engine) -> None:
    with recorded(engine) as found, engine.connect() as connection:
        connection.execute(text("SELECT :n"), {"n": 1})
        connection.execute(
            text("UPDATE colour SET b = b WHERE a = :n"), [{"n": 1}, {"n": 2}, {"n": 3}]
        )
        connection.rollback()
    assert len(found) == 2
