# SPDX-License-Identifier: AGPL-3.0-or-later
"""Working time moves over nights, weekends and clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
from tresen.demo.hours import ZONE, backward, forward, is_working


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("start", "working", "end"),
    [
        ("2026-03-10T09:00", 2, "2026-03-10T11:00"),
        ("2026-03-10T16:30", 2, "2026-03-11T09:30"),
        ("2026-03-10T06:00", 1, "2026-03-10T09:30"),
        ("2026-03-10T22:00", 1, "2026-03-11T09:30"),
        ("2026-03-13T17:00", 1, "2026-03-16T09:00"),
        ("2026-03-14T12:00", 0, "2026-03-16T08:30"),
        ("2026-03-10T09:00", 18, "2026-03-12T09:00"),
        ("2026-03-27T16:30", 2, "2026-03-30T09:30"),
    ],
    ids=[
        "same-day",
        "over-night",
        "early",
        "late",
        "weekend",
        "saturday",
        "two-days",
        "summertime",
    ],
)
def test_forward_counts_working_time_only(start: str, working: float, end: str) -> None:
    assert forward(berlin(start), hours(working)) == berlin(end)


@pytest.mark.parametrize(
    ("end", "working", "start"),
    [
        ("2026-03-10T11:00", 2, "2026-03-10T09:00"),
        ("2026-03-11T09:30", 2, "2026-03-10T16:30"),
        ("2026-03-10T22:00", 1, "2026-03-10T16:30"),
        ("2026-03-16T07:00", 1, "2026-03-13T16:30"),
        ("2026-03-15T12:00", 0, "2026-03-13T17:30"),
    ],
    ids=["same-day", "over-night", "late", "monday-early", "sunday"],
)
def test_backward_counts_working_time_only(end: str, working: float, start: str) -> None:
    assert backward(berlin(end), hours(working)) == berlin(start)


@pytest.mark.parametrize("working", [0.5, 3, 9.5, 20, 44])
def test_backward_undoes_forward(working: float) -> None:
    start = berlin("2026-03-12T10:15")
    assert backward(forward(start, hours(working)), hours(working)) == start


def test_forward_takes_moments_of_any_zone() -> None:
    start = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    assert forward(start, hours(1)) == berlin("2026-07-01T10:00")


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ("2026-03-10T08:29", False),
        ("2026-03-10T08:30", True),
        ("2026-03-10T17:29", True),
        ("2026-03-10T17:30", False),
        ("2026-03-14T12:00", False),
    ],
)
def test_desk_is_open_on_workdays(moment: str, *, answer: bool) -> None:
    assert is_working(berlin(moment)) is answer
