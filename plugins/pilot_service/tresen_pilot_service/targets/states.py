# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a target stands; it follows from moments, so that nobody has to set it."""

from datetime import datetime, timedelta

# Until then there is time, there is little, there is none left.
OPEN, NEAR, OVERDUE = "open", "near", "overdue"
# It was reached in time, or later.
MET, MISSED = "met", "missed"

# So long before its end a target is near.
LITTLE = timedelta(hours=1)


def answered_at(first_replied_at: datetime | None, solved_at: datetime | None) -> datetime | None:
    """Return when a ticket was answered: whoever solves it without a reply has answered, too."""
    return min((each for each in (first_replied_at, solved_at) if each is not None), default=None)


def state_of(until: datetime, reached_at: datetime | None, now: datetime) -> str:
    """Return where a target stands; the moment itself is in time."""
    if reached_at is not None:
        return MET if reached_at <= until else MISSED
    if now > until:
        return OVERDUE
    return NEAR if until - now <= LITTLE else OPEN
