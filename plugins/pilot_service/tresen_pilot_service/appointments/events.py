# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes an appointment as a file for calendars (iCalendar, RFC 5545).

The library is imported when the first file is asked for: that takes a fifth of a second.
"""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from tresen.sdk import Desk, _

from tresen_pilot_service.appointments import states
from tresen_pilot_service.appointments.models import Appointment

MEDIA_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"

_STATUS = {
    **dict.fromkeys((states.REQUESTED, states.OFFERED), "TENTATIVE"),
    **dict.fromkeys((states.CONFIRMED, states.HELD), "CONFIRMED"),
    **dict.fromkeys((states.DECLINED, states.CANCELLED), "CANCELLED"),
}


def write(desk: Desk, row: Appointment) -> bytes:
    """Return the file; a calendar that knows the appointment takes it as the change of that."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - see above

    calendar, event = Calendar(), Event()
    for name, value in (("prodid", "-//Tresen//Pilot service//"), ("version", "2.0")):
        calendar.add(name, value)
    calendar.add("method", "PUBLISH")
    for name, value in _facts(desk, row).items():
        event.add(name, value)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _facts(desk: Desk, row: Appointment) -> dict[str, Any]:
    programme = row.participation.programme.title
    facts = {
        "uid": f"{row.uid}@{urlsplit(desk.config.base_url).hostname}",
        "sequence": row.sequence,
        "dtstamp": row.changed_at,
        "created": row.created_at,
        "last-modified": row.changed_at,
        "dtstart": row.starts_at,
        "dtend": row.ends_at,
        "status": _STATUS[row.state],
        "organizer": f"mailto:{parseaddr(desk.config.mail_from)[1]}",
        "summary": _("Phone appointment: %(programme)s") % {"programme": programme},
        "location": _("Phone: %(number)s") % {"number": row.number},
        "description": "\n".join(filter(None, (row.agent.name if row.agent else "", row.wish))),
    }
    return {name: value for name, value in facts.items() if value != ""}
