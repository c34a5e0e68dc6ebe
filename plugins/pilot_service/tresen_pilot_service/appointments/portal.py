# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's side of appointments: ask, confirm, decline, call off, and the file."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from tresen.sdk import (
    Desk,
    Refused,
    _,
    current_desk,
    filled_in,
    needs,
)

from tresen_pilot_service.appointments import queries, service, states
from tresen_pilot_service.appointments.forms import WishForm
from tresen_pilot_service.appointments.models import Appointment
from tresen_pilot_service.appointments.views import file_of, listed, take_step
from tresen_pilot_service.models import Participation
from tresen_pilot_service.pages import blueprint
from tresen_pilot_service.perks import queries as perks_queries
from tresen_pilot_service.portal import queries as portal_queries
from tresen_pilot_service.portal.sections import Section


@blueprint.route("/portal/<int:participation_id>/appointments", methods=["GET", "POST"])
@needs("pilot_service.take_part")
def ask_for_appointment(participation_id: int) -> Any:
    """Ask for an appointment at a time that suits."""
    desk = current_desk()
    row = portal_queries.own_one(desk, participation_id)
    form = WishForm()
    form.offer(desk)
    refusal = None
    if form.validate_on_submit():
        try:
            service.ask(desk, row, filled_in(form))
        except Refused as refused:
            refusal = refused
        else:
            flash(_("You asked for an appointment. You find the answer here."))
            return redirect(_page_of(row.id))
    page = render_template(
        "pilot_service/appointments/ask.html", form=form, row=row, refusal=refusal
    )
    return page, 422 if refusal or form.errors else 200


@blueprint.post("/portal/appointments/<int:appointment_id>/step")
@needs("pilot_service.take_part")
def step_own_appointment(appointment_id: int) -> Any:
    """Confirm or decline what was offered, or call an appointment off."""
    row = own_appointment(current_desk(), appointment_id)
    take_step(row, states.CUSTOMER_STEPS)
    return redirect(_page_of(row.participation_id))


@blueprint.get("/portal/appointments/<int:appointment_id>.ics")
@needs("pilot_service.take_part")
def own_appointment_file(appointment_id: int) -> Response:
    """Return the appointment for the customer's calendar."""
    desk = current_desk()
    return file_of(desk, own_appointment(desk, appointment_id))


def own_appointment(desk: Desk, appointment_id: int) -> Appointment:
    """Return an appointment of the customer who asks; raises Missing for anybody else's."""
    row = queries.appointment(desk, appointment_id)
    portal_queries.own_one(desk, row.participation_id)
    return row


def load(desk: Desk, participation: Participation) -> Mapping[str, Any]:
    """Return the customer's appointments, and whether they may ask for one."""
    found = listed(desk, queries.appointments_of(desk, participation.id))
    return {**found, "may_ask": perks_queries.takes_part(desk, participation, desk.now())}


def _page_of(participation_id: int) -> str:
    return url_for("pilot_service.own_pilot", participation_id=participation_id)


SECTION = Section("pilot_service/appointments/portal.html", load)
