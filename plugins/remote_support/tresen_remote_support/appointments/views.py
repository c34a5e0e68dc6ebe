# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of appointments: the agents' calendar, moving, the customer's no, and the files."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from tresen.sdk import (
    Desk,
    Missing,
    _,
    current_desk,
    kept,
    needs,
    taken,
)

from tresen_remote_support import clocks
from tresen_remote_support import queries as sessions
from tresen_remote_support.appointments import events, queries, service
from tresen_remote_support.appointments.forms import MoveForm
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import blueprint, crumbs
from tresen_remote_support.service import MINUTE


@blueprint.get("/calendar")
@needs("remote_support.read")
def calendar() -> Any:
    """List the appointments of the next days, of the agent who asks or of all."""
    desk = current_desk()
    of_all = request.args.get("of") == "all"
    found = queries.planned(desk, None if of_all else desk.actor.person_id)
    return render_template(
        "remote_support/appointments/calendar.html",
        above=crumbs(),
        days=queries.by_day(desk, found),
        of_all=of_all,
        zone=desk.time_zone,
        ahead=queries.AHEAD.days,
    )


@blueprint.get("/calendar/<any(mine, all):whose>.ics")
@needs("remote_support.read")
def calendar_file(whose: str) -> Response:
    """Return the appointments of the next days in one file: the agent's own, or those of all."""
    desk = current_desk()
    return _file(desk, queries.planned(desk, desk.actor.person_id if whose == "mine" else None))


@blueprint.get("/sessions/<reference>/appointment.ics")
@needs("remote_support.read")
def appointment_file(reference: str) -> Response:
    """Return one appointment for the agent's calendar."""
    desk = current_desk()
    row = sessions.remote_session(desk, reference)
    if row.planned_from is None:
        raise Missing(_("This appointment does not exist any more."))
    return _file(desk, [row])


@blueprint.route("/sessions/<reference>/move", methods=["GET", "POST"])
@needs("remote_support.work")
def move(reference: str) -> Any:
    """Move an appointment to another time."""
    desk = current_desk()
    row = sessions.remote_session(desk, reference)
    form = MoveForm(data=_time_of(desk, row))
    form.offer(desk)

    def keep(given: dict[str, Any]) -> None:
        starts_at = service.moment_of(desk, given["planned_at"])
        service.move(desk, row, starts_at, starts_at + given["planned_minutes"] * MINUTE)

    said = _("The appointment is moved, and the customer is told.")
    return kept(form, _("Move the appointment"), crumbs(row), keep, said)


@blueprint.post("/portal/<reference>/call-off")
@needs("remote_support.take_part")
def call_off_own(reference: str) -> Any:
    """Call an appointment off as the customer."""
    desk = current_desk()
    row = queries.own(desk, reference)
    said = _("The appointment is called off, and we are told.")
    return taken(lambda: service.call_off_as_customer(desk, row), said, url_for("portal.home"))


@blueprint.get("/portal/<reference>/appointment.ics")
@needs("remote_support.take_part")
def own_appointment_file(reference: str) -> Response:
    """Return an appointment for the customer's calendar."""
    desk = current_desk()
    return _file(desk, [queries.own(desk, reference)])


def _time_of(desk: Desk, row: RemoteSession) -> dict[str, Any]:
    """Return what the form begins with: the time as it is."""
    if row.planned_from is None or row.planned_to is None:
        return {}
    begins = clocks.on_operators_clock(desk, row.planned_from).replace(tzinfo=None)
    return {"planned_at": begins, "planned_minutes": (row.planned_to - row.planned_from) // MINUTE}


def _file(desk: Desk, rows: Sequence[RemoteSession]) -> Response:
    head = {"Content-Disposition": f'attachment; filename="{events.NAME}"'}
    return Response(events.write(desk, rows), headers=head, content_type=events.CONTENT_TYPE)
