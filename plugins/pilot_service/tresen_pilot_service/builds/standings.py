# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a build stands on its way from ring to ring, and which step is open to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tresen_pilot_service.builds import states
from tresen_pilot_service.builds.models import Build, Rollout


@dataclass(frozen=True)
class Standing:
    """How far a build is in one ring; `waits_for` is the ring that has to get it before."""

    ring: int
    participants: int
    rollout: Rollout | None
    waits_for: int | None

    @property
    def has_it(self) -> bool:
        """Whether the ring has the build now."""
        return self.rollout is not None and self.rollout.withdrawn_on is None

    @property
    def may_get_it(self) -> bool:
        """Whether the build could be rolled out to the ring."""
        return bool(self.participants) and not self.has_it and self.waits_for is None


def standings(
    build: Build, rollouts: Sequence[Rollout], in_use: Mapping[int, int]
) -> list[Standing]:
    """Return how a build stands in each ring that is in use or was given it, the lowest first.

    `rollouts` are those of its programme, the newest first; `in_use` tells how many participants
    stand in a ring.
    """
    last: dict[int, Rollout] = {}
    for each in rollouts:
        if each.build_id == build.id:
            last.setdefault(each.ring, each)
    given = [ring for ring, each in last.items() if each.withdrawn_on is None]
    return [
        Standing(
            ring, in_use.get(ring, 0), last.get(ring), states.missing_ring(ring, in_use, given)
        )
        for ring in sorted({*in_use, *last})
    ]
