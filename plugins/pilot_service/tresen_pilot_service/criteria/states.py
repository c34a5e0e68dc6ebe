# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verdicts on hypotheses, the phases of criteria, and the traffic lights."""

from tresen.sdk import lazy

OPEN, CONFIRMED, REFUTED = "open", "confirmed", "refuted"

VERDICTS = {
    OPEN: lazy("Open"),
    CONFIRMED: lazy("Confirmed"),
    REFUTED: lazy("Refuted"),
}

ENTRY, EXIT = "entry", "exit"

PHASES = {ENTRY: lazy("Entry criterion"), EXIT: lazy("Exit criterion")}

GREEN, AMBER, RED, GREY = "green", "amber", "red", "grey"

LIGHTS = {
    GREEN: lazy("Met"),
    AMBER: lazy("Nearly met"),
    RED: lazy("Not met"),
    GREY: lazy("Not known yet"),
}

# Nearly met is what lies within a fifth of its bound.
NEAR = 0.2


def light(value: float | None, bound: float, *, is_most: bool) -> str:
    """Return the light of a counted value; `is_most` where the bound is not to be passed.

    None where nothing was counted yet.
    """
    if value is None:
        return GREY
    if value <= bound if is_most else value >= bound:
        return GREEN
    near = value <= bound * (1 + NEAR) if is_most else value >= bound * (1 - NEAR)
    return AMBER if near else RED


def light_of_word(is_met: bool | None) -> str:
    """Return the light of what a person says of a criterion."""
    if is_met is None:
        return GREY
    return GREEN if is_met else RED
