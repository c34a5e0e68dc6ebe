# SPDX-License-Identifier: AGPL-3.0-or-later
"""Until when a development has to be public, and what is wrong with it: reckoned, never typed.

The clock starts with the first deployment outside our own house or the first remote user, since
that is what the licence goes by (AGPL-3.0, section 13), not with the end of the work.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from tresen.sdk import lazy

from tresen_licensing.developments import states

NOT_RUNNING, RUNNING, EMBARGOED = "not_running", "running", "embargoed"
OVERDUE, MET, EXEMPT = "overdue", "met", "exempt"

TITLES = {
    NOT_RUNNING: lazy("Runs nowhere outside"),
    RUNNING: lazy("To be published"),
    EMBARGOED: lazy("Under embargo"),
    OVERDUE: lazy("Overdue"),
    MET: lazy("Published"),
    EXEMPT: lazy("Exempt"),
}
TONES = {RUNNING: "accent", EMBARGOED: "amber", OVERDUE: "red", MET: "green"}

# Days without a word from upstream after which somebody should ask.
STALE_DAYS = 60


@dataclass(frozen=True)
class Terms:
    """What an agreement says of time, in days from the day on which the clock started."""

    deadline_days: int = 30
    embargo_days: int = 90


@dataclass(frozen=True)
class Facts:
    """What the clock of one development is reckoned from.

    `started_on` is the day of the first deployment outside, or None; `exempt_until` the last day of
    a waiver that two people granted, or None.
    """

    state: str
    terms: Terms
    started_on: date | None = None
    embargoed_until: date | None = None
    exempt_until: date | None = None


@dataclass(frozen=True)
class Clock:
    """Where a development stands with its duty: since when, until when, and how."""

    standing: str
    started_on: date | None = None
    due_on: date | None = None

    def days_left(self, today: date) -> int | None:
        """Return the days until it is due, below nought once it is overdue; None without a due."""
        return None if self.due_on is None else (self.due_on - today).days


def latest_embargo(started_on: date, terms: Terms) -> date:
    """Return the last day that an embargo may reach to."""
    return started_on + timedelta(days=terms.embargo_days)


def due(started_on: date, terms: Terms, embargoed_until: date | None) -> date:
    """Return the last day to publish: an embargo puts it off, yet never beyond its limit."""
    plain = started_on + timedelta(days=terms.deadline_days)
    if embargoed_until is None:
        return plain
    return max(plain, min(embargoed_until, latest_embargo(started_on, terms)))


def clock(facts: Facts, today: date) -> Clock:
    """Return where a development stands on the day `today`."""
    if facts.state in states.PUBLIC:
        return Clock(MET, facts.started_on)
    if facts.started_on is None:
        return Clock(NOT_RUNNING)
    if facts.exempt_until is not None and today <= facts.exempt_until:
        return Clock(EXEMPT, facts.started_on)
    until = due(facts.started_on, facts.terms, facts.embargoed_until)
    if today > until:
        return Clock(OVERDUE, facts.started_on, until)
    is_embargoed = facts.embargoed_until is not None and today <= facts.embargoed_until
    return Clock(EMBARGOED if is_embargoed else RUNNING, facts.started_on, until)


def is_stale(state: str, last_word_on: date, today: date) -> bool:
    """Tell whether upstream has the word and said nothing for more than STALE_DAYS."""
    return state in states.WITH_UPSTREAM and (today - last_word_on).days > STALE_DAYS
