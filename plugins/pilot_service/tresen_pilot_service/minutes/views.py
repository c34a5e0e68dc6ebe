# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages on which agents book minutes of remote support and correct them."""

from collections.abc import Mapping
from typing import Any

from flask import request
from tresen.sdk import (
    Desk,
    _,
    current_desk,
    kept,
    needs,
)

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.minutes import queries, service
from tresen_pilot_service.minutes.forms import MinutesForm
from tresen_pilot_service.models import Participation
from tresen_pilot_service.pages import blueprint, crumbs_of


@blueprint.route("/participants/<int:participation_id>/minutes", methods=["GET", "POST"])
@needs("pilot_service.work")
def book_minutes(participation_id: int) -> Any:
    """Book minutes of remote support; a ticket's page names its ticket."""
    desk = current_desk()
    row = programmes.participation(desk, participation_id)
    ticket_number = request.args.get("ticket", type=int)
    form = MinutesForm(data={"worked_on": desk.today(), "ticket_number": ticket_number})

    def keep(given: dict[str, Any]) -> None:
        service.book(desk, row, given)

    return kept(form, _("Book minutes"), crumbs_of(row), keep, _("The minutes are booked."))


@blueprint.route("/minutes/<int:booking_id>", methods=["GET", "POST"])
@needs("pilot_service.work")
def correct_minutes(booking_id: int) -> Any:
    """Correct minutes that were booked."""
    desk = current_desk()
    booking = queries.booking(desk, booking_id)
    row = programmes.participation(desk, booking.participation_id)
    number = booking.ticket.number if booking.ticket else None
    begun = {"beyond": bool(booking.beyond), "ticket_number": number}
    form = MinutesForm(obj=booking, data=begun)

    def keep(given: dict[str, Any]) -> None:
        service.correct(desk, row, booking, given)

    return kept(form, _("Correct minutes"), crumbs_of(row), keep, _("The booking is corrected."))


def panel(desk: Desk, row: Participation) -> Mapping[str, Any]:
    """Return what a participant's page says of remote support."""
    return {
        "account": queries.account(desk, row),
        "bookings": queries.bookings(desk, row.id),
    }
