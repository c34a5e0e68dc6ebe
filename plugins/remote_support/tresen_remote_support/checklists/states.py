# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator answers to a requirement, and where it stands with that."""

from collections.abc import Collection, Iterable

from tresen.sdk import lazy

YES, NO, NOT_APPLICABLE = "yes", "no", "not_applicable"
VERDICTS = {
    YES: lazy("Yes"),
    NO: lazy("No"),
    NOT_APPLICABLE: lazy("Not applicable"),
}

OPEN, UNMET, MET, LEFT_OUT = "open", "unmet", "met", "left_out"
STANDINGS = {
    OPEN: lazy("Not answered"),
    UNMET: lazy("Not met"),
    MET: lazy("Met"),
    LEFT_OUT: lazy("Not applicable"),
}
TONES = {OPEN: "amber", UNMET: "red", MET: "green", LEFT_OUT: ""}
# What the whole is when one part of it is.
WORST = (UNMET, OPEN, MET)


def standing(verdict: str | None, findings: Iterable[bool | None]) -> str:
    """Return where a requirement stands; a finding is True, False, or None where it only informs.

    What Tresen finds wrong is not made right by a yes.
    """
    if verdict == NOT_APPLICABLE:
        return LEFT_OUT
    if verdict == NO or False in tuple(findings):
        return UNMET
    return MET if verdict == YES else OPEN


def overall(standings: Collection[str]) -> str:
    """Return where the whole stands: as its worst part."""
    return next((each for each in WORST if each in standings), MET)
