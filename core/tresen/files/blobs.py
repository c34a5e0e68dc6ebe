# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes bytes to the database and reads them from it, large ones piece by piece.

A driver that is handed 50 MB at once keeps them two or three times, and keeps its buffers. Pieces
keep a worker below 300 MB whatever a mail brings (safety F43).
"""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.files.models import Blob

PIECE = 2 << 20
"""Bytes that go to the database or come from it at once."""

# The binary format of COPY: a signature, two empty words, then rows, then -1 for no more.
_COPY = "COPY blob (sha256, size, body) FROM STDIN (FORMAT BINARY)"
_COPY_HEAD, _COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


def write_blobs(desk: Desk, bodies: dict[str, bytes]) -> None:
    """Keep bytes under their SHA-256 in this transaction; those that are there already stay.

    In one order everywhere, so that two writers cannot wait for each other in a circle.
    """
    small = [digest for digest in sorted(bodies) if len(bodies[digest]) <= PIECE]
    if small:
        values = [{"sha256": d, "size": len(bodies[d]), "body": bodies[d]} for d in small]
        desk.session.execute(_insert(desk).on_conflict_do_nothing(), values)
    for digest in sorted(bodies.keys() - set(small)):
        write_large = _write_on_sqlite if desk.is_sqlite else _write_on_postgresql
        write_large(desk, digest, memoryview(bodies[digest]))


def read_blob(desk: Desk, sha256: str) -> bytes:
    """Return the bytes; raises Missing."""
    size = desk.session.scalar(select(Blob.size).where(Blob.sha256 == sha256))
    if size is None:
        raise Missing(f"The bytes {sha256[:12]}… are not stored.")
    if size <= PIECE:
        return desk.session.scalars(select(Blob.body).where(Blob.sha256 == sha256)).one()
    whole = BytesIO()
    read_large = _read_on_sqlite if desk.is_sqlite else _read_on_postgresql
    for piece in read_large(desk, sha256, size):
        whole.write(piece)
    # Of a buffer that is full this is no copy.
    return whole.getvalue()


def _insert(desk: Desk) -> Any:
    if desk.is_sqlite:
        return sqlite.insert(Blob)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - SQLite does without its 3 MB

    return postgresql.insert(Blob)


def _pieces(body: memoryview) -> Iterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield bytes(body[start : start + PIECE])


def _write_on_sqlite(desk: Desk, digest: str, body: memoryview) -> None:
    """Make room in the row, then fill it by way of SQLite's incremental I/O."""
    room = _insert(desk).values(sha256=digest, size=len(body), body=func.zeroblob(len(body)))
    row_id = desk.session.scalar(
        room.on_conflict_do_nothing().returning(literal_column("rowid")),
    )
    if row_id is None:
        return
    with _driver(desk).blobopen(Blob.__tablename__, "body", row_id) as room_of_row:
        for piece in _pieces(body):
            room_of_row.write(piece)


def _read_on_sqlite(desk: Desk, sha256: str, _size: int) -> Iterator[bytes]:
    row_id = desk.session.scalar(select(literal_column("rowid")).where(Blob.sha256 == sha256))
    with _driver(desk).blobopen(Blob.__tablename__, "body", row_id, readonly=True) as stored:
        while piece := stored.read(PIECE):
            yield piece


def _driver(desk: Desk) -> Any:
    return desk.session.connection().connection.dbapi_connection


def lock_of(digest: str) -> int:
    """Return the number by which writers of the same bytes lock each other out on PostgreSQL."""
    return int(digest[:15], 16)


def _write_on_postgresql(desk: Desk, digest: str, body: memoryview) -> None:
    """Copy them in as a stream; COPY cannot pass over a row, so two writers must not meet."""
    desk.session.execute(select(func.pg_advisory_xact_lock(lock_of(digest))))
    if desk.session.scalar(select(Blob.size).where(Blob.sha256 == digest)) is not None:
        return
    name = digest.encode("ascii")
    row = struct.pack(f"!hi{len(name)}siii", 3, len(name), name, 4, len(body), len(body))
    driver = desk.session.connection().dialect.loaded_dbapi
    try:
        with _driver(desk).cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(_COPY_HEAD + row)
            for piece in _pieces(body):
                copy.write(piece)
            copy.write(_COPY_END)
    except driver.OperationalError as error:
        raise OperationalError(_COPY, None, error) from error


def _read_on_postgresql(desk: Desk, sha256: str, size: int) -> Iterator[bytes]:
    """The driver gets a piece as hexadecimal digits; all of a mail would be thrice in memory."""
    piece = select(func.substr(Blob.body, bindparam("start"), PIECE)).where(Blob.sha256 == sha256)
    for start in range(1, size + 1, PIECE):
        yield desk.session.scalars(piece, {"start": start}).one()
