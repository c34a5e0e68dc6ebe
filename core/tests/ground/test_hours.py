# SPDX-License-Identifier: AGPL-3.0-or-later
"""Business hours: what is open when, what a night of changed clocks takes, and laws of counting."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.hours import ServiceHours, add_minutes, is_open, minutes_between

BERLIN = "Europe/Berlin"
WEEK = frozenset({1, 2, 3, 4, 5})
EVERY_DAY = frozenset(range(1, 8))
MIDNIGHT = time(0)
# Zones that change clocks in spring or autumn, at midnight, by half an hour, or not at all; and one
# that once left out a whole day.
ZONES = (
    *(BERLIN, "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"),
    *("Asia/Kolkata", "Pacific/Apia", "UTC"),
)


def office(**given: Any) -> ServiceHours:
    """Return the hours of an office in Berlin, Monday to Friday from 8 to 18."""
    usual: dict[str, Any] = {"days": WEEK, "opens": time(8), "closes": time(18), "zone": BERLIN}
    return ServiceHours(**(usual | given))


def always(zone: str = BERLIN) -> ServiceHours:
    """Return hours that never end."""
    return ServiceHours(EVERY_DAY, MIDNIGHT, MIDNIGHT, zone)


def at(text: str, zone: str = BERLIN) -> datetime:
    """Return a moment of the wall clock there."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        # Tuesday: on the same day, over the evening, and just to its end.
        ("2026-03-10 09:00", 60, "2026-03-10 10:00"),
        ("2026-03-10 16:00", 240, "2026-03-11 10:00"),
        ("2026-03-10 16:00", 120, "2026-03-10 18:00"),
        # Over the weekend.
        ("2026-03-13 16:30", 240, "2026-03-16 10:30"),
        # Before and after the hours, and on a Sunday.
        ("2026-03-10 05:00", 30, "2026-03-10 08:30"),
        ("2026-03-10 20:00", 30, "2026-03-11 08:30"),
        ("2026-03-15 12:00", 1, "2026-03-16 08:01"),
        # A week of ten hours a day.
        ("2026-03-10 09:00", 3000, "2026-03-17 09:00"),
        # The clocks change on a Sunday, and an office does not notice.
        ("2026-03-27 17:00", 120, "2026-03-30 09:00"),
        ("2026-10-23 17:00", 120, "2026-10-26 09:00"),
    ],
)
def test_minutes_are_added_within_the_hours(start: str, minutes: int, end: str) -> None:
    assert add_minutes(office(), at(start), minutes) == at(end)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-10 09:00", "2026-03-10 10:30", 90),
        ("2026-03-10 16:00", "2026-03-11 10:00", 240),
        ("2026-03-13 16:30", "2026-03-16 10:30", 240),
        ("2026-03-14 09:00", "2026-03-15 20:00", 0),
        ("2026-03-10 10:00", "2026-03-10 09:00", 0),
        ("2026-03-10 09:00:00", "2026-03-10 09:01:59", 1),
    ],
)
def test_minutes_are_counted_within_the_hours(start: str, end: str, minutes: int) -> None:
    assert minutes_between(office(), at(start), at(end)) == minutes


@pytest.mark.parametrize(
    ("evening", "morning", "minutes"),
    [
        ("2026-03-28 22:00", "2026-03-29 08:00", 9 * 60),
        ("2026-10-24 22:00", "2026-10-25 08:00", 11 * 60),
    ],
)
def test_night_of_changed_clocks_counts_the_hours_that_it_has(
    evening: str, morning: str, minutes: int
) -> None:
    assert minutes_between(always(), at(evening), at(morning)) == minutes
    assert add_minutes(always(), at(evening), minutes) == at(morning)


def test_hours_that_the_clocks_leave_out_are_no_hours() -> None:
    night = office(days=EVERY_DAY, opens=time(2), closes=time(3))
    assert minutes_between(night, at("2026-03-28 00:00"), at("2026-03-31 00:00")) == 120
    assert add_minutes(night, at("2026-03-28 02:30"), 60) == at("2026-03-30 02:30")


def test_day_that_a_zone_left_out_is_no_day() -> None:
    before, after = (at(f"2011-12-{day} 12:00", "Pacific/Apia") for day in (29, 31))
    assert minutes_between(always("Pacific/Apia"), before, after) == 24 * 60


def test_holidays_are_skipped() -> None:
    easter = office(holidays={date(2026, 4, 3), date(2026, 4, 6)})
    assert add_minutes(easter, at("2026-04-02 17:00"), 120) == at("2026-04-07 09:00")
    assert minutes_between(easter, at("2026-04-03 00:00"), at("2026-04-07 00:00")) == 0


def test_hours_until_midnight_are_those_of_the_day() -> None:
    late = office(opens=time(22), closes=MIDNIGHT)
    assert add_minutes(late, at("2026-03-10 23:00"), 90) == at("2026-03-11 22:30")
    # Friday's end with Friday.
    assert add_minutes(late, at("2026-03-13 23:00"), 90) == at("2026-03-16 22:30")


