# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts what the hooks of plugins cost in this process: calls, time, errors.

It is always on, so a call must cost less than a microsecond more; that is why the numbers are
plain attributes without a lock. CPython changes threads at calls and loops only, never within
one addition.
"""

# What one call may take of a request, in nanoseconds, until the plugin is called slow.
BUDGET = 100_000_000


class Tally:
    """What one hook of one plugin cost since the process started; times in nanoseconds.

    The time of a call holds what it set off, other plugins' answers included.
    """

    __slots__ = ("calls", "errors", "is_slow", "last_error", "longest", "total")

    def __init__(self) -> None:
        self.calls = self.total = self.longest = self.errors = 0
        self.is_slow = False
        self.last_error = ""

    def add(self, nanoseconds: int) -> None:
        """Count one call."""
        self.calls += 1
        self.total += nanoseconds
        if nanoseconds > self.longest:  # noqa: PLR1730 - max() costs twice as much, at every call
            self.longest = nanoseconds

    @property
    def mean(self) -> int:
        """Nanoseconds of a call on average; 0 before the first."""
        return self.total // self.calls if self.calls else 0

    def exceeds(self, nanoseconds: int) -> bool:
        """Whether this call makes the hook a slow one; true for the first such call only."""
        is_first = nanoseconds > BUDGET and not self.is_slow
        self.is_slow = self.is_slow or is_first
        return is_first
