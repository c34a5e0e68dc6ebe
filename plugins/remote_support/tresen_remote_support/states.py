# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of a remote session: which state follows which, and on whose word."""

from collections.abc import Mapping

from tresen.sdk import lazy

REQUESTED, OFFERED, CONSENTED = "requested", "offered", "consented"
ACTIVE, PAUSED, ENDED, REVIEWED = "active", "paused", "ended", "reviewed"
DECLINED, EXPIRED, REVOKED = "declined", "expired", "revoked"
FAILED, CANCELLED = "failed", "cancelled"

TITLES = {
    REQUESTED: lazy("Requested"),
    OFFERED: lazy("Offered"),
    CONSENTED: lazy("Consent given"),
    ACTIVE: lazy("Running"),
    PAUSED: lazy("Paused"),
    ENDED: lazy("Ended"),
    REVIEWED: lazy("Reviewed"),
    DECLINED: lazy("Declined"),
    EXPIRED: lazy("Expired"),
    REVOKED: lazy("Stopped by the customer"),
    FAILED: lazy("Failed"),
    CANCELLED: lazy("Called off"),
}
TONES = {
    OFFERED: "accent",
    CONSENTED: "accent",
    ACTIVE: "green",
    PAUSED: "amber",
    REVOKED: "amber",
    FAILED: "red",
}

# Every step there is; what is not named here is refused.
STEPS: Mapping[str, tuple[str, ...]] = {
    # The consent comes without an offer where a standing permission gives it.
    REQUESTED: (OFFERED, CONSENTED, CANCELLED),
    OFFERED: (OFFERED, CONSENTED, DECLINED, EXPIRED, CANCELLED),
    CONSENTED: (ACTIVE, REVOKED, EXPIRED, FAILED, CANCELLED),
    ACTIVE: (PAUSED, ENDED, REVOKED, FAILED),
    PAUSED: (ACTIVE, ENDED, REVOKED, FAILED),
    ENDED: (REVIEWED,),
}

# In which the customer's screen may be seen, and in which it might be again.
RUNNING = (ACTIVE, PAUSED)
AGREED = (CONSENTED, *RUNNING)
OPEN = (REQUESTED, OFFERED, *AGREED)

# Who ended it.
AGENT, CUSTOMER, IDLE, TRESEN = "agent", "customer", "idle", "tresen"
ENDED_BY = {
    AGENT: lazy("the agent"),
    CUSTOMER: lazy("the customer"),
    IDLE: lazy("nobody: it stood still for too long"),
    TRESEN: lazy("Tresen"),
}

SOLVED, NOT_SOLVED, GOES_ON = "solved", "not_solved", "goes_on"
RESULTS = {
    SOLVED: lazy("Solved"),
    NOT_SOLVED: lazy("Not solved"),
    GOES_ON: lazy("Goes on in another way"),
}


def may_follow(state: str, wanted: str) -> bool:
    """Tell whether the step from one state to another exists."""
    return wanted in STEPS.get(state, ())
