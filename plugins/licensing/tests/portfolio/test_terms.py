# SPDX-License-Identifier: AGPL-3.0-or-later
"""Months are reckoned as contracts mean them: an end of a month leads to an end of a month."""

from datetime import date

import pytest
from tresen_licensing.portfolio import terms
from tresen_licensing.portfolio.models import VendorContract


def contract(ends_on: date | None, renew: int = 0, notice: int = 0) -> VendorContract:
    return VendorContract(
        starts_on=date(2024, 1, 1), ends_on=ends_on, renew_months=renew, notice_months=notice
    )


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 1), -12, date(2025, 1, 1)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_same_day_some_months_later(day: date, months: int, found: date) -> None:
    assert terms.later(day, months) == found


@pytest.mark.parametrize(
    ("ends_on", "months", "found"),
    [
        (date(2026, 12, 31), -3, date(2026, 9, 30)),
        (date(2026, 6, 30), 12, date(2027, 6, 30)),
        (date(2026, 2, 28), 12, date(2027, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 31)),
        (date(2026, 5, 14), 1, date(2026, 6, 14)),
    ],
)
def test_last_day_of_a_term_that_goes_on(ends_on: date, months: int, found: date) -> None:
    assert terms.last_day(ends_on, months) == found


@pytest.mark.parametrize(
    ("ends_on", "renew", "day", "found"),
    [
        (None, 0, date(2026, 3, 10), None),
        (date(2025, 12, 31), 0, date(2026, 3, 10), date(2025, 12, 31)),
        (date(2026, 3, 10), 12, date(2026, 3, 10), date(2026, 3, 10)),
        (date(2026, 3, 9), 12, date(2026, 3, 10), date(2027, 3, 9)),
        (date(2025, 12, 31), 12, date(2026, 3, 10), date(2026, 12, 31)),
        (date(2024, 12, 31), 1, date(2026, 3, 10), date(2026, 3, 31)),
        (date(2030, 12, 31), 12, date(2026, 3, 10), date(2030, 12, 31)),
    ],
)
def test_term_goes_on_by_itself_or_stays(
    ends_on: date | None, renew: int, day: date, found: date | None
) -> None:
    assert terms.term_end(contract(ends_on, renew), day) == found


@pytest.mark.parametrize(
    ("ends_on", "renew", "notice", "found"),
    [
        (None, 0, 0, None),
        (date(2026, 12, 31), 0, 3, None),
        (date(2026, 12, 31), 12, 3, date(2026, 9, 30)),
        (date(2026, 12, 31), 12, 0, date(2026, 12, 31)),
        # The notice for the present term is missed: the next one counts.
        (date(2026, 5, 31), 12, 3, date(2027, 2, 28)),
        (date(2026, 6, 10), 12, 3, date(2026, 3, 10)),
        (date(2026, 6, 9), 12, 3, date(2027, 3, 9)),
        # The period of notice is longer than the terms are.
        (date(2026, 3, 31), 1, 6, date(2026, 3, 31)),
    ],
)
def test_notice_is_due_in_time_for_a_term_that_would_go_on(
    ends_on: date | None, renew: int, notice: int, found: date | None
) -> None:
    assert terms.notice_by(contract(ends_on, renew, notice), date(2026, 3, 10)) == found


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "renew", "is_in_force"),
    [
        (date(2026, 3, 10), None, 0, True),
        (date(2026, 3, 11), None, 0, False),
        (date(2025, 1, 1), date(2026, 3, 10), 0, True),
        (date(2025, 1, 1), date(2026, 3, 9), 0, False),
        (date(2025, 1, 1), date(2026, 3, 9), 12, True),
        (date(2027, 1, 1), date(2027, 12, 31), 12, False),
    ],
)
def test_contract_is_in_force_from_its_first_to_its_last_day(
    starts_on: date, ends_on: date | None, renew: int, is_in_force: bool
) -> None:
    made = contract(ends_on, renew)
    made.starts_on = starts_on
    assert terms.is_in_force(made, date(2026, 3, 10)) == is_in_force
