# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reckons in months: when the term of a contract ends, and by when notice has to be there."""

from calendar import monthrange
from datetime import date, timedelta

from tresen_licensing.portfolio.models import VendorContract

DAY = timedelta(days=1)


def later(day: date, months: int) -> date:
    """Return the same day so many months later (or earlier), or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(ends_on: date, months: int) -> date:
    """Return the last day of a term that goes on for so many months after the day `ends_on`.

    The first days after it are counted, so that the end of a month leads to the end of a month.
    """
    return later(ends_on + DAY, months) - DAY


def term_end(contract: VendorContract, day: date) -> date | None:
    """Return the last day of the term in which the day lies; None for a contract without end.

    The end of one that does not renew itself stays, also when it is over.
    """
    ends_on = contract.ends_on
    if ends_on is None or not contract.renew_months:
        return ends_on
    terms = 0
    while last_day(ends_on, terms * contract.renew_months) < day:
        terms += 1
    return last_day(ends_on, terms * contract.renew_months)


def notice_by(contract: VendorContract, day: date) -> date | None:
    """Return the next day by which notice can be there still; None where none is needed."""
    end = term_end(contract, day)
    if end is None or not contract.renew_months:
        return None
    by = last_day(end, -contract.notice_months)
    while by < day:
        end = last_day(end, contract.renew_months)
        by = last_day(end, -contract.notice_months)
    return by


def is_in_force(contract: VendorContract, day: date) -> bool:
    """Tell whether the vendor owes us something on the day."""
    end = term_end(contract, day)
    return contract.starts_on <= day and (end is None or day <= end)
