# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens a file of advisories: one record as JSON, or a zip of records such as osv.dev exports.

It comes from outside, so nothing is unpacked to a folder, and each part is read up to a limit,
whatever the zip says of its size.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from tresen.sdk import Refused, _

from tresen_licensing.advisories import osv
from tresen_licensing.advisories.osv import Record
from tresen_licensing.boms import documents

# Bytes of one record.
LARGEST = 5_000_000
MEGABYTE = 1_000_000
ZIP = b"PK"
# Begins each entry of a zip's list, which is counted before the list is read.
_ENTRY = b"PK\x01\x02"
_FAULTS = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


@dataclass(frozen=True)
class Limits:
    """How many records a file may hold, and how many bytes they may be once unpacked."""

    records: int
    unpacked: int


# A request has to end within seconds; a command may take its time.
REQUEST = Limits(2_000, 50 * MEGABYTE)
COMMAND = Limits(500_000, 4_000 * MEGABYTE)


@dataclass(frozen=True)
class Fault:
    """A file, or a part of one, that was refused, and why."""

    name: str
    sentence: str


def read(name: str, stream: BinaryIO, limits: Limits) -> Iterator[Record | Fault]:
    """Yield the advisories of a file, and what of it is refused."""
    start = stream.read(len(ZIP))
    stream.seek(0)
    if start == ZIP:
        yield from _from_zip(name, stream, limits)
    else:
        yield _record(name, stream.read(LARGEST + 1))


def _from_zip(name: str, stream: BinaryIO, limits: Limits) -> Iterator[Record | Fault]:
    if _entries(stream) > limits.records:
        words = {"most": limits.records}
        yield Fault(name, _("It holds more than %(most)s files.") % words)
        return
    try:
        opened = ZipFile(stream)
    except _FAULTS:
        yield Fault(name, _("The zip cannot be read."))
        return
    with opened:
        yield from _parts(name, opened, limits.unpacked)


def _parts(name: str, opened: ZipFile, left: int) -> Iterator[Record | Fault]:
    for info in opened.infolist():
        if info.is_dir():
            continue
        body = _unpacked(opened, info)
        left -= len(body) if body is not None else 0
        if left < 0:
            yield Fault(name, _("It unpacks to more than is read at once: the rest is left out."))
            return
        if body is None:
            yield Fault(info.filename, _("It cannot be unpacked."))
        else:
            yield _record(info.filename, body)


def _unpacked(opened: ZipFile, info: ZipInfo) -> bytes | None:
    """Return at most one byte more than a record may have; None for what cannot be unpacked."""
    # The library bounds what it unpacks at once for these two ways alone.
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return None
    try:
        with opened.open(info) as part:
            return part.read(LARGEST + 1)
    except _FAULTS:
        return None


def _record(name: str, body: bytes) -> Record | Fault:
    if len(body) > LARGEST:
        words = {"most": LARGEST // MEGABYTE}
        return Fault(name, _("It has more than %(most)s MB.") % words)
    try:
        return osv.read(documents.json_of(body))
    except Refused as refusal:
        return Fault(name, refusal.sentence)


def _entries(stream: BinaryIO) -> int:
    """Return how many entries the zip's list can have at most; leave the stream at its start."""
    found, tail = 0, b""
    while block := stream.read(MEGABYTE):
        text = tail + block
        found += text.count(_ENTRY)
        tail = text[-len(_ENTRY) + 1 :]
    stream.seek(0)
    return found
