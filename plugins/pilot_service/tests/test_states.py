# SPDX-License-Identifier: AGPL-3.0-or-later
"""A programme's state follows from the calendar; its first and last day belong to it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_pilot_service import states

DAY = timedelta(days=1)
# Away from the ends of the calendar, where there is no day before or after.
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
lengths = st.integers(0, 2000).map(lambda count: timedelta(days=count))


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 3, 1), "planned"),
        (date(2026, 3, 2), "running"),
        (date(2026, 3, 31), "running"),
        (date(2026, 4, 1), "finished"),
    ],
)
def test_state_follows_from_the_calendar(day: date, state: str) -> None:
    assert states.state_on(day, date(2026, 3, 2), date(2026, 3, 31)) == state


def test_programme_of_one_day_runs_on_it() -> None:
    day = date(2026, 3, 2)
    assert states.state_on(day, day, day) == "running"


@given(days, lengths)
def test_first_and_last_day_belong_to_it_and_their_neighbours_do_not(
    first: date, length: timedelta
) -> None:
    last = first + length
    around = [first - DAY, first, last, last + DAY]
    assert [states.state_on(day, first, last) for day in around] == [
        "planned",
        "running",
        "running",
        "finished",
    ]


@given(days, days, lengths)
def test_state_never_goes_back(day: date, first: date, length: timedelta) -> None:
    order = list(states.TITLES)
    today, tomorrow = (states.state_on(d, first, first + length) for d in (day, day + DAY))
    assert order.index(today) <= order.index(tomorrow)


@given(days, lengths, st.integers(0, 365))
def test_it_ends_soon_on_the_last_days_that_it_runs(
    first: date, length: timedelta, warned: int
) -> None:
    last, within = first + length, timedelta(days=warned)
    begins = max(first, last - within)
    around = [begins - DAY, begins, last, last + DAY]
    assert [states.ends_within(within, day, first, last) for day in around] == [
        False,
        True,
        True,
        False,
    ]


def test_planned_programme_does_not_end_soon_however_short_it_is() -> None:
    day = date(2026, 3, 1)
    assert not states.ends_within(timedelta(days=14), day, day + DAY, day + DAY)


def test_every_state_has_its_title() -> None:
    assert {key: str(title) for key, title in states.TITLES.items()} == {
        "planned": "Planned",
        "running": "Running",
        "finished": "Finished",
    }
