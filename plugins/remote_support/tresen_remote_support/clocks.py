# SPDX-License-Identifier: AGPL-3.0-or-later
"""Times as they are typed and written: on the operator's clock, for both sides."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tresen.sdk import Desk


def on_operators_clock(desk: Desk, moment: datetime) -> datetime:
    """Return the moment as it stands on the operator's clock."""
    return moment.astimezone(ZoneInfo(desk.config.time_zone))


def moment_of(desk: Desk, typed: datetime) -> datetime | None:
    """Return the moment, in UTC, at which the operator's clock shows what was typed.

    Of an hour that comes twice it is the first; None for one that is left out when clocks go
    forward.
    """
    zone = ZoneInfo(desk.config.time_zone)
    moment = typed.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == typed else None
