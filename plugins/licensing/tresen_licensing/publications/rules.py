# SPDX-License-Identifier: AGPL-3.0-or-later
"""When something is public: the rule of two anchors, of which one is not ours.

So it works without any network, too: our own page, and the countersignature of the customer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tresen_licensing.publications import kinds

# As many anchors with the same tree, of which as many are not ours.
LEAST, LEAST_FOREIGN = 2, 1
# Days without any answer after which an anchor counts as gone.
SILENT_DAYS = 28


@dataclass(frozen=True)
class Seen:
    """What an anchor's rule goes by: whose it is, what the last look found, and since when."""

    tree: str
    outcome: str
    is_ours: bool
    held_on: date | None = None
    is_withdrawn: bool = False


def holds(anchor: Seen, tree: str, today: date) -> bool:
    """Tell whether an anchor shows the tree today; one that is silent does so for SILENT_DAYS."""
    if anchor.is_withdrawn or not tree or anchor.tree != tree:
        return False
    if anchor.outcome == kinds.SILENT:
        return anchor.held_on is not None and (today - anchor.held_on).days <= SILENT_DAYS
    return anchor.outcome == kinds.HELD


def counted(anchors: Sequence[Seen], tree: str, today: date) -> tuple[int, int]:
    """Return how many anchors show the tree, and how many of these are not ours."""
    held = [each for each in anchors if holds(each, tree, today)]
    return len(held), sum(not each.is_ours for each in held)


def is_lost(anchor: Seen, tree: str, today: date) -> bool:
    """Tell whether an anchor once showed the tree and does so no more."""
    once = anchor.held_on is not None and not anchor.is_withdrawn
    return once and not holds(anchor, tree, today)
