# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pack is measured before it is unfolded: what would swell is refused, and what is broken."""

import os
import zlib
from contextlib import suppress

import pytest
from gits import Repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.repositories.packs import Limits, demand_bounded

BLOB, BY_OFFSET, BY_ID = 3, 6, 7


def number(value: int) -> bytes:
    """Return a number as a difference writes it."""
    out = b""
    while True:
        value, byte = value >> 7, value & 127
        if not value:
            return out + bytes([byte])
        out += bytes([byte | 128])


def head(kind: int, size: int) -> bytes:
    """Return the head of an object."""
    first, rest = kind << 4 | size & 15, size >> 4
    return bytes([first | 128]) + number(rest) if rest else bytes([first])


def pack(*objects: bytes) -> bytes:
    """Return a pack of objects, whose checksum nobody looks at."""
    return b"PACK" + (2).to_bytes(4) + len(objects).to_bytes(4) + b"".join(objects) + b"\0" * 20


def blob(size: int, said: int | None = None) -> bytes:
    """Return an object of so many bytes, or one that says another size."""
    return head(BLOB, size if said is None else said) + zlib.compress(b"x" * size)


def difference(target: int, base: bytes = b"\x01", kind: int = BY_OFFSET) -> bytes:
    """Return a difference that says how large its object becomes."""
    body = number(10) + number(target) + b"\x90\x0a"
    return head(kind, len(body)) + base + zlib.compress(body)


def packed(repo: Repository) -> bytes:
    """Return all of a repository as git packs it."""
    return repo.git("pack-objects", "--all", "--stdout", "-q", "--delta-base-offset")


def test_objects_of_a_real_pack_are_counted(repo: Repository) -> None:
    for number in range(3):
        text = b"".join(b"line %d\n" % each for each in range(200)) + b"%d\n" % number
        repo.commit({"README": text, "noise": os.urandom(9000)}, f"Step {number}")
    found = packed(repo)
    assert demand_bounded(found) == int.from_bytes(found[8:12], "big")


@pytest.mark.parametrize(
    ("objects", "limits", "said"),
    [
        ([blob(10)] * 3, Limits(objects=2), "too many objects"),
        ([blob(101)], Limits(largest=100), "too large"),
        ([blob(5, 101)], Limits(largest=100), "too large"),
        ([difference(101)], Limits(largest=100), "too large"),
        ([difference(101, b"i" * 20, BY_ID)], Limits(largest=100), "too large"),
        ([blob(60), blob(60)], Limits(largest=100, unfolded=100), "unfolds to more"),
        ([blob(10), difference(95)], Limits(largest=100, unfolded=100), "unfolds to more"),
    ],
)
def test_what_would_swell_is_refused(objects: list[bytes], limits: Limits, said: str) -> None:
    with pytest.raises(Refused, match=said):
        demand_bounded(pack(*objects), limits)


def test_swelling_stream_is_not_read_to_its_end() -> None:
    # A thousand times what it says: reading stops with the first byte too many.
    with pytest.raises(Refused, match="broken"):
        demand_bounded(pack(blob(5_000_000, 5)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"PACK",
        b"JUNK" + b"\0" * 40,
        pack(blob(10))[:-25],
        pack(blob(10, 11)),
        pack(blob(11, 10)),
        pack(head(BLOB, 10) + b"no stream at all"),
        pack(b"\xff" * 40),
        pack(head(BY_OFFSET, 3) + b"\xff" * 40),
        pack(head(BY_OFFSET, 1) + b"\x01" + zlib.compress(b"\x80")),
        pack(head(BY_OFFSET, 12) + b"\x01" + zlib.compress(b"\x80" * 12)),
        b"PACK" + (2).to_bytes(4) + (7).to_bytes(4) + b"\0" * 20,
    ],
)
def test_broken_pack_is_said(body: bytes) -> None:
    with pytest.raises(Refused, match="broken"):
        demand_bounded(body)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_bytes_that_were_turned_break_nothing_else(repo: Repository, data: st.DataObject) -> None:
    body = bytearray(packed(repo))
    for at in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=3)):
        body[at] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        assert demand_bounded(bytes(body)) >= 0
