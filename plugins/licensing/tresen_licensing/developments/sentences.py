# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the duty of a development stands, in a sentence for people."""

from dataclasses import dataclass
from datetime import date

from tresen.sdk import day, ngettext

from tresen_licensing.developments import clocks
from tresen_licensing.developments.clocks import Clock

# Days before the last one from which on a notice warns.
WARN_DAYS = 7


@dataclass(frozen=True)
class Said:
    """A sentence, and the tone of its notice."""

    text: str
    tone: str


def said_of(clock: Clock, today: date) -> Said:
    """Return what is said of a clock: how long it is still, or has been, or its standing alone."""
    days = clock.days_left(today)
    if clock.started_on is None or days is None:
        tone = clocks.TONES.get(clock.standing, "")
        return Said(str(clocks.TITLES[clock.standing]), tone if tone != "accent" else "")
    is_over = clock.standing == clocks.OVERDUE
    words = {"day": day(clock.started_on), "num": abs(days)}
    text = _overdue(-days) if is_over else _left(days)
    tone = "amber" if days <= WARN_DAYS else ""
    return Said(text % words, "red" if is_over else tone)


def _overdue(days: int) -> str:
    return ngettext(
        "It has run outside since %(day)s and is one day over its time to be public.",
        "It has run outside since %(day)s and is %(num)s days over its time to be public.",
        days,
    )


def _left(days: int) -> str:
    return ngettext(
        "It runs outside since %(day)s: one day is left to publish it.",
        "It runs outside since %(day)s: %(num)s days are left to publish it.",
        days,
    )
