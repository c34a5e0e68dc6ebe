# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decides when things happen: openings over ninety days, answers in working time, a backlog.

Ended tickets end before now; open ones are cut where their state says and lie close to now.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tresen.demo.cast import Casting
from tresen.demo.hours import ZONE, backward, forward
from tresen.demo.records import Scenario, Step

DAYS = 90
HOURS = {7: 2, 8: 10, 9: 16, 10: 15, 11: 12, 12: 6, 13: 10, 14: 12, 15: 9, 16: 6, 17: 2}
WEEKDAYS = (1.3, 1.1, 1.05, 1.0, 0.8, 0.06, 0.04)
EVENING_SHARE = 0.06
RECENT, RECENT_SHARE = timedelta(days=8), 0.6
URGENT = 3
# The customers with a sign-in, by the key of their organisation: the first contact of each. They
# have a request in each of these places, so that their portal shows something that goes on.
SIGNING_IN = ("gruenhafen", "fenwold")
SHOWN = ("answered", "waiting_customer")
# The backlog: how many tickets stand where, and how long ago something last happened.
BACKLOG = {
    "new": (6, timedelta(minutes=8), timedelta(hours=7)),
    "answered": (9, timedelta(minutes=15), timedelta(hours=14)),
    "handed_over": (4, timedelta(minutes=25), timedelta(hours=9)),
    "waiting_customer": (7, timedelta(hours=2), timedelta(hours=40)),
    "waiting_third_party": (3, timedelta(hours=6), timedelta(hours=45)),
    "waiting_internal": (2, timedelta(hours=3), timedelta(hours=30)),
}


@dataclass(frozen=True)
class Schedule:
    """A casting with the moments of its first so many steps."""

    casting: Casting
    moments: tuple[datetime, ...]

    @property
    def is_ended(self) -> bool:
        """Whether every step has happened."""
        return len(self.moments) == len(self.casting.scenario.steps)


def schedule(castings: Sequence[Casting], now: datetime, rng: random.Random) -> list[Schedule]:
    """Return every casting with its moments, by the moment it was opened."""
    left = list(castings)
    found = []
    for place, (count, least, most) in BACKLOG.items():
        for number in range(count):
            fitting = [c for c in left if standing(c.scenario, place)]
            if not fitting:
                break
            shown = [c for c in fitting if place in SHOWN and _is_shown(c, number)]
            casting = (shown or fitting)[0]
            left.remove(casting)
            quiet = least + (most - least) * rng.random() * _patience(casting.scenario, place)
            found.append(_open_one(casting, place, backward(now, quiet), rng))
    found += [_ended_one(casting, now, rng) for casting in left]
    return sorted(found, key=lambda one: one.moments[0])


def _is_shown(casting: Casting, number: int) -> bool:
    """Whether it is asked by the customer who signs in and gets the backlog's ticket so far."""
    is_first = casting.contact is casting.customer.contacts[0]
    return is_first and casting.customer.key == dict(enumerate(SIGNING_IN)).get(number)


def standing(scenario: Scenario, place: str) -> int:
    """Return after how many steps a ticket of the scenario stands in the place; 0: never."""
    for count in range(len(scenario.steps), 0, -1):
        if place_of(scenario.steps[:count]) == place:
            return count
    return 0


def place_of(steps: Sequence[Step]) -> str:
    """Return where a ticket stands after the steps: a state, or whose turn it is."""
    last = steps[-1]
    if last.by == "customer":
        return "new" if len(steps) == 1 else "answered"
    if last.by == "handover":
        return "handed_over"
    return last.state


def _patience(scenario: Scenario, place: str) -> float:
    """Return how long, of the longest time, a ticket may lie: urgent ones are soon taken up."""
    return 0.15 if scenario.urgency >= URGENT and not place.startswith("waiting") else 1.0


def _open_one(casting: Casting, place: str, last: datetime, rng: random.Random) -> Schedule:
    steps = casting.scenario.steps[: standing(casting.scenario, place)]
    gaps = [_jittered(step, rng) for step in steps[1:]]
    opening = backward(last, sum(gaps, timedelta(0))).replace(microsecond=0)
    return Schedule(casting, _chain(opening, gaps))


def _ended_one(casting: Casting, now: datetime, rng: random.Random) -> Schedule:
    gaps = [_jittered(step, rng) for step in casting.scenario.steps[1:]]
    latest = backward(now, sum(gaps, timedelta(hours=4)))
    opening = _opening(now, rng, casting.channel)
    # Of the last days' tickets many are still open and already told.
    while opening > latest or (opening > now - RECENT and rng.random() < RECENT_SHARE):
        opening = _opening(now, rng, casting.channel)
    return Schedule(casting, _chain(opening, gaps))


def _chain(opening: datetime, gaps: Sequence[timedelta]) -> tuple[datetime, ...]:
    moments = [opening]
    for gap in gaps:
        moments.append(forward(moments[-1], gap))
    return tuple(moments)


def _opening(now: datetime, rng: random.Random, channel: str) -> datetime:
    """Return a moment in the last ninety days; nobody calls when nobody is there."""
    while True:
        day = (now - timedelta(days=rng.randrange(DAYS))).astimezone(ZONE)
        if rng.random() * WEEKDAYS[0] < WEEKDAYS[day.weekday()]:
            break
    hour = rng.choices(list(HOURS), list(HOURS.values()))[0]
    if channel == "phone":
        return forward(_at(day, max(hour, 9), rng), timedelta(0))
    if rng.random() < EVENING_SHARE:
        hour = rng.randint(18, 22)
    return _at(day, hour, rng)


def _at(day: datetime, hour: int, rng: random.Random) -> datetime:
    return day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)


def _jittered(step: Step, rng: random.Random) -> timedelta:
    exact = step.after * rng.uniform(0.6, 1.6) + timedelta(seconds=rng.randrange(60))
    return timedelta(seconds=int(exact.total_seconds()))
