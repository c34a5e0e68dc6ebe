# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a licence and its maintenance stand follows from its days alone."""

from datetime import date
from typing import Any

import pytest
from tresen_licensing.holdings import states
from tresen_licensing.holdings.models import Licence

TODAY = date(2026, 3, 10)


def licence(**given: Any) -> Licence:
    """Return a licence that is reminded of thirty days before it ends."""
    return Licence(**{"is_active": True, "reminder_days": 30} | given)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, states.RUNNING),
        ({"starts_on": date(2026, 3, 11)}, states.AHEAD),
        ({"starts_on": date(2026, 3, 10)}, states.RUNNING),
        ({"ends_on": date(2026, 3, 9)}, states.EXPIRED),
        ({"ends_on": date(2026, 3, 10)}, states.DUE),
        ({"ends_on": date(2026, 4, 9)}, states.DUE),
        ({"ends_on": date(2026, 4, 10)}, states.RUNNING),
        ({"ends_on": date(2026, 3, 10), "reminder_days": 0}, states.DUE),
        ({"ends_on": date(2026, 3, 11), "reminder_days": 0}, states.RUNNING),
        ({"ends_on": date(2026, 3, 9), "is_active": False}, states.ENDED),
        ({"is_active": False}, states.ENDED),
    ],
)
def test_licence_stands_by_its_term(given: dict[str, Any], found: str) -> None:
    assert states.licence_state(licence(**given), TODAY) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, states.NONE),
        ({"maintenance_until": date(2026, 3, 9)}, states.EXPIRED),
        ({"maintenance_until": date(2026, 3, 10)}, states.DUE),
        ({"maintenance_until": date(2026, 4, 9)}, states.DUE),
        ({"maintenance_until": date(2026, 4, 10)}, states.RUNNING),
        ({"maintenance_until": date(2027, 4, 10), "is_active": False}, states.ENDED),
    ],
)
def test_maintenance_stands_by_its_own_day(given: dict[str, Any], found: str) -> None:
    assert states.maintenance_state(licence(**given), TODAY) == found


@pytest.mark.parametrize(
    ("ends_on", "maintenance_until", "found"),
    [
        (None, None, None),
        (date(2026, 5, 1), None, date(2026, 5, 1)),
        (None, date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 5, 1), date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 1)),
    ],
)
def test_first_end_is_that_of_term_or_maintenance(
    ends_on: date | None, maintenance_until: date | None, found: date | None
) -> None:
    made = licence(ends_on=ends_on, maintenance_until=maintenance_until)
    assert states.first_end(made) == found


def test_every_state_has_a_title() -> None:
    named = {states.NONE, states.AHEAD, states.RUNNING, states.DUE, states.EXPIRED, states.ENDED}
    assert (set(states.TITLES), set(states.TONES) - named) == (named, set())
