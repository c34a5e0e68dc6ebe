# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states of a ticket and the allowed steps between them: one table.

The words are ITIL 4's incident states with the three waitings told apart, because each stops
another clock.
"""

from tresen.i18n import lazy

NEW = "new"
OPEN = "open"
WAITING_CUSTOMER = "waiting_customer"
WAITING_THIRD_PARTY = "waiting_third_party"
WAITING_INTERNAL = "waiting_internal"
SOLVED = "solved"
CLOSED = "closed"

TITLES = {
    NEW: lazy("New"),
    OPEN: lazy("Open"),
    WAITING_CUSTOMER: lazy("Waiting for customer"),
    WAITING_THIRD_PARTY: lazy("Waiting for third party"),
    WAITING_INTERNAL: lazy("Waiting internally"),
    SOLVED: lazy("Solved"),
    CLOSED: lazy("Closed"),
}

WAITING = (WAITING_CUSTOMER, WAITING_THIRD_PARTY, WAITING_INTERNAL)
ENDED = (SOLVED, CLOSED)

# From each state, where it may go. A closed ticket stays closed: what comes in later opens a
# new one that is linked to it.
STEPS: dict[str, tuple[str, ...]] = {
    NEW: (OPEN, *WAITING, SOLVED, CLOSED),
    OPEN: (*WAITING, SOLVED, CLOSED),
    WAITING_CUSTOMER: (OPEN, WAITING_THIRD_PARTY, WAITING_INTERNAL, SOLVED, CLOSED),
    WAITING_THIRD_PARTY: (OPEN, WAITING_CUSTOMER, WAITING_INTERNAL, SOLVED, CLOSED),
    WAITING_INTERNAL: (OPEN, WAITING_CUSTOMER, WAITING_THIRD_PARTY, SOLVED, CLOSED),
    SOLVED: (OPEN, CLOSED),
    CLOSED: (),
}

PRIORITIES = {1: lazy("Low"), 2: lazy("Normal"), 3: lazy("High"), 4: lazy("Critical")}

# How a ticket or a message came in; a plugin's channel is shown by its own word.
CHANNELS = {
    "mail": lazy("Mail"),
    "web": lazy("Web"),
    "phone": lazy("Phone"),
    "api": lazy("Program"),
}

# Rows are impact, columns urgency, both from 1 (low) to 4 (critical).
PRIORITY_MATRIX = (
    (1, 1, 2, 2),
    (1, 2, 2, 3),
    (2, 2, 3, 4),
    (2, 3, 4, 4),
)


def may_go(old: str, new: str) -> bool:
    """Whether the step is in the table; staying is always allowed."""
    return new == old or new in STEPS.get(old, ())


def is_open(state: str) -> bool:
    """Whether somebody still has to do something about a ticket in this state."""
    return state not in ENDED


def priority_of(impact: int, urgency: int) -> int:
    """Return the priority (1 to 4) that the matrix gives for impact and urgency (1 to 4)."""
    return PRIORITY_MATRIX[impact - 1][urgency - 1]
