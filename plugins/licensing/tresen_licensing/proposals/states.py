# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a proposal stands; where its development stands follows from that."""

from collections.abc import Mapping

from tresen.sdk import lazy

from tresen_licensing.developments import states

SENDING, FAILED, OPEN = "sending", "failed", "open"
CHANGES_REQUESTED, MERGED, DECLINED = "changes_requested", "merged", "declined"

TITLES = {
    SENDING: lazy("Is being sent"),
    FAILED: lazy("Could not be sent"),
    OPEN: lazy("Upstream has the word"),
    CHANGES_REQUESTED: lazy("Changes requested"),
    MERGED: lazy("Merged"),
    DECLINED: lazy("Declined"),
}
TONES = {
    SENDING: "accent",
    FAILED: "red",
    OPEN: "accent",
    CHANGES_REQUESTED: "amber",
    MERGED: "green",
}
# Nothing else is proposed beside one of these.
RUNNING = (SENDING, OPEN, CHANGES_REQUESTED)
# Upstream has it, and may say something.
WAITING = (OPEN, CHANGES_REQUESTED)

# What a development becomes by what is said of its proposal.
FOLLOWING: Mapping[str, str] = {
    OPEN: states.PROPOSED,
    CHANGES_REQUESTED: states.CHANGES_REQUESTED,
    MERGED: states.MERGED,
    DECLINED: states.DECLINED,
}
# From where it can be proposed.
FROM = (states.PUBLISHED, states.DECLINED)

# What stands on the button of a step that is written down by hand, by the state that it leads to.
BY_HAND = {
    states.PROPOSED: lazy("Upstream has it again"),
    states.CHANGES_REQUESTED: lazy("Changes are requested"),
    states.MERGED: lazy("It is merged"),
    states.DECLINED: lazy("It is declined"),
    states.RELEASED: lazy("It is released"),
    states.ADOPTED: lazy("It is in use from upstream"),
    states.CLOSED: lazy("Close"),
}
OF_PROPOSAL = {value: key for key, value in FOLLOWING.items()}

# Days after the adoption in which somebody of ours answers for it.
WARRANTY_DAYS = 30
