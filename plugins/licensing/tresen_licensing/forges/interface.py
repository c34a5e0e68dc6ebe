# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every way upstream can do."""

from collections.abc import Sequence
from typing import Protocol

from tresen_licensing.forges.records import Contribution, Sent, Spot, Standing, Word


class Forge(Protocol):
    """A way upstream; every verb raises Refused with a sentence where it cannot be done."""

    def propose(self, wanted: Contribution) -> Sent:
        """Propose it; where it was proposed before, return that.

        A later version takes the place of the one before, where upstream has that.
        """
        ...

    def state(self, spot: Spot) -> Standing:
        """Return how upstream stands to it."""
        ...

    def comments(self, spot: Spot) -> Sequence[Word]:
        """Return what was said of it, the first first."""
        ...
