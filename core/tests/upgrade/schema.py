# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole schema of a database as text, so that two can be compared for equality."""

from sqlalchemy import Engine, inspect

# How far each chain has come belongs to it.
VERSION = "schema_version_"
QUERIES = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master",),
    "postgresql": (
        (
            "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod),"
            " attnotnull, pg_get_expr(adbin, adrelid) FROM pg_attribute"
            " JOIN pg_class ON pg_class.oid = attrelid AND relkind IN ('r', 'S', 'v')"
            " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
            " WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped"
        ),
        (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
        ),
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        (
            "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal"
        ),
    ),
}


def schema_of(engine: Engine) -> list[str]:
    """Return one line for each thing of the schema, and for each chain's revision."""
    with engine.connect() as connection:
        found = [
            f"{table} {connection.exec_driver_sql(f'SELECT * FROM {table}').scalars().all()}"  # noqa: S608 - our own name
            for table in inspect(connection).get_table_names()
            if table.startswith(VERSION)
        ]
        for query in QUERIES[engine.dialect.name]:
            found += [str(tuple(map(_in_order, row))) for row in connection.exec_driver_sql(query)]
    return sorted(found)


def _in_order(part: object) -> object:
    """Return the text of a table with its constraints sorted, anything else as it is.

    Alembic keeps them in a set, so a table that SQLite made anew has them in any order.
    """
    if not isinstance(part, str) or not part.startswith("CREATE TABLE"):
        return part
    lines = [line.strip().rstrip(", ") for line in part.splitlines()]
    constraints = sorted(line for line in lines if line.startswith("CONSTRAINT"))
    return "\n".join([line for line in lines if line not in constraints] + constraints)
