# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts what a programme came to; each figure says how it is reckoned.

The words are those of release and service level management.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import select
from tresen.sdk import Desk

from tresen_pilot_service import queries as programmes
from tresen_pilot_service import steps
from tresen_pilot_service.feedback import states as told
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.minutes import queries as minutes
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.perks import queries as perks
from tresen_pilot_service.ratings import queries as ratings
from tresen_pilot_service.reviews import queries as reviews
from tresen_pilot_service.reviews.states import ACCEPTED
from tresen_pilot_service.targets import queries as targets

# So long after the release defects are counted that the pilot could have found.
AFTER_RELEASE = timedelta(days=90)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    """What a programme came to; what cannot be said yet is None.

    `days_to_first_feedback` (median over customers, whole days from the day on which they became
    active) and `days_to_triage` (median over feedback) are days. `detection` is the defect
    detection percentage: defects found in the pilot of a hundred that were found in it and in the
    90 days after the release; `is_detection_final` is False while these are not over.
    `minutes_used` and `minutes_granted` are of remote support, over all customers.
    `conversion` is how many of a hundred customers who tried the product went on to use it;
    `satisfaction` the mean of the last ratings, 1 to 5, of `rated` customers.
    """

    standing: dict[str, int]
    days_to_first_feedback: float | None
    days_to_triage: float | None
    detection: float | None
    is_detection_final: bool
    minutes_used: int
    minutes_granted: int | None
    targets: targets.Figures
    conversion: float | None
    satisfaction: float | None
    rated: int


def figures(desk: Desk, programme: Programme) -> Figures:
    """Return the figures of a programme; the number of statements is the same for any."""
    rows = programmes.participations(desk, programme.id)
    tried = [row for row in rows if row.active_on is not None]
    found = desk.session.scalars(
        select(Feedback).where(Feedback.programme_id == programme.id)
    ).all()
    review = reviews.decided(desk, programme.id)
    is_accepted = review is not None and review.decision in ACCEPTED
    released_on = desk.today(review.decided_at) if review and is_accepted else None
    granted = perks.perks_of(desk, [programme.id]).get(programme.id)
    quota = granted.remote_minutes if granted else None
    score, rated = ratings.satisfaction(desk, programme.id)
    return Figures(
        standing=dict(Counter(row.state for row in rows)),
        days_to_first_feedback=_days_to_first(desk, tried, found),
        days_to_triage=_days_to_triage(found),
        detection=_detection(desk, found, released_on),
        is_detection_final=released_on is not None and desk.today() > released_on + AFTER_RELEASE,
        minutes_used=sum(minutes.used(desk, [row.id for row in rows]).values()),
        minutes_granted=None if quota is None else quota * len(tried),
        targets=targets.figures(desk, programme.id),
        conversion=_conversion(tried, is_accepted=is_accepted) if review else None,
        satisfaction=score,
        rated=rated,
    )


def _days_to_first(
    desk: Desk, tried: Sequence[Participation], found: Sequence[Feedback]
) -> float | None:
    first: dict[int, date] = {}
    for each in sorted(found, key=lambda row: row.created_at):
        if each.participation_id is not None:
            first.setdefault(each.participation_id, desk.today(each.created_at))
    days = [
        max((first[row.id] - row.active_on).days, 0)
        for row in tried
        if row.active_on is not None and row.id in first
    ]
    return median(days) if days else None


def _days_to_triage(found: Sequence[Feedback]) -> float | None:
    days = [(row.triaged_at - row.created_at) / DAY for row in found if row.triaged_at is not None]
    return median(days) if days else None


def _detection(desk: Desk, found: Sequence[Feedback], released_on: date | None) -> float | None:
    if released_on is None:
        return None
    days = [
        desk.today(row.created_at)
        for row in found
        if row.kind == told.DEFECT and row.state not in (told.DECLINED, told.DUPLICATE)
    ]
    counted = [day for day in days if day <= released_on + AFTER_RELEASE]
    in_pilot = [day for day in counted if day <= released_on]
    return 100 * len(in_pilot) / len(counted) if counted else None


def _conversion(tried: Sequence[Participation], *, is_accepted: bool) -> float | None:
    went_on = [row for row in tried if is_accepted and row.state == steps.FINISHED]
    return 100 * len(went_on) / len(tried) if tried else None
