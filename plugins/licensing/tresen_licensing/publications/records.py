# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an anchor is asked for, how much that may take, and what was found."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much may be asked: bytes and seconds for all of it, and hosts let in by their names."""

    size: int = 8_000_000
    seconds: float = 20.0
    let_in: Collection[str] = frozenset()


@dataclass(frozen=True)
class Wanted:
    """What an anchor is asked for, and the SHA-512 of the archive that stands for the tree."""

    kind: str
    address: str
    revision: str = ""
    # Asked for rather than the revision, once it is known: a branch goes on.
    commit: str = ""
    tree: str = ""
    archive_sha512: str = ""


@dataclass(frozen=True)
class Reading:
    """What was found: kinds.OUTCOMES, git's ids, what was compared, the SHA-256 of the answer."""

    outcome: str
    tree: str = ""
    commit: str = ""
    compared: str = ""
    sha256: str = ""
