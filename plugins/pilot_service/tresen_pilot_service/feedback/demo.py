# SPDX-License-Identifier: AGPL-3.0-or-later
"""Feedback as the demo shows it: of each state, from the customers' own people and tickets."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tresen.sdk import Desk, Ticket, _

from tresen_pilot_service import queries as pilots
from tresen_pilot_service.feedback import queries, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme

# Between one and the next, and from when it came in.
TOLD_BEFORE, TRIAGED_AFTER = timedelta(days=4), timedelta(hours=30)


def fill(desk: Desk, programme: Programme) -> None:
    """Record a ticket of each customer, and what their people told in conversations."""
    rows = pilots.participations(desk, programme.id)
    for row in rows:
        _of_tickets(desk, programme, row)
    told = _told()
    for row, values in zip(rows, told, strict=False):
        people = queries.people_of(desk, [row.organisation_id])
        whose = {"person_id": people[0].id if people else None, "channel": states.AGENT}
        _kept(desk, programme, row, {**values, **whose})


def _told() -> list[Mapping[str, Any]]:
    """Return what people say of almost any product, the first of it waiting for triage."""
    return [
        {
            "kind": states.USABILITY,
            "severity": states.MINOR,
            "title": _("The form forgets what was typed after going back"),
            "text": _("Whoever goes one page back begins anew. It happens to everybody here."),
        },
        {
            "kind": states.WISH,
            "title": _("Save a search and share it with colleagues"),
            "text": _("Each of us types the same search every morning."),
        },
        {
            "kind": states.PRAISE,
            "title": _("Lists open at once now"),
            "text": _("What took a minute is there before we let go of the mouse."),
            "state": states.RESOLVED,
        },
    ]


def _of_tickets(desk: Desk, programme: Programme, row: Participation) -> None:
    """Record the newest pilot ticket of a customer as a defect that is worked on."""
    ticket = queries.newest_ticket(desk, row.id)
    if ticket is None:
        return
    values = {
        "kind": states.DEFECT,
        "severity": states.BLOCKER if row.ring == 0 else states.MAJOR,
        "title": ticket.subject[:200],
        "channel": states.TICKET,
        "state": states.ACCEPTED,
        **_ticket_of(ticket),
    }
    _kept(desk, programme, row, values)


def _ticket_of(ticket: Ticket) -> dict[str, Any]:
    return {"person_id": ticket.requester_id, "ticket_id": ticket.id}


def _kept(
    desk: Desk, programme: Programme, row: Participation, values: Mapping[str, Any]
) -> Feedback:
    given = {name: value for name, value in values.items() if name != "state"}
    made = service.give(desk, row, programme, given)
    service.move(desk, made, values.get("state", states.NEW))
    # The pilot of the demo has run for a while.
    made.created_at -= TOLD_BEFORE * (made.id + 1)
    if made.triaged_at is not None:
        made.triaged_at = made.created_at + TRIAGED_AFTER
    if made.resolved_at is not None:
        made.resolved_at = made.triaged_at
    return made
