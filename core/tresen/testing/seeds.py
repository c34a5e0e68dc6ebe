# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts a row that is about a person into any table, by what the table's columns ask for.

The contract kit knows no plugin's models; their columns say enough to fill a row.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import Column, String, Table, Text, TypeDecorator, insert, select
from sqlalchemy.types import Boolean, Date, DateTime, LargeBinary, Numeric

from tresen.db import metadata
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories

MOMENT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
_numbers = count(1)
_VALUES: tuple[tuple[type, Any], ...] = (
    (Boolean, False),
    (DateTime, MOMENT),
    (Date, date(2026, 3, 10)),
    (LargeBinary, b""),
    (String, ""),
    (Numeric, 1),
)


def personal_columns(tables: Iterable[str], declared: Collection[str]) -> list[Column[Any]]:
    """Return the columns that point at a person, and those that are declared as table.column."""
    return [
        column
        for name in sorted(tables)
        for column in metadata.tables[name].columns
        if points_at_person(column) or f"{name}.{column.name}" in declared
    ]


def points_at_person(column: Column[Any]) -> bool:
    """Whether the column is a foreign key to a person."""
    return any(key.column is Person.__table__.c.id for key in column.foreign_keys)


def add_row_about(desk: Desk, column: Column[Any], person: Person, said: str) -> None:
    """Add a row of the column's table in which the column stands for the person.

    `said` names the person; it stands in all texts of the row that have no bound, too.
    """
    table = column.table
    given: dict[str, Any] = {
        each.name: said
        for each in table.columns
        if isinstance(each.type, Text) and not each.foreign_keys
    }
    given[column.name] = (
        person.id if points_at_person(column) else said[: _plain_type(column).length]
    )
    _add(desk, table, given)
    desk.session.flush()


def _add(desk: Desk, table: Table, given: dict[str, Any]) -> Any:
    """Add a row with what is given, and something in every other column that must be filled."""
    row = dict(given)
    for column in table.columns:
        if column.name not in row and not column.nullable and not _fills_itself(column):
            row[column.name] = _value(desk, column)
    return desk.session.connection().execute(insert(table).values(row)).inserted_primary_key


def _fills_itself(column: Column[Any]) -> bool:
    is_numbered = column is column.table.autoincrement_column and not column.foreign_keys
    return is_numbered or column.default is not None or column.server_default is not None


def _value(desk: Desk, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        return _referred(desk, key.column)
    number = next(_numbers)
    for kind, value in _VALUES:
        if isinstance(_plain_type(column), kind):
            return f"x{number}" if value == "" else value
    return {} if column.type.python_type is dict else number


def _plain_type(column: Column[Any]) -> Any:
    """Return the type that a database knows, under whatever decorates it."""
    return column.type.impl if isinstance(column.type, TypeDecorator) else column.type


def _referred(desk: Desk, target: Column[Any]) -> Any:
    """Return a value of the column that a foreign key points at: a core's row by its verb."""
    number = next(_numbers)
    if target.table.name == "person":
        return factories.make_person(desk, f"Seed {number}", f"seed{number}@seed.example").id
    if target.table.name == "ticket":
        return factories.make_ticket(desk, None, f"Seed {number}").id
    key = _add(desk, target.table, {})
    found = select(target).where(
        *(c == v for c, v in zip(target.table.primary_key.columns, key, strict=True))
    )
    return desk.session.scalar(found)
