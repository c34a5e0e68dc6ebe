# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ground of every table: naming convention, registries, engine, SQLite's rules, UTC.

The rules come from experiments E6 to E9 and E13 of the design: explicit BEGIN, IMMEDIATE for
writers, and a registry of its own for each plugin on one shared MetaData.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from time import monotonic, sleep
from typing import Any, ClassVar

from sqlalchemy import (
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Select,
    Table,
    TypeDecorator,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, UOWTransaction, declared_attr
from sqlalchemy.pool import ConnectionPoolEntry

# Constraints need names that migrations can point at, on SQLite's batch mode above all.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

# Seconds that a writer waits for another before SQLite gives up.
BUSY_TIMEOUT = 30
# Seconds until SQLite is asked again for what it does not wait for itself.
_NEXT_TRY = 0.01


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment: stored as UTC, returned as UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Refuse naive moments: nobody could say later which clock they meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """SQLite returns naive moments; they were UTC when they went in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The registry of the core's own tables."""

    metadata = metadata
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012 - SQLAlchemy's own spelling


class PluginTables:
    """The ground of a plugin's tables: `class Base(PluginTables, DeclarativeBase)`.

    Such a base names its `plugin`, which stands in front of its tables. It has a registry of its
    own, so that a misspelt relationship in the plugin cannot break the core's queries
    (experiment E13), on the one MetaData, so that foreign keys resolve.
    """

    metadata = metadata
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012 - SQLAlchemy's own spelling
    plugin: ClassVar[str]

    @declared_attr.directive
    def __tablename__(cls: Any) -> str:  # noqa: N805 - SQLAlchemy hands in the class
        """The plugin's name and the class's, as in `pilot_service_programme`."""
        return f"{cls.plugin}_{snake(cls.__name__)}"


def snake(class_name: str) -> str:
    """Return `PilotProgramme` as `pilot_programme`."""
    parts = [f"_{char.lower()}" if char.isupper() else char for char in class_name]
    return "".join(parts).lstrip("_")


def make_engine(url: str, **options: Any) -> Engine:
    """Return an engine that keeps the rules of the design on either database."""
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgres)
    return engine


def writing(engine: Engine) -> Engine:
    """Return the same engine and pool whose transactions take the write lock at once."""
    return engine.execution_options(tresen_write=True)


@contextmanager
def without_foreign_keys(engine: Engine, patience: int = BUSY_TIMEOUT) -> Iterator[Connection]:
    """Open a transaction that may change the schema; SQLite checks no foreign key in it.

    `patience` is how many seconds SQLite waits for another writer.
    """
    with writing(engine).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw: Any = connection.connection.dbapi_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute(f"PRAGMA busy_timeout = {patience * 1000}")
        try:
            with connection.begin():
                yield connection
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys = ON")
                raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000}")


class DeskSession(Session):
    """The session of a desk, which alone ends its transaction."""

    is_lent = False
    # Whether its desk only reads, and whether something was written all the same.
    is_reading = False
    has_written = False

    def get_bind(self, mapper: Any = None, *, clause: Any = None, **how: Any) -> Any:
        """Return the one engine; asked before each statement, which is noted if it writes."""
        if clause is not None and not getattr(clause, "is_select", False):
            self.has_written = True
        return self.bind or super().get_bind(mapper, clause=clause, **how)

    def read(self, statement: Select[Any], **values: Any) -> CursorResult[*tuple[Any, ...]]:
        """Run a select over bare tables; like any other it sees what waits to be written.

        For what every page asks: the columns of `Model.__table__` instead of the model's, in a
        statement that is made once, take a quarter of the time.
        """
        if self.autoflush:
            self.flush()
        return self.connection().execute(statement, values)

    def lent(self) -> "Lent":
        """Let a plugin write in a savepoint; committing there would keep what is half done.

        Where nothing was written there is nothing to save, and the error ends the transaction: a
        list with ten plugins would spend more on savepoints than on its rows.
        """
        return Lent(self)

    def end_spoilt(self) -> None:
        """End a transaction that a plugin's statement spoilt, where no savepoint was taken."""
        super().rollback()

    def commit(self) -> None:
        """Commit; raises RuntimeError while a plugin writes."""
        self._demand_own("commit")
        super().commit()

    def rollback(self) -> None:
        """Roll back; raises RuntimeError while a plugin writes."""
        self._demand_own("roll back")
        super().rollback()

    def _demand_own(self, verb: str) -> None:
        if self.is_lent:
            raise RuntimeError(f"A plugin must not {verb}: the transaction is its caller's.")


