# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an expression lets one choose: each way to fulfil it, as the licences that then hold."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tresen_licensing import licences

# Ways of one expression; more of them nobody reads.
MOST_WAYS = 64

Way = frozenset[str]


@lru_cache(maxsize=4096)
def ways(expression: str) -> tuple[Way, ...]:
    """Return the ways to fulfil a valid expression, the shortest first; empty for too many.

    A licence with an exception is one licence, named `… WITH …`.
    """
    found = _ways(licences.parsed(expression))
    return tuple(sorted(_least(found), key=lambda way: (len(way), text_of(way))))


def text_of(way: Iterable[str]) -> str:
    """Return a way as an expression."""
    return " AND ".join(sorted(way))


def _ways(tree: Any) -> set[Way]:
    """Return the ways of a tree, none where there are more than anybody reads."""
    parts = tuple(getattr(tree, "args", ()))
    if not parts or not hasattr(tree, "operator"):
        return {frozenset({str(tree)})}
    found = [_ways(each) for each in parts]
    if not all(found):
        return set()
    if str(tree.operator).strip() == "OR":
        together = set().union(*found)
        return together if len(together) <= MOST_WAYS else set()
    together = {frozenset()}
    for each in found:
        together = {one | other for one in together for other in each}
        if len(together) > MOST_WAYS:
            return set()
    return together


def _least(found: set[Way]) -> set[Way]:
    """Return the ways that ask for no more than another one does."""
    return {way for way in found if not any(other < way for other in found)}
