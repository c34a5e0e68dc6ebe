# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public holidays by country and, where given, subdivision: "DE", "DE-BY".

The library is imported when it is first asked: that takes a fifth of a second, and not every
operator names a country.
"""

from datetime import date
from functools import lru_cache


def is_known(place: str) -> bool:
    """Tell whether there is a calendar of the country and its subdivision."""
    try:
        days_off(place, 2026)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=64)
def days_off(place: str, year: int) -> frozenset[date]:
    """Return the public holidays of the year and of those beside it.

    None for no place; raises NotImplementedError for one that nobody knows.
    """
    if not place:
        return frozenset()
    import holidays  # noqa: PLC0415 - see above

    country, _sign, part = place.partition("-")
    years = range(year - 1, year + 2)
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=years))