class Lent:
    """The time for which a session is lent; a class, as the one that a generator makes is dear."""

    __slots__ = ("saved", "session", "was_lent")

    def __init__(self, session: DeskSession) -> None:
        self.session = session
        self.was_lent = session.is_lent
        is_clean = session.is_reading and not session.has_written
        self.saved = None if is_clean else session.begin_nested()

    def __enter__(self) -> None:
        if self.saved is not None:
            self.saved.__enter__()
        self.session.is_lent = True

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        try:
            if self.saved is not None:
                self.saved.__exit__(kind, *error)
            elif kind is not None:
                self.session.end_spoilt()
        finally:
            self.session.is_lent = self.was_lent


@event.listens_for(DeskSession, "after_flush")
def _note_flush(session: DeskSession, _context: UOWTransaction) -> None:
    session.has_written = True


def reserved_ids(session: Session, table: Table, at_once: int) -> Iterator[int]:
    """Yield ids that no other transaction will give to rows of the table, without an end.

    PostgreSQL gives `at_once` for one question, and those not used are gaps. The session's
    transaction must be a writing one: SQLite knows no sequence but its write lock.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        yield from count((connection.scalar(select(func.max(table.c.id))) or 0) + 1)
    number = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    asked = select(number).select_from(func.generate_series(1, at_once))
    while True:
        yield from connection.scalars(asked).all()


def number_rows(session: Session, *_more: Any) -> None:
    """Give new rows their ids before a flush, so that one statement writes all of a table.

    SQLite returns the ids of rows in no order that could be relied on, so the session would write
    them one by one. The transaction must be a writing one.
    """
    found: dict[Table, list[Any]] = defaultdict(list)
    for row in session.new:
        if [column.key for column in row.__mapper__.primary_key] == ["id"] and row.id is None:
            found[row.__table__].append(row)
    for table, rows in found.items():
        numbers = reserved_ids(session, table, len(rows))
        for row in rows:
            row.id = next(numbers)


def is_disk_full(error: OperationalError) -> bool:
    """Whether the database had no room: SQLITE_FULL, or disk_full of PostgreSQL (class 53)."""
    cause = error.orig
    if getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL":
        return True
    return getattr(cause, "sqlstate", "") == "53100"


def is_doubled(error: IntegrityError) -> bool:
    """Whether a row is there already that may be there once: two wrote it at the same moment."""
    cause = error.orig
    names = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
    if getattr(cause, "sqlite_errorname", "") in names:
        return True
    return getattr(cause, "sqlstate", "") == "23505"


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling loses savepoints (E6): it is switched off here.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000}")
    _write_ahead(cursor)
    # FULL: what was answered must survive a power cut (promise P1), NORMAL would not do.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -32000")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Switch to the write-ahead log, which each file is once, by whoever opens it first.

    Of two that do so at the same moment SQLite lets one wait for nothing: it is asked again.
    """
    until = monotonic() + BUSY_TIMEOUT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or monotonic() > until:
                raise
            sleep(_NEXT_TRY)
        else:
            return


def _prepare_postgres(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # What a page asks is answered sooner than a helper process is started or a plan compiled;
    # the planner takes both for cheap as soon as it reckons with many rows.
    cursor = connection.cursor()
    cursor.execute("SET max_parallel_workers_per_gather = 0")
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("tresen_write") else "BEGIN")
