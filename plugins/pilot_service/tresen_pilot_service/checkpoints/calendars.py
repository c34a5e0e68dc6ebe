# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes checkpoints as a calendar file (RFC 5545), which every calendar program takes.

Moments stand there in UTC, so that no program needs to know our time zones.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, timedelta

from icalendar import Calendar, Event

from tresen_pilot_service.checkpoints import states
from tresen_pilot_service.checkpoints.models import Checkpoint


def calendar(
    title: str, found: Iterable[Checkpoint], address: Callable[[Checkpoint], str]
) -> bytes:
    """Return the file; `address` says on which page a checkpoint stands."""
    made = Calendar()
    made.add("prodid", "-//Tresen//Pilot service//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    for meeting in found:
        made.add_component(_event(meeting, address(meeting)))
    return bytes(made.to_ical())


def _event(meeting: Checkpoint, address: str) -> Event:
    starts_at = meeting.starts_at.astimezone(UTC)
    changed_at = meeting.changed_at.astimezone(UTC).replace(microsecond=0)
    cancelled = meeting.state == states.CANCELLED
    made = Event()
    made.add("uid", meeting.uid)
    made.add("sequence", meeting.sequence)
    made.add("dtstamp", changed_at)
    made.add("last-modified", changed_at)
    made.add("dtstart", starts_at)
    made.add("dtend", starts_at + timedelta(minutes=meeting.duration))
    made.add("summary", meeting.title)
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    made.add("url", address)
    for name, text in (("location", meeting.place), ("description", meeting.agenda)):
        if text:
            made.add(name, text)
    return made
