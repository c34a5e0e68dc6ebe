# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates, ages, numbers and sizes read as the reader's language and zone write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g
from tresen import i18n
from tresen.desk import Desk
from tresen.web import formats

WINTER = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
SUMMER = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest, app: Flask, desk: Desk) -> str:
    """Put the desk and one of the languages where a page finds them."""
    code = str(request.param)
    i18n.use(i18n.catalogues(desk.core).language(code))
    return code


@pytest.fixture
def page(app: Flask, desk: Desk, language: str) -> object:
    """Return the context of a request whose desk is the test's."""
    with app.test_request_context():
        g.desk = desk
        yield language
        g.pop("desk")


def by(language: object, english: str, german: str) -> str:
    return german if language == "de" else english


def test_day_is_the_readers(page: object) -> None:
    assert formats.day(WINTER) == by(page, "Feb 1, 2026", "01.02.2026")


def test_day_without_a_time_stays(page: object) -> None:
    assert formats.day(date(2026, 1, 31)) == by(page, "Jan 31, 2026", "31.01.2026")


@pytest.mark.parametrize(
    ("moment", "english", "german"),
    [
        (WINTER, "2/1/26, 12:30\u202fAM", "01.02.26, 00:30"),
        (SUMMER, "8/1/26, 12:30\u202fAM", "01.08.26, 00:30"),
    ],
)
def test_moment_follows_summer_time(
    page: object, moment: datetime, english: str, german: str
) -> None:
    assert formats.moment(moment) == by(page, english, german)


@pytest.mark.parametrize(
    ("ago", "english", "german"),
    [
        ({"seconds": 5}, "1 min", "1 Min."),
        ({"minutes": 59}, "59 min", "59 Min."),
        ({"hours": 7}, "7 hr", "7 Std."),
        ({"days": 3}, "3 days", "3 Tg."),
        ({"days": 40}, "1 mth", "1 Mon."),
        ({"days": -3}, "3 days", "3 Tg."),
    ],
)
def test_age_tells_minutes_and_months_apart(
    page: object, desk: Desk, ago: dict[str, float], english: str, german: str
) -> None:
    assert formats.age(desk.now() - timedelta(**ago)) == by(page, english, german)


def test_age_stands_in_an_element_that_says_the_moment(page: object, desk: Desk) -> None:
    shown = formats.time_tag(desk.now() - timedelta(hours=2))
    assert shown.startswith('<time datetime="2026-03-10T07:00:00+00:00" title="')


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [(0, "0", "0"), (1234567, "1,234,567", "1.234.567"), (2.5, "2.5", "2,5")],
)
def test_number_has_its_separators(page: object, value: float, english: str, german: str) -> None:
    assert formats.number(value) == by(page, english, german)


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (0, "0 B", "0 B"),
        (1023, "1023 B", "1023 B"),
        (1536, "1.5 kB", "1,5 kB"),
        (5 << 20, "5 MB", "5 MB"),
        (3 << 30, "3 GB", "3 GB"),
    ],
)
def test_size_is_in_the_unit_that_fits(page: object, value: int, english: str, german: str) -> None:
    assert formats.size(value) == by(page, english, german)
