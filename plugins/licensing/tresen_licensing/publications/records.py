# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an anchor is asked for, and what was found."""

from dataclasses import dataclass


class UnreadableError(Exception):
    """Something else is there than was to be."""


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
