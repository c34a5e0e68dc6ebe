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
