# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days and moments as they stand in a bundle: ISO 8601, moments in UTC to the microsecond."""

from datetime import date, datetime

from tresen_licensing.journals.sealing import moment_text


def on(found: date | None) -> str | None:
    """Return a day, or None."""
    return found.isoformat() if found else None


def moment(found: datetime | None) -> str | None:
    """Return a moment, or None."""
    return moment_text(found) if found else None
