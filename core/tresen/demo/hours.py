# SPDX-License-Identifier: AGPL-3.0-or-later
"""Working time at the firm: moves a moment by hours in which somebody is there.

Told tickets must follow the week of a real desk, or a reader sees at once that they are made.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
BEGIN, END = time(8, 30), time(17, 30)
WORKDAYS = range(5)


def is_working(moment: datetime) -> bool:
    """Whether the desk is open at the moment."""
    local = moment.astimezone(ZONE)
    return local.weekday() in WORKDAYS and BEGIN <= local.time() < END


def forward(moment: datetime, working: timedelta) -> datetime:
    """Return the moment that lies so much working time later, itself in working time."""
    local = _opened(moment.astimezone(ZONE))
    while working > (left := _at(local, END) - local):
        working -= left
        local = _opened(_at(local, END))
    return local + working


def backward(moment: datetime, working: timedelta) -> datetime:
    """Return the moment that lies so much working time earlier."""
    local = _closed(moment.astimezone(ZONE))
    while working > (left := local - _at(local, BEGIN)):
        working -= left
        local = _closed(_at(local, BEGIN))
    return local - working


def _at(local: datetime, clock: time) -> datetime:
    return datetime.combine(local.date(), clock, ZONE)


def _opened(local: datetime) -> datetime:
    """The moment itself while the desk is open, else when it opens next."""
    if local.time() >= END or local.weekday() not in WORKDAYS:
        local = _at(local + timedelta(days=1), BEGIN)
        while local.weekday() not in WORKDAYS:
            local = _at(local + timedelta(days=1), BEGIN)
    return max(local, _at(local, BEGIN))


def _closed(local: datetime) -> datetime:
    """The moment itself while the desk is open, else when it was last open."""
    if local.time() <= BEGIN or local.weekday() not in WORKDAYS:
        local = _at(local - timedelta(days=1), END)
        while local.weekday() not in WORKDAYS:
            local = _at(local - timedelta(days=1), END)
    return min(local, _at(local, END))
