# SPDX-License-Identifier: AGPL-3.0-or-later
"""Times two pieces of work by turns, and holds what came out.

By turns, because a machine that slows down in between would make one of them look bad.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

Work = Callable[[], object]

# Rounds before the clock counts: compiled templates, cached statements, warm pages of disk.
WARM_UP = 3
FEWEST = 9


@dataclass(frozen=True)
class Result:
    """One line of the table: `ours`, `floor` and `goal` in the same `unit`.

    `floor_is` says what the floor does; `is_rate` that more is better.
    """

    name: str
    unit: str
    ours: float
    floor: float | None
    goal: float | None
    floor_is: str = ""
    is_rate: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the floor's cost is ours; None where there is no floor."""
        if not self.floor or not self.ours:
            return None
        return self.floor / self.ours if self.is_rate else self.ours / self.floor

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met on this machine; None where there is none."""
        if self.goal is None:
            return None
        return self.ours >= self.goal if self.is_rate else self.ours <= self.goal


def side_by_side(ours: Work, floor: Work, seconds: float = 3.0) -> tuple[float, float]:
    """Return the best of both in milliseconds, measured by turns for about `seconds`.

    The best and not the median: what else a machine does can only add to it.
    """
    for _round in range(WARM_UP):
        ours()
        floor()
    found: tuple[list[float], list[float]] = ([], [])
    end = perf_counter() + seconds
    while perf_counter() < end or len(found[0]) < FEWEST:
        for times, work in zip(found, (ours, floor), strict=True):
            times.append(_milliseconds(work))
    return min(found[0]), min(found[1])


def rate(work: Work, count: int) -> float:
    """Return how many of `count` things a second `work` does."""
    return count * 1000 / _milliseconds(work)


def _milliseconds(work: Work) -> float:
    started = perf_counter()
    work()
    return (perf_counter() - started) * 1000
