# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which files a person uploaded, and how files and bytes are let go for good."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Column, delete, exists, inspect, select

from tresen.db import metadata
from tresen.desk import Desk
from tresen.files.models import Blob, StoredFile
from tresen.hooks.records import DataSet
from tresen.i18n import lazy
from tresen.privacy import rows_of

if TYPE_CHECKING:
    from tresen.people.models import Person


def data_of(desk: Desk, person: "Person") -> list[DataSet]:
    """Return names, types and sizes of what the person uploaded."""
    found = rows_of(desk, StoredFile, StoredFile.uploader_id == person.id)
    return [DataSet(lazy("Uploaded files"), found)]


def remove_files(desk: Desk, file_ids: Collection[int]) -> None:
    """Remove files, and their bytes where nothing else is made of them."""
    chosen = StoredFile.id.in_(file_ids)
    digests = desk.session.scalars(select(StoredFile.sha256).where(chosen)).all()
    desk.session.execute(delete(StoredFile).where(chosen))
    remove_bytes(desk, digests)


def remove_bytes(desk: Desk, digests: Collection[str]) -> None:
    """Remove the bytes that no row of any table stands on any more."""
    standing = _standing_on(desk, Blob.sha256.key)
    free = [~exists().where(column == Blob.sha256) for column in standing]
    desk.session.execute(delete(Blob).where(Blob.sha256.in_(digests), *free))


def unused_uploads(desk: Desk, person: "Person") -> list[int]:
    """Return the ids of files that the person uploaded and that hang on nothing."""
    free = [~exists().where(column == StoredFile.id) for column in _standing_on(desk, "id")]
    chosen = select(StoredFile.id).where(StoredFile.uploader_id == person.id, *free)
    return list(desk.session.scalars(chosen))


def _standing_on(desk: Desk, name: str) -> Iterator[Column[object]]:
    """Yield the columns of all tables, plugins' too, that point at a blob or at a file.

    A plugin may be there whose tables were not made yet.
    """
    target = (Blob if name == Blob.sha256.key else StoredFile).__table__.c[name]
    made = set(inspect(desk.session.connection()).get_table_names())
    for table in (each for each in metadata.tables.values() if each.name in made):
        for key in table.foreign_keys:
            if key.column is target:
                yield key.parent
