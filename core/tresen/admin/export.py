# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes all that is kept in a plugin's name into one file that any program can read.

A zip: ``manifest.json``, one ``<table>.jsonl`` (JSON Lines, one row each) for every table of the
plugin and for its rows in the core's, and ``files/<sha256>`` with the bytes of its files. Moments
and durations are ISO 8601, in UTC and in seconds, bytes Base64.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, MappingResult, select

from tresen.admin.records import Remains
from tresen.admin.remains import NAMED, files_of, owned, remains_of, tables_of
from tresen.desk import Core
from tresen.files.models import Blob, StoredFile

FORMAT = "tresen-plugin-export-1"


def export(core: Core, plugin: str, file: Path) -> Remains:
    """Write what is kept in a plugin's name into `file`, which must be new; return what it was.

    Raises FileExistsError, and OSError where the file cannot be written.
    """
    with core.engine.connect() as connection, _new_archive(file) as archive:
        found = remains_of(connection, plugin)
        for name, rows in _row_sets(connection, plugin):
            archive.writestr(f"{name}.jsonl", _lines(rows))
        for digest, body in _bodies(connection, plugin):
            archive.writestr(f"files/{digest}", body)
        archive.writestr("manifest.json", json.dumps(_manifest(core, found), indent=2))
    return found


@contextmanager
def _new_archive(file: Path) -> Iterator[ZipFile]:
    archive = ZipFile(file, "x", ZIP_DEFLATED)
    try:
        with archive:
            yield archive
    except BaseException:
        # Half an export must neither pass for a whole one nor stand in the way of the next.
        file.unlink()
        raise


def _row_sets(connection: Connection, plugin: str) -> Iterator[tuple[str, MappingResult]]:
    tables = tables_of(connection, plugin)
    for table in tables:
        yield table.name, connection.execute(select(table)).mappings()
    for name, owner in NAMED.items():
        rows = connection.execute(select(owner.class_.__table__).where(owned(owner, plugin)))
        yield name, rows.mappings()
    numbers = sorted(files_of(connection, tables))
    for_files = select(StoredFile.__table__).where(StoredFile.id.in_(numbers))
    yield StoredFile.__tablename__, connection.execute(for_files).mappings()


def _bodies(connection: Connection, plugin: str) -> Iterator[tuple[str, bytes]]:
    for number in sorted(files_of(connection, tables_of(connection, plugin))):
        found = select(Blob.sha256, Blob.body).join(StoredFile, StoredFile.sha256 == Blob.sha256)
        digest, body = connection.execute(found.where(StoredFile.id == number)).one()
        yield digest, body


def _lines(rows: MappingResult) -> str:
    return "".join(json.dumps(dict(row), default=_plain, ensure_ascii=False) + "\n" for row in rows)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        # SQLite returns naive moments; they were UTC when they went in.
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():f}S"
    raise TypeError(f"{type(value).__name__} has no form in JSON here")


def _manifest(core: Core, found: Remains) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "plugin": found.plugin,
        "exported_at": core.clock().isoformat(),
        "tables": found.tables,
        "rows": found.rows,
        "files": found.files,
    }
