# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says whether an advisory names a version of a package.

Source: the OSV schema, "Evaluation" (https://ossf.github.io/osv-schema/#evaluation). It knows
affected and not affected; what cannot be compared is a third thing here.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from tresen_licensing.advisories import orders
from tresen_licensing.advisories.orders import Order
from tresen_licensing.advisories.osv import (
    FIXED,
    INTRODUCED,
    LAST_AFFECTED,
    LIMIT,
    Affected,
    Event,
    Range,
)
from tresen_licensing.advisories.states import CLEAR, NAMED, UNKNOWN

# A version before every other one, and a limit behind every one.
FIRST, NO_LIMIT = "0", "*"
# The place of the first one among those of the others, which are (1, version).
BEFORE_ALL = (0,)


def verdict(affected: Affected, version: str) -> str:
    """Return NAMED, CLEAR, or UNKNOWN for a version that is empty or cannot be compared."""
    if version and version in affected.versions:
        return NAMED
    # Commits have no order without their repository: the schema asks for a list beside them.
    ranges = [each for each in affected.ranges if each.kind != orders.GIT]
    found = weightiest(_within(each, affected.ecosystem, version) for each in ranges)
    if found != NAMED and _is_listed(affected, version):
        return NAMED
    if not ranges:
        return CLEAR if version and affected.versions else UNKNOWN
    return found


def weightiest(found: Iterable[str]) -> str:
    """Return what counts of several answers: named before unknown before clear."""
    said = set(found)
    return next((each for each in (NAMED, UNKNOWN) if each in said), CLEAR)


def _is_listed(affected: Affected, version: str) -> bool:
    """Tell whether the version stands in the list, written in another way."""
    order = orders.order_of(orders.ECOSYSTEM, affected.ecosystem)
    if order is None or not version:
        return False
    return any(_is_same(order, each, version) for each in affected.versions)


def _is_same(order: Order, one: str, other: str) -> bool:
    try:
        return bool(order(one) == order(other))
    except orders.FAULTS:
        return False


def _within(found: Range, ecosystem: str, version: str) -> str:
    if all(each == (INTRODUCED, FIRST) for each in found.events):
        # Every version that there is, whatever it is called.
        return NAMED
    order = orders.order_of(found.kind, ecosystem)
    if order is None or not version:
        return UNKNOWN
    try:
        return NAMED if _is_vulnerable(found.events, order, order(version)) else CLEAR
    except orders.FAULTS:
        return UNKNOWN


def _is_vulnerable(events: Sequence[Event], order: Order, version: Any) -> bool:
    limits = [at for what, at in events if what == LIMIT]
    if limits and not any(at == NO_LIMIT or version < order(at) for at in limits):
        return False
    is_vulnerable = False
    for what, place in sorted(_places(events, order), key=lambda each: each[1]):
        begins = what == INTRODUCED and (place == BEFORE_ALL or version >= place[1])
        ends = (what == FIXED and version >= place[1]) or (
            what == LAST_AFFECTED and version > place[1]
        )
        is_vulnerable = begins or (is_vulnerable and not ends)
    return is_vulnerable


def _places(events: Sequence[Event], order: Order) -> Iterable[tuple[str, tuple[Any, ...]]]:
    """Yield events but limits with their places."""
    for what, at in events:
        if what != LIMIT:
            is_first = what == INTRODUCED and at == FIRST
            yield what, BEFORE_ALL if is_first else (1, order(at))
