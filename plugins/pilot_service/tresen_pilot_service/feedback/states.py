# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kinds and severities of feedback, and the states that triage leads through: one table."""

from tresen.sdk import lazy

DEFECT, USABILITY, WISH, PRAISE, QUESTION = "defect", "usability", "wish", "praise", "question"

KINDS = {
    DEFECT: lazy("Defect"),
    USABILITY: lazy("Usability problem"),
    WISH: lazy("Wish"),
    PRAISE: lazy("Praise"),
    QUESTION: lazy("Question"),
}

BLOCKER, MAJOR, MINOR = "blocker", "major", "minor"

SEVERITIES = {BLOCKER: lazy("Blocker"), MAJOR: lazy("Major"), MINOR: lazy("Minor")}

# Only these have a severity.
SEVERE = (DEFECT, USABILITY)

NEW, ACCEPTED, RESOLVED = "new", "accepted", "resolved"
DECLINED, DUPLICATE = "declined", "duplicate"

TITLES = {
    NEW: lazy("New"),
    ACCEPTED: lazy("Accepted"),
    RESOLVED: lazy("Resolved"),
    DECLINED: lazy("Declined"),
    DUPLICATE: lazy("Duplicate"),
}

# What still has to be done.
OPEN = (NEW, ACCEPTED)

STEPS: dict[str, tuple[str, ...]] = {
    NEW: (ACCEPTED, RESOLVED, DECLINED, DUPLICATE),
    ACCEPTED: (RESOLVED, DECLINED, DUPLICATE),
    RESOLVED: (ACCEPTED,),
    DECLINED: (ACCEPTED,),
    DUPLICATE: (ACCEPTED,),
}

# What stands on the button that leads there; the way back has a word of its own.
VERBS = {ACCEPTED: lazy("Accept"), RESOLVED: lazy("Resolve"), DECLINED: lazy("Decline")}
REOPEN = lazy("Reopen")

PORTAL, MAIL, TICKET, AGENT = "portal", "mail", "ticket", "agent"

# By which way feedback came.
CHANNELS = {
    PORTAL: lazy("Portal"),
    MAIL: lazy("Mail"),
    TICKET: lazy("Ticket"),
    AGENT: lazy("Conversation"),
}


def may_go(old: str, new: str) -> bool:
    """Whether the step is in the table; staying is always allowed."""
    return new == old or new in STEPS.get(old, ())


def verb(old: str, new: str) -> str:
    """Return what stands on the button that leads from one state to another."""
    word: str = VERBS[new] if old in OPEN else REOPEN
    return word


def severity_of(kind: str, severity: str) -> str:
    """Return the severity where the kind has one, else none."""
    return severity if kind in SEVERE else ""
