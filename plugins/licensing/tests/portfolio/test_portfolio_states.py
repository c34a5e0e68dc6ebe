# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a product and the support of anything stand follows from a few words and days."""

from datetime import date

import pytest
from tresen.sdk import Product
from tresen_licensing.portfolio import states
from tresen_licensing.portfolio.models import Offering


@pytest.mark.parametrize(
    ("until", "found"),
    [
        (None, states.UNKNOWN),
        (date(2026, 3, 9), states.UNSUPPORTED),
        (date(2026, 3, 10), states.ENDING),
        (date(2026, 6, 8), states.ENDING),
        (date(2026, 6, 9), states.SUPPORTED),
        (date(2030, 1, 1), states.SUPPORTED),
    ],
)
def test_last_day_of_support_counts_in_full(until: date | None, found: str) -> None:
    assert states.support(until, date(2026, 3, 10)) == found


@pytest.mark.parametrize(
    ("is_active", "said", "found"),
    [
        (True, None, states.ACTIVE),
        (False, None, states.RETIRED),
        (True, states.PILOT, states.PILOT),
        (False, states.MAINTENANCE, states.MAINTENANCE),
    ],
)
def test_lifecycle_is_what_was_said_or_what_the_core_knows(
    is_active: bool, said: str | None, found: str
) -> None:
    offering = Offering(lifecycle=said) if said else None
    assert states.lifecycle(Product(is_active=is_active), offering) == found


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        ((), None),
        ((None, None), None),
        ((date(2026, 1, 1), None), date(2026, 1, 1)),
        ((date(2026, 1, 1), date(2025, 1, 1)), date(2025, 1, 1)),
    ],
)
def test_what_ends_first_ends_support(ends: tuple[date | None, ...], found: date | None) -> None:
    assert states.end_of(*ends) == found


def test_day_after_the_last_is_the_first_without_support() -> None:
    assert states.since(date(2026, 2, 28)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("One", ["One"]),
        (" One \n\n  Two\r\n", ["One", "Two"]),
    ],
)
def test_lines_stand_without_space_around_them(text: str, found: list[str]) -> None:
    assert states.lines(text) == found


@pytest.mark.parametrize(
    ("tones", "titles"),
    [
        (states.LIFECYCLE_TONES, states.LIFECYCLES),
        (states.SUPPORT_TONES, states.SUPPORTS),
    ],
)
def test_only_what_has_a_title_has_a_tone(tones: dict[str, str], titles: dict[str, str]) -> None:
    assert set(tones) - set(titles) == set()
