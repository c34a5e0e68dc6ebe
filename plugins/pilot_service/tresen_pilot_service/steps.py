# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states of a participation and the allowed steps between them: one table.

The words are those of release management: a customer is invited to a pilot, agrees, takes part,
and finishes with the others or leaves before.
"""

from datetime import date

from tresen.sdk import lazy

INVITED = "invited"
AGREED = "agreed"
ACTIVE = "active"
FINISHED = "finished"
DECLINED = "declined"
WITHDRAWN = "withdrawn"

TITLES = {
    INVITED: lazy("Invited"),
    AGREED: lazy("Agreed"),
    ACTIVE: lazy("Active"),
    FINISHED: lazy("Finished"),
    DECLINED: lazy("Declined"),
    WITHDRAWN: lazy("Withdrawn"),
}

# What stands on the button that leads there.
VERBS = {
    AGREED: lazy("Agree"),
    ACTIVE: lazy("Activate"),
    FINISHED: lazy("Finish"),
    DECLINED: lazy("Decline"),
    WITHDRAWN: lazy("Withdraw"),
}

ENDED = (FINISHED, DECLINED, WITHDRAWN)

# From each state, where it may go; the way on stands first. What ended stays so: the way back is
# no step, it leads to where the participation stood before.
STEPS: dict[str, tuple[str, ...]] = {
    INVITED: (AGREED, DECLINED, WITHDRAWN),
    AGREED: (ACTIVE, WITHDRAWN),
    ACTIVE: (FINISHED, WITHDRAWN),
    FINISHED: (),
    DECLINED: (),
    WITHDRAWN: (),
}

# The day of each step is kept under this name.
DAYS = {AGREED: "agreed_on", ACTIVE: "active_on", **dict.fromkeys(ENDED, "ended_on")}


def may_go(old: str, new: str) -> bool:
    """Whether the step is in the table; staying is always allowed."""
    return new == old or new in STEPS.get(old, ())


def before_end(agreed_on: date | None, active_on: date | None) -> str:
    """Return where a participation stood before it ended, by the days of its earlier steps."""
    if active_on is not None:
        return ACTIVE
    return INVITED if agreed_on is None else AGREED
