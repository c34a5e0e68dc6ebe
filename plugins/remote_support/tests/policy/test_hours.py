# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hours are those of the operator's clock, on holidays none, and true on days of clock changes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from tresen.sdk import Desk, ServiceHours
from tresen_remote_support.forms import RemoteSupportSettings
from tresen_remote_support.policy import calendars, hours
from wtforms import Form

Settings = Callable[..., None]
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {"hours_days": "12345", "hours_from": "08:00", "hours_to": "17:00"}
WEEKDAYS = ServiceHours(frozenset(range(1, 6)), time(8), time(17), "Europe/Berlin")
NIGHT = ServiceHours(frozenset(range(1, 8)), time(0), time(6), "Europe/Berlin")


def local(text: str) -> datetime:
    """Return the moment at which the operator's clock shows the text."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def is_open_at(all_hours: list[ServiceHours], text: str) -> bool:
    """Tell whether any of the hours is open when the operator's clock shows the text."""
    return hours.are_open(all_hours, local(text), local(text))


def test_without_days_support_is_given_at_any_time(desk: Desk) -> None:
    assert hours.own_hours(desk, desk.now()) is None


def test_hours_of_the_settings_are_the_operators(desk: Desk, settings: Settings) -> None:
    settings(**OFFICE)
    assert hours.own_hours(desk, desk.now()) == ServiceHours(
        frozenset(range(1, 6)), time(8), time(17), "Europe/Berlin", frozenset()
    )


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("2026-03-10 07:59:59", False),
        ("2026-03-10 08:00", True),
        ("2026-03-10 16:59:59", True),
        ("2026-03-10 17:00", False),
        ("2026-03-14 12:00", False),
    ],
)
def test_hours_begin_and_end_to_the_minute(text: str, is_open: bool) -> None:
    assert is_open_at([WEEKDAYS], text) is is_open


def test_hours_are_closed_on_public_holidays(desk: Desk, settings: Settings) -> None:
    settings(**OFFICE, holidays_of="DE")
    good_friday = local("2026-04-03 10:00")
    own = hours.own_hours(desk, good_friday)
    assert own is not None
    assert (is_open_at([own], "2026-04-03 10:00"), is_open_at([own], "2026-04-02 10:00")) == (
        False,
        True,
    )


def test_year_of_the_holidays_is_the_operators(desk: Desk, settings: Settings) -> None:
    settings(**OFFICE, holidays_of="DE")
    own = hours.own_hours(desk, local("2027-01-01 10:00"))
    assert own is not None
    assert date(2027, 1, 1) in own.holidays
    assert is_open_at([own], "2027-01-01 10:00") is False


def test_whole_appointment_lies_within_the_hours() -> None:
    ends = [local("2026-03-10 17:00"), local("2026-03-10 17:01")]
    found = [hours.are_open([WEEKDAYS], local("2026-03-10 16:30"), end) for end in ends]
    assert found == [True, False]


def test_appointment_may_lie_in_two_hours_together() -> None:
    evening = ServiceHours(frozenset({2}), time(17), time(20), "Europe/Berlin")
    start, end = local("2026-03-10 16:30"), local("2026-03-10 17:30")
    assert hours.are_open([WEEKDAYS, evening], start, end)
    assert not hours.are_open([evening], start, end)


@pytest.mark.parametrize(
    ("days", "closes", "words"),
    [
        ("12345", time(17), "Monday to Friday, 08:00 to 17:00 (Europe/Berlin)"),
        ("1234567", time(0), "Every day, 08:00 to 24:00 (Europe/Berlin)"),
    ],
)
def test_hours_are_said_in_words(days: str, closes: time, words: str) -> None:
    own = ServiceHours(frozenset(map(int, days)), time(8), closes, "Europe/Berlin")
    assert hours.in_words(own, days) == words


# The nights of 2026 in which the clocks are set: 29 March forward, 25 October back.
NIGHTS = (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC))
CHANGES = st.sampled_from(NIGHTS)


@how(deadline=None)
@given(night=CHANGES, minutes=st.integers(0, 12 * 60))
def test_clock_on_the_wall_decides_in_nights_of_clock_changes(
    night: datetime, minutes: int
) -> None:
    moment = night + timedelta(minutes=minutes)
    wall = moment.astimezone(BERLIN)
    assert hours.are_open([NIGHT], moment, moment) is (wall.time() < time(6))


@how(deadline=None)
@given(night=CHANGES, minutes=st.integers(0, 12 * 60), lasts=st.integers(1, 180))
def test_interval_is_open_where_each_of_its_minutes_is(
    night: datetime, minutes: int, lasts: int
) -> None:
    start = night + timedelta(minutes=minutes)
    each = [start + timedelta(minutes=number) for number in range(lasts)]
    alone = all(hours.are_open([NIGHT], minute, minute) for minute in each)
    assert hours.are_open([NIGHT], start, start + timedelta(minutes=lasts)) is alone


def test_calendars_know_countries_and_their_parts() -> None:
    assert [calendars.is_known(place) for place in ("DE", "DE-BY", "", "XX")] == [
        True,
        True,
        True,
        False,
    ]


def judged(**given: Any) -> dict[str, Any]:
    """Return what the form of the settings has against values."""
    form: Form = RemoteSupportSettings(data=given)
    form.validate()
    return {
        name: [str(each) for each in errors]
        for name, errors in form.errors.items()
        if name in given
    }


def test_settings_take_hours_that_end_later() -> None:
    assert judged(hours_from="08:00", hours_to="17:00", holidays_of="de-by") == {}
    assert judged(hours_from="08:00", hours_to="00:00") == {}


def test_settings_refuse_hours_that_are_never_open() -> None:
    said = "It must end later on the day than it begins; 00:00 is midnight."
    assert judged(hours_from="17:00", hours_to="08:00") == {"hours_to": [said]}


def test_settings_refuse_what_is_no_time_and_no_country() -> None:
    assert judged(hours_from="8 o'clock") == {"hours_from": ["Write a time as 08:30."]}
    said = "No public holidays are known of “XX”: write a country as DE, or DE-BY."
    assert judged(holidays_of="XX") == {"holidays_of": [said]}
