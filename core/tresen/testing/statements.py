# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts and explains the SQL statements of a piece of work: what makes it slow, without a clock.

A fixed number of statements for a page and a plan without a walk through a whole table hold on
any machine; milliseconds do not.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

# Tables that grow with the years; a walk through all of one is an error on any page.
LARGE = (
    *("ticket", "message", "message_file", "ticket_tag", "journal_entry", "search_entry"),
    *("inbound_mail", "outbound_mail", "queued_job"),
)
# Fewer rows are walked through faster than any index is read.
FILLED = 1_000
# What only opens and closes a piece of work; the databases differ in what they say of it.
_BRACKETS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
_POSTGRES_WALK = re.compile(r"Seq Scan on (\w+)")
# An index that SQLite makes for one statement is made by a walk.
_SQLITE_WALK = re.compile(r"SCAN (\w+)(?!\w| USING)|SEARCH (\w+) USING AUTOMATIC")
# What has a plan; the rest cannot walk.
_PLANNED = ("SELECT", "WITH", "UPDATE", "DELETE")

Statement = tuple[str, Any]


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Statement]]:
    """Yield a list that fills with each statement and its parameters until the block ends."""
    found: list[Statement] = []

    def keep(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_more: Any) -> None:
        if not sql.startswith(_BRACKETS):
            found.append((sql, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def walks(engine: Engine, statements: list[Statement], filled: int = FILLED) -> list[str]:
    """Return what the database would walk through from end to end: "table: statement".

    A table with fewer than `filled` rows is left out. With 0 none is: SQLite plans alike for few
    rows and many, and PostgreSQL is told to walk only where no index serves.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    prefix = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    found = []
    with engine.connect() as connection:
        if not is_sqlite and not filled:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for sql, parameters in statements:
            # A union of selects may begin with a bracket.
            if not sql.lstrip("( \n").upper().startswith(_PLANNED):
                continue
            rows = connection.exec_driver_sql(prefix + sql, parameters).all()
            plan = "\n".join(str(row[-1]) for row in rows)
            walked = _POSTGRES_WALK.findall(plan)
            if is_sqlite:
                walked = [_table(sql, *filter(None, names)) for names in _SQLITE_WALK.findall(plan)]
            found += [
                f"{table}: {sql}"
                for table in walked
                if table in LARGE and _has_rows(connection, table, filled)
            ]
    return found


def rows_read(connection: Connection, statement: Statement) -> int:
    """Return how many rows PostgreSQL reads for a statement: those it throws away, too."""
    sql, parameters = statement
    asked = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}"
    return _rows_of(connection.exec_driver_sql(asked, parameters).scalar_one()[0]["Plan"])


def _rows_of(node: dict[str, Any]) -> int:
    here = 0
    if "Index Name" in node or "Relation Name" in node:
        removed = [count for name, count in node.items() if name.startswith("Rows Removed by")]
        here = round((node["Actual Rows"] + sum(removed)) * node["Actual Loops"])
    return here + sum(map(_rows_of, node.get("Plans", ())))


def _table(sql: str, name: str) -> str:
    """Return the table behind a name in SQLite's plan: an alias hides the table that is walked."""
    if name in LARGE:
        return name
    found = re.search(rf'\b({"|".join(LARGE)})"? (?:AS )?"?{name}\b', sql, re.IGNORECASE)
    return found[1].lower() if found else name


def _has_rows(connection: Connection, table: str, count: int) -> bool:
    """Whether the table has so many rows that walking through it is wrong."""
    rows = connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT {count}").all()  # noqa: S608 - our own names
    return len(rows) == count