def test_hours_hold_in_their_own_zone() -> None:
    assert add_minutes(office(), datetime(2026, 3, 10, 15, tzinfo=UTC), 240) == at(
        "2026-03-11 10:00"
    )


def test_end_is_said_in_utc() -> None:
    assert add_minutes(office(), at("2026-03-10 09:00"), 60).tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ("2026-03-10 07:59", False),
        ("2026-03-10 08:00", True),
        ("2026-03-10 17:59", True),
        ("2026-03-10 18:00", False),
        ("2026-03-14 10:00", False),
    ],
)
def test_service_is_open_until_it_closes(moment: str, wanted: bool) -> None:
    assert is_open(office(), at(moment)) is wanted


def test_service_without_end_is_open_at_midnight() -> None:
    assert is_open(always(), at("2026-03-10 00:00")) is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": frozenset()},
        {"days": frozenset({0, 1})},
        {"days": frozenset({8})},
        {"opens": time(8), "closes": time(8)},
        {"opens": time(18), "closes": time(8)},
    ],
)
def test_hours_that_are_never_open_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="service hours"):
        office(**wrong)


class Always:
    """A calendar on which every day is a holiday."""

    def __contains__(self, day: object) -> bool:
        return True

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_hours_that_never_come_are_refused() -> None:
    closed = office(holidays=Always())
    with pytest.raises(ValueError, match="never open"):
        add_minutes(closed, at("2026-03-10 09:00"), 1)
    assert minutes_between(closed, at("2026-03-10 09:00"), at("2036-03-10 09:00")) == 0
    assert is_open(closed, at("2026-03-10 09:00")) is False


def test_minutes_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="only be added"):
        add_minutes(office(), at("2026-03-10 09:00"), -1)


def test_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="know their zone"):
        is_open(office(), datetime(2026, 3, 10, 9))  # noqa: DTZ001 - just such a one


@st.composite
def calendars(draw: st.DrawFn) -> ServiceHours:
    """Return any hours, in zones with and without changes of the clock, with some holidays."""
    opens = draw(st.integers(0, 23 * 4)) * 15
    closes = draw(st.integers(opens // 15 + 1, 24 * 4)) * 15
    return ServiceHours(
        days=draw(st.frozensets(st.integers(1, 7), min_size=1)),
        opens=time(opens // 60, opens % 60),
        closes=time(closes // 60 % 24, closes % 60),
        zone=draw(st.sampled_from(ZONES)),
        holidays=draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5)),
    )


MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zone comes beside it
    datetime(2026, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.sampled_from([ZoneInfo(name) for name in ZONES]),
)
MINUTES = st.integers(0, 5000)


@given(calendars(), MOMENTS, MINUTES)
def test_minutes_that_were_added_lie_between(
    hours: ServiceHours, start: datetime, minutes: int
) -> None:
    assert minutes_between(hours, start, add_minutes(hours, start, minutes)) == minutes


@given(calendars(), MOMENTS, MINUTES, MINUTES)
def test_more_minutes_end_later(
    hours: ServiceHours, start: datetime, first: int, second: int
) -> None:
    ends = [add_minutes(hours, start, minutes) for minutes in sorted((first, second))]
    assert ends == sorted(ends)


@given(calendars(), MOMENTS, MOMENTS, MINUTES)
def test_who_starts_later_does_not_end_earlier(
    hours: ServiceHours, first: datetime, second: datetime, minutes: int
) -> None:
    starts = sorted((first.astimezone(UTC), second.astimezone(UTC)))
    # None of either would be the start itself, and so in order already.
    ends = [add_minutes(hours, start, minutes + 1) for start in starts]
    assert ends == sorted(ends)


@given(calendars(), MOMENTS, MINUTES)
def test_nobody_waits_less_than_the_minutes(
    hours: ServiceHours, start: datetime, minutes: int
) -> None:
    waited = add_minutes(hours, start, minutes) - start.astimezone(UTC)
    assert waited >= timedelta(minutes=minutes)


@given(calendars(), MOMENTS, st.integers(1, 5000))
def test_last_minute_is_an_open_one(hours: ServiceHours, start: datetime, minutes: int) -> None:
    end = add_minutes(hours, start, minutes)
    assert is_open(hours, end - timedelta(microseconds=1)) is True


@given(calendars(), MOMENTS)
def test_open_minutes_are_those_at_which_it_is_open(hours: ServiceHours, start: datetime) -> None:
    first = start.astimezone(UTC).replace(second=0, microsecond=0)
    minutes = [first + timedelta(minutes=number) for number in range(0, 24 * 60, 15)]
    counted = minutes_between(hours, first, first + timedelta(days=1))
    # Hours open and close at quarters, and some clocks stand a quarter beside them.
    assert abs(counted - 15 * sum(is_open(hours, each) for each in minutes)) <= 30


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=90)), st.sampled_from(ZONES))
def test_service_without_end_counts_every_minute(
    start: datetime, duration: timedelta, zone: str
) -> None:
    end = start.astimezone(UTC) + duration
    assert minutes_between(always(zone), start, end) == duration // timedelta(minutes=1)
