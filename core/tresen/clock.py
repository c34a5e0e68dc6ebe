# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one source of time, so that tests and demo data can live on another day.

Everything is stored and computed in UTC; only screens and mails speak local time.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
