# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the demo's small files: logs, tables, notes, an invoice, and drawn screenshots.

They are made and not shipped, so that nothing third-party lies in the tree.
"""

import random
import struct
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from tresen.demo.hours import ZONE
from tresen.demo.records import Attachment

TYPES = {
    "log": "text/plain",
    "txt": "text/plain",
    "csv": "text/csv",
    "xml": "application/xml",
    "png": "image/png",
}
WIDTH, HEIGHT = 480, 300
PAPER, GREY, DARK, RED, BLUE = range(5)
PALETTE = ((249, 250, 251), (208, 213, 221), (71, 84, 103), (217, 45, 32), (21, 112, 239))
QUIET = (
    "INFO request finished status=200",
    "INFO job done",
    "INFO cache refreshed",
    "DEBUG pool: 4 of 20 connections in use",
    "INFO session renewed",
)


def make(name: str, at: datetime, slots: Mapping[str, str], rng: random.Random) -> Attachment:
    """Return a file of that name with plausible content about the case's slots."""
    kind = name.rsplit(".", 1)[-1]
    if kind == "png":
        body = draw(rng)
    elif kind == "csv":
        body = _table(at, rng).encode()
    elif kind == "xml":
        body = _invoice(at, slots, rng).encode()
    elif kind == "log" or "error" in slots:
        body = _log(at, slots, rng).encode()
    else:
        body = _note(at, slots).encode()
    return Attachment(name, TYPES[kind], body)


def _log(at: datetime, slots: Mapping[str, str], rng: random.Random) -> str:
    moment = at.astimezone(ZONE) - timedelta(minutes=40)
    error = slots.get("error", "WARNING slow answer: 14203 ms")
    lines = []
    for number in range(rng.randint(24, 40)):
        moment += timedelta(seconds=rng.randint(5, 60))
        line = f"ERROR {error}" if number % 9 == 8 else rng.choice(QUIET)
        lines.append(f"{moment:%Y-%m-%d %H:%M:%S} {line}")
    return "\n".join([*lines, f"{moment:%Y-%m-%d %H:%M:%S} ERROR {error}", ""])


def _table(at: datetime, rng: random.Random) -> str:
    local = at.astimezone(ZONE)
    rows = [f"{local - timedelta(hours=n):%Y-%m-%d %H:00};{_row(rng)}" for n in range(24)]
    return "\n".join(["time;count;seconds;state", *rows, ""])


def _row(rng: random.Random) -> str:
    slow = rng.random() < 0.3
    seconds = rng.uniform(6, 18) if slow else rng.uniform(0.2, 1.4)
    return f"{rng.randint(3, 480)};{seconds:.2f};{'slow' if slow else 'ok'}"


def _note(at: datetime, slots: Mapping[str, str]) -> str:
    facts = [f"- {value}" for key, value in slots.items() if len(value) > 20 and "{" not in value]
    return "\n".join([f"{at.astimezone(ZONE):%Y-%m-%d}", "", *facts, ""])


def _invoice(at: datetime, slots: Mapping[str, str], rng: random.Random) -> str:
    net = rng.randint(12_000, 980_000) / 100
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">\n'
        f"  <IssueDate>{at:%Y-%m-%d}</IssueDate>\n"
        f"  <!-- {slots.get('error', '').replace('--', '-')} -->\n"
        f'  <TaxExclusiveAmount currencyID="EUR">{net:.2f}</TaxExclusiveAmount>\n'
        f'  <TaxInclusiveAmount currencyID="EUR">{net * 1.19:.2f}</TaxInclusiveAmount>\n'
        "</Invoice>\n"
    )


def draw(rng: random.Random) -> bytes:
    """Return a PNG of a window with lines of text and a message box, all as plain shapes.

    Written by hand (PNG specification, third edition, indexed colour), because a picture
    library for a few rectangles would be a dependency for the demo alone.
    """
    rows = [bytearray([PAPER] * WIDTH) for _ in range(HEIGHT)]
    _box(rows, (0, 0, WIDTH, 28), DARK)
    for line in range(9):
        left = 24 if line % 3 else 16
        _box(rows, (left, 48 + 24 * line, left + rng.randint(120, 400), 58 + 24 * line), GREY)
    left, top = rng.randint(60, 140), rng.randint(80, 130)
    _box(rows, (left, top, left + 260, top + 110), DARK)
    _box(rows, (left + 2, top + 2, left + 258, top + 108), PAPER)
    _box(rows, (left + 2, top + 2, left + 258, top + 24), RED)
    _box(rows, (left + 20, top + 42, left + rng.randint(150, 240), top + 52), DARK)
    _box(rows, (left + 180, top + 78, left + 240, top + 98), BLUE)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    palette = bytes(part for colour in PALETTE for part in colour)
    chunks = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _box(rows: list[bytearray], corners: tuple[int, int, int, int], colour: int) -> None:
    left, top, right, bottom = corners
    for row in rows[top:bottom]:
        row[left:right] = bytes([colour] * (right - left))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
