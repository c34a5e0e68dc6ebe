# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is looked for in a history, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tresen.sdk import lazy

from tresen_licensing.patches.series import PatchText

PATCH_ID, CONTENT, LINES = "patch_id", "content", "lines"
TRAILER, SIGN_OFF = "trailer", "sign_off"

DETECTORS = {
    PATCH_ID: lazy("the same patch"),
    CONTENT: lazy("the same content"),
    LINES: lazy("the same lines in other surroundings"),
    TRAILER: lazy("the trailer in the message"),
    SIGN_OFF: lazy("the sign-off in the message"),
}


@dataclass(frozen=True)
class Sought:
    """A contribution as it may stand in a history: its reference, its base, its patches."""

    reference: str
    base: str
    patches: Sequence[PatchText]


@dataclass(frozen=True)
class Hit:
    """The commit in which a patch was found, and what found it."""

    commit: str
    detector: str


@dataclass(frozen=True)
class Findings:
    """What was found: a hit for each patch by its position from 1.

    `differently` is a commit that names the contribution, though what it changes is not ours.
    """

    total: int
    hits: Mapping[int, Hit] = field(default_factory=dict)
    differently: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every patch was found."""
        return self.total > 0 and len(self.hits) == self.total

    @property
    def is_partial(self) -> bool:
        """Whether some were found and others not."""
        return 0 < len(self.hits) < self.total

    @property
    def commits(self) -> tuple[str, ...]:
        """The commits in the order of the patches, each once."""
        return tuple(dict.fromkeys(self.hits[each].commit for each in sorted(self.hits)))
