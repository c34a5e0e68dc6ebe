# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of appointments: an agent's, a participant's, and the files for calendars."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Desk,
    Refused,
    _,
    current_desk,
    kept,
    needs,
)

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.appointments import events, queries, service, states
from tresen_pilot_service.appointments.forms import HeldForm, OfferForm, offered
from tresen_pilot_service.appointments.models import Appointment
from tresen_pilot_service.models import Participation
from tresen_pilot_service.pages import blueprint, crumbs, crumbs_of


@blueprint.get("/appointments")
@needs("pilot_service.work")
def appointments() -> Any:
    """List what lies ahead, of the agent who asks or of all."""
    desk = current_desk()
    of_all = request.args.get("of") == "all"
    found = queries.open_appointments(desk, None if of_all else desk.actor.person_id)
    return render_template(
        "pilot_service/appointments/index.html",
        above=crumbs(),
        appointments=listed(desk, found),
        of_all=of_all,
    )


@blueprint.route("/participants/<int:participation_id>/appointments", methods=["GET", "POST"])
@needs("pilot_service.work")
def offer_appointment(participation_id: int) -> Any:
    """Offer a participant times to choose from."""
    desk = current_desk()
    row = programmes.participation(desk, participation_id)
    form = OfferForm(data={"agent_id": desk.actor.person_id, "minutes": 30})
    form.offer(desk)

    def keep(given: dict[str, Any]) -> None:
        service.offer(desk, row, offered(form, given))

    return kept(form, _("Offer an appointment"), crumbs_of(row), keep, _("The times are offered."))


@blueprint.post("/appointments/<int:appointment_id>/step")
@needs("pilot_service.work")
def step_appointment(appointment_id: int) -> Any:
    """Confirm or decline what a customer asked for, or call an appointment off."""
    row = queries.appointment(current_desk(), appointment_id)
    take_step(row, states.AGENT_STEPS)
    return redirect(url_for("pilot_service.participant", participation_id=row.participation_id))


@blueprint.route("/appointments/<int:appointment_id>/held", methods=["GET", "POST"])
@needs("pilot_service.work")
def hold_appointment(appointment_id: int) -> Any:
    """Note that an appointment was held, and book its minutes in the same step."""
    desk = current_desk()
    row = queries.appointment(desk, appointment_id)
    minutes = (row.ends_at - row.starts_at) // service.MINUTE
    form = HeldForm(data={"minutes": minutes, "note": row.wish})

    def keep(given: dict[str, Any]) -> None:
        service.hold(desk, row, given)

    above = crumbs_of(row.participation)
    return kept(form, _("Held"), above, keep, _("The appointment was held."))


@blueprint.get("/appointments/<int:appointment_id>.ics")
@needs("pilot_service.work")
def appointment_file(appointment_id: int) -> Response:
    """Return the appointment for the agent's calendar."""
    desk = current_desk()
    return file_of(desk, queries.appointment(desk, appointment_id))


def panel(desk: Desk, row: Participation) -> Mapping[str, Any]:
    """Return what a participant's page says of appointments."""
    return listed(desk, queries.appointments_of(desk, row.id))


def listed(desk: Desk, found: Any) -> Mapping[str, Any]:
    """Return what the list of appointments is written from."""
    return {
        "rows": found,
        "states": states,
        # Pages show moments on the reader's own clock.
        "zone": desk.time_zone,
        "now": desk.now(),
    }


def take_step(row: Appointment, allowed: Mapping[str, Any]) -> None:
    """Take the step that a button asks for, and say what came of it."""
    try:
        service.step(current_desk(), row, request.form.get("state", ""), allowed)
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(_("Appointment: %(state)s.") % {"state": states.TITLES[row.state]})


def file_of(desk: Desk, row: Appointment) -> Response:
    """Return the file of an appointment for either side."""
    head = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return Response(events.write(desk, row), headers=head, content_type=events.MEDIA_TYPE)
