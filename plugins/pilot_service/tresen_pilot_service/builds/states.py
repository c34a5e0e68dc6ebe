# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rule of rings: who is to find the faults of a build gets it before everybody else."""

from collections.abc import Collection


def missing_ring(ring: int, in_use: Collection[int], given: Collection[int]) -> int | None:
    """Return the lowest ring below `ring` that is in use and was not given the build.

    `in_use` are the rings with participants, `given` those that have the build now.
    """
    return min((each for each in in_use if each < ring and each not in given), default=None)
