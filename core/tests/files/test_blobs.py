# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes to the database and back, whole, in one piece or in many."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Missing
from tresen.files.blobs import PIECE, read_blob, write_blobs
from tresen.files.models import Blob

SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5]


def bytes_of(size: int) -> bytes:
    """So many bytes, all values among them, in no order."""
    return Random(size).randbytes(size)


def named(*bodies: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(body).hexdigest(): body for body in bodies}


def kept(desk: Desk) -> list[tuple[str, int, int]]:
    """Each blob's name, the size it says and the size it has."""
    columns = (Blob.sha256, Blob.size, func.length(Blob.body))
    return [(row[0], row[1], row[2]) for row in desk.session.execute(select(*columns))]


@pytest.mark.parametrize("size", SIZES)
def test_bytes_come_back_as_they_were_from_another_transaction(core: Core, size: int) -> None:
    bodies = named(bytes_of(size))
    (digest,) = bodies
    with desk_for(core, write=True) as desk:
        write_blobs(desk, bodies)
        assert read_blob(desk, digest) == bodies[digest]
    with desk_for(core) as desk:
        assert read_blob(desk, digest) == bodies[digest]
        assert kept(desk) == [(digest, size, size)]


def test_many_are_written_together_whatever_their_sizes(desk: Desk) -> None:
    bodies = named(*map(bytes_of, SIZES))
    write_blobs(desk, bodies)
    assert {digest: read_blob(desk, digest) for digest in bodies} == bodies


def test_nothing_to_write_asks_the_database_nothing(desk: Desk) -> None:
    write_blobs(desk, {})
    assert kept(desk) == []


@pytest.mark.parametrize("size", [3, PIECE + 3])
def test_bytes_that_are_there_already_stay_as_they_are(desk: Desk, size: int) -> None:
    bodies = named(bytes_of(size))
    (digest,) = bodies
    write_blobs(desk, bodies)
    write_blobs(desk, {digest: bytes(size)})
    assert read_blob(desk, digest) == bodies[digest]
    assert kept(desk) == [(digest, size, size)]


@pytest.mark.parametrize("size", [3, PIECE + 3])
def test_bytes_of_a_transaction_that_is_undone_are_not_kept(core: Core, size: int) -> None:
    with desk_for(core, write=True) as desk:
        write_blobs(desk, named(bytes_of(size)))
        desk.rollback()
    with desk_for(core) as desk:
        assert kept(desk) == []


@pytest.mark.parametrize("size", [3, 2 * PIECE])
def test_two_who_write_the_same_bytes_at_once_keep_them_once(core: Core, size: int) -> None:
    bodies = named(bytes_of(size))
    (digest,) = bodies

    def write_too() -> None:
        with desk_for(core, write=True) as desk:
            write_blobs(desk, bodies)

    with ThreadPoolExecutor(1) as others, desk_for(core, write=True) as desk:
        write_blobs(desk, bodies)
        other = others.submit(write_too)
        desk.commit()
        other.result()
    with desk_for(core) as desk:
        assert kept(desk) == [(digest, size, size)]
        assert read_blob(desk, digest) == bodies[digest]


def test_statement_that_is_ended_while_bytes_stream_is_an_error_of_the_database(core: Core) -> None:
    if core.engine.dialect.name == "sqlite":
        pytest.skip("SQLite takes no stream")
    with desk_for(core, write=True) as desk:
        desk.session.execute(text("LOCK TABLE blob IN SHARE MODE"))
        with desk_for(core, write=True) as other:
            other.session.execute(text("SET LOCAL lock_timeout = 50"))
            with pytest.raises(OperationalError):
                write_blobs(other, named(bytes_of(2 * PIECE)))
            other.rollback()


def test_bytes_that_are_not_stored_are_missing(desk: Desk) -> None:
    with pytest.raises(Missing, match="The bytes 0123456789ab… are not stored"):
        read_blob(desk, "0123456789abcdef" * 4)
