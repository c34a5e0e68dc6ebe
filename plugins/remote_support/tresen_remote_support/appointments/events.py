# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes appointments as a file for calendars (iCalendar, RFC 5545).

The library is imported when the first file is asked for: that takes a fifth of a second.
"""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from tresen.sdk import Desk, Person, Ticket, _

from tresen_remote_support import states
from tresen_remote_support.models import RemoteSession

NAME = "appointment.ics"
MEDIA_TYPE = "text/calendar"
CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
_FALLEN = (states.CANCELLED, states.DECLINED, states.EXPIRED)


def write(desk: Desk, rows: Sequence[RemoteSession]) -> bytes:
    """Return the file; a calendar that knows an appointment takes it as the change of that."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - see above

    calendar = Calendar()
    for name, value in (("prodid", "-//Tresen//Remote support//"), ("version", "2.0")):
        calendar.add(name, value)
    calendar.add("method", "PUBLISH")
    for row in rows:
        event = Event()
        for name, value in _facts(desk, row).items():
            event.add(name, value)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _facts(desk: Desk, row: RemoteSession) -> dict[str, Any]:
    agent = desk.session.get(Person, row.agent_id) if row.agent_id else None
    number = desk.session.get_one(Ticket, row.ticket_id).number
    return {
        "uid": f"remote-{row.reference.lower()}@{urlsplit(desk.config.base_url).hostname}",
        "sequence": row.sequence,
        "dtstamp": row.changed_at,
        "created": row.requested_at,
        "last-modified": row.changed_at,
        "dtstart": row.planned_from,
        "dtend": row.planned_to,
        "status": "CANCELLED" if row.state in _FALLEN else "CONFIRMED",
        "organizer": f"mailto:{parseaddr(desk.config.mail_from)[1]}",
        "summary": _("Remote session for request #%(number)s") % {"number": number},
        "description": "\n".join(filter(None, (agent.name if agent else "", row.purpose))),
    }
