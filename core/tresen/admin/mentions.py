# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds and forgets the names of a plugin that stand within rows of others.

A key to the REST interface lists permissions, a saved view filters and columns. Such a row is
its person's; only what the plugin brought goes out of it.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, Table, delete, select, update

from tresen.access.models import ApiToken
from tresen.tickets.models import SavedView

# By table: the column, and what becomes of its value; None where nothing of a row is left.
Without = Callable[[Any, str], Any]


def count_mentions(connection: Connection, plugin: str) -> dict[str, int]:
    """Return how many rows name something of the plugin, by table; those with none are left out."""
    found = {table.name: len(_mentions(connection, table, plugin)) for table in MENTIONING}
    return {name: count for name, count in found.items() if count}


def forget_mentions(connection: Connection, plugin: str) -> None:
    """Take what the plugin brought out of the rows that name it."""
    for table, (column, _without) in MENTIONING.items():
        for number, rest in _mentions(connection, table, plugin).items():
            row = table.c.id == number
            if rest is None:
                connection.execute(delete(table).where(row))
            else:
                connection.execute(update(table).where(row).values({column: rest}))


def _mentions(connection: Connection, table: Table, plugin: str) -> dict[int, Any]:
    """Return what is left of each row that names something of the plugin, by the row's id."""
    column, without = MENTIONING[table]
    rows = connection.execute(select(table.c.id, table.c[column])).all()
    left = {number: (value, without(value, plugin)) for number, value in rows}
    return {number: rest for number, (value, rest) in left.items() if rest != value}


def _is_of(name: str, plugin: str) -> bool:
    return name == plugin or name.startswith(f"{plugin}.")


def _scopes_without(scopes: list[str], plugin: str) -> list[str] | None:
    """Return the scopes of a key; one that opened nothing else goes."""
    kept = [scope for scope in scopes if not _is_of(scope, plugin)]
    return kept or (None if scopes else scopes)


def _view_without(query: str, plugin: str) -> str | None:
    """Return the address of a list; one that a filter of the plugin narrowed means nothing now."""
    pairs = parse_qsl(query)
    if any(_is_of(key, plugin) for key, _value in pairs):
        return None
    columns = dict(pairs).get("columns", "")
    kept = [name for name in columns.split(",") if not _is_of(name, plugin)]
    if ",".join(kept) == columns:
        return query
    # A stroke stands for no column at all.
    return urlencode([(k, (",".join(kept) or "-") if k == "columns" else v) for k, v in pairs])


MENTIONING: dict[Any, tuple[str, Without]] = {
    ApiToken.__table__: ("scopes", _scopes_without),
    SavedView.__table__: ("query", _view_without),
}
