# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a finding stands, in the words of VEX, and how grave an advisory is.

Source of the words: OpenVEX 0.2.0, "Status Labels" and "Status Justifications"
(https://github.com/openvex/spec), which CSAF 2.0 uses alike; of the ratings: CVSS 3.1, table 14.
"""

from tresen.sdk import lazy

UNDER_INVESTIGATION, AFFECTED = "under_investigation", "affected"
NOT_AFFECTED, FIXED = "not_affected", "fixed"
STATES = {
    UNDER_INVESTIGATION: lazy("under investigation"),
    AFFECTED: lazy("affected"),
    NOT_AFFECTED: lazy("not affected"),
    FIXED: lazy("fixed"),
}
TONES = {UNDER_INVESTIGATION: "amber", AFFECTED: "red", NOT_AFFECTED: "green", FIXED: "green"}
ICONS = {
    UNDER_INVESTIGATION: "hourglass",
    AFFECTED: "alert-triangle",
    NOT_AFFECTED: "check",
    FIXED: "check",
}
# What somebody still has to do something about.
OPEN = (UNDER_INVESTIGATION, AFFECTED)

JUSTIFICATIONS = {
    "component_not_present": lazy("The component is not in the release"),
    "vulnerable_code_not_present": lazy("The vulnerable code is not in the release"),
    "vulnerable_code_not_in_execute_path": lazy("The vulnerable code is never run"),
    "vulnerable_code_cannot_be_controlled_by_adversary": lazy(
        "No attacker can reach the vulnerable code"
    ),
    "inline_mitigations_already_exist": lazy("The product already keeps it from being exploited"),
}

# What the comparison of a version with an advisory says; what cannot be compared is never clear.
NAMED, UNKNOWN, CLEAR = "named", "unknown", "clear"

CRITICAL, HIGH, MEDIUM, LOW, NONE = "critical", "high", "medium", "low", "none"
RATINGS = {
    CRITICAL: lazy("critical"),
    HIGH: lazy("high"),
    MEDIUM: lazy("medium"),
    LOW: lazy("low"),
    NONE: lazy("none"),
}
RATING_TONES = {CRITICAL: "red", HIGH: "red", MEDIUM: "amber"}
# What a list of findings can show.
LISTS = {
    "open": lazy("open"),
    "settled": lazy("settled"),
    "ended": lazy("no longer found"),
}


def rating(score: float) -> str:
    """Return the word for a score of CVSS 3 or 4, 0.0 to 10.0."""
    lowest = ((9.0, CRITICAL), (7.0, HIGH), (4.0, MEDIUM), (0.1, LOW))
    return next((word for least, word in lowest if score >= least), NONE)
