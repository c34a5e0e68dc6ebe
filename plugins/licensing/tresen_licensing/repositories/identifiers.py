# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names source for good without any service: SWHID, ISO/IEC 18670.

A commit's and a tree's id of git are what the standard computes, too.
"""

from tresen_licensing.repositories.models import SourceTree


def of_tree(made: SourceTree) -> list[str]:
    """Return the identifiers of the last commit and of its tree."""
    return [f"swh:1:rev:{made.head}", f"swh:1:dir:{made.tree}"]
