# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a bill of materials says, whichever format it came in."""

from dataclasses import dataclass, field

CYCLONEDX, SPDX = "CycloneDX", "SPDX"
LIBRARY = "library"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """One component of a bill; `ref` is unique in it.

    `declared` and `concluded` are licences as the file writes them, `texts` the texts of licences
    by id or name; `hashes` are (algorithm as CycloneDX names it, hexadecimal digest).
    """

    ref: str
    name: str
    kind: str = LIBRARY
    group: str = ""
    version: str = ""
    purl: str = ""
    supplier: str = ""
    declared: str = ""
    concluded: str = ""
    copyright: tuple[str, ...] = ()
    hashes: Pairs = ()
    depends_on: tuple[str, ...] = ()
    texts: Pairs = ()


@dataclass(frozen=True)
class Bill:
    """A bill of materials: what it is about, its parts, and what is odd about it (sentences).

    `direct` are the refs that the whole depends on; `serial` is the serial number or namespace.
    """

    format: str
    spec_version: str
    parts: tuple[Part, ...]
    serial: str = ""
    direct: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=())


def line(text: object) -> str:
    """Return a text as one line without space around it; empty for None."""
    return " ".join(str(text).split()) if text is not None else ""


def lines(text: object) -> tuple[str, ...]:
    """Return the lines of a text that say something, each once and sorted."""
    return tuple(sorted({line(each) for each in str(text or "").splitlines() if each.strip()}))
