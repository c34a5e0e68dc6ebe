# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of what belongs to a development: people, hours, tickets, places and the release."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect
from tresen.sdk import Desk, Missing, _, current_desk, needs, ticket_by_number
from werkzeug import Response

from tresen_pilot_service.developments import bookings, forms, people, queries, service
from tresen_pilot_service.developments.models import Development, DevelopmentPlace
from tresen_pilot_service.developments.pages import address, kept_of
from tresen_pilot_service.pages import blueprint


@blueprint.route("/developments/<int:development_id>/people/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def add_development_person(development_id: int) -> Any:
    """Give a person a part."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    form = forms.PersonForm()
    form.offer(desk, row)

    def keep(desk: Desk, row: Development, given: dict[str, Any]) -> None:
        people.add(desk, row, given["person_id"], given["part"])

    return kept_of(row, form, _("Add a person"), keep, _("The person is kept."))


@blueprint.post("/developments/<int:development_id>/people/<int:member_id>/remove")
@needs("pilot_service.administer")
def remove_development_person(development_id: int, member_id: int) -> Response:
    """Take a part from a person."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    found = [each for each in queries.people_in(desk, row.id) if each.id == member_id]
    for each in found:
        people.remove(desk, each)
        flash(_("%(name)s has this part no longer.") % {"name": each.person.name})
    return redirect(address(row))


@blueprint.route("/developments/<int:development_id>/hours/new", methods=["GET", "POST"])
@needs("pilot_service.work")
def book_development(development_id: int) -> Any:
    """Book what somebody of ours worked."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    form = forms.BookingForm(data={"person_id": desk.actor.person_id, "booked_on": desk.today()})
    form.offer(desk)
    return kept_of(row, form, _("Book hours"), bookings.book, _("The hours are kept."))


@blueprint.route(
    "/developments/<int:development_id>/hours/<int:booking_id>", methods=["GET", "POST"]
)
@needs("pilot_service.work")
def correct_development_booking(development_id: int, booking_id: int) -> Any:
    """Correct a booking."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    former = bookings.booking(desk, row, booking_id)
    form = forms.BookingForm(obj=former, data={"hours": Decimal(former.minutes) / 60})
    form.offer(desk, former)

    def keep(desk: Desk, row: Development, given: dict[str, Any]) -> None:
        bookings.correct(desk, row, former, given)

    return kept_of(row, form, _("Correct the hours"), keep, _("The hours are kept."))


@blueprint.post("/developments/<int:development_id>/hours/<int:booking_id>/remove")
@needs("pilot_service.work")
def remove_development_booking(development_id: int, booking_id: int) -> Response:
    """Take a booking away."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    bookings.remove(desk, bookings.booking(desk, row, booking_id))
    flash(_("The hours are removed; the journal keeps how many they were."))
    return redirect(address(row))


@blueprint.route("/developments/<int:development_id>/tickets/new", methods=["GET", "POST"])
@needs("pilot_service.work")
def link_development_ticket(development_id: int) -> Any:
    """Link a ticket that the actor sees."""
    desk = current_desk()
    row = queries.development(desk, development_id)

    def keep(desk: Desk, row: Development, given: dict[str, Any]) -> None:
        service.link(desk, row, service.visible_ticket(desk, given["number"]))

    form = forms.TicketForm()
    return kept_of(row, form, _("Link a ticket"), keep, _("The ticket is linked."))


@blueprint.post("/developments/<int:development_id>/tickets/<int:number>/remove")
@needs("pilot_service.work")
def unlink_development_ticket(development_id: int, number: int) -> Response:
    """Take a ticket away that the actor sees."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    service.detach(desk, row, ticket_by_number(desk, number))
    flash(_("The ticket is no longer linked."))
    return redirect(address(row))


@blueprint.route("/developments/<int:development_id>/places/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def deploy_development_too(development_id: int) -> Any:
    """Record a further installation that has the private change."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    form = forms.PlaceForm(data={"day": desk.today()})
    form.offer(desk, row)

    def keep(desk: Desk, row: Development, given: dict[str, Any]) -> None:
        service.deploy_too(desk, row, given["installation_id"], given["day"])

    return kept_of(row, form, _("Add an installation"), keep, _("The installation is kept."))


@blueprint.route(
    "/developments/<int:development_id>/places/<int:place_id>", methods=["GET", "POST"]
)
@needs("pilot_service.administer")
def adopt_development(development_id: int, place_id: int) -> Any:
    """Record since when an installation has the public version."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    place = _place(desk, row, place_id)
    day = place.adopted_on or desk.today()
    form = forms.AdoptForm(data={"day": day})

    def keep(desk: Desk, row: Development, given: dict[str, Any]) -> None:
        service.adopt(desk, row, place, given["day"])

    return kept_of(row, form, _("Public version taken back"), keep, _("The installation is kept."))


@blueprint.route("/developments/<int:development_id>/release", methods=["GET", "POST"])
@needs("pilot_service.administer")
def release_development(development_id: int) -> Any:
    """Record in which version the product has it."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    form = forms.ReleaseForm(obj=row)
    form.offer(desk, row)

    def keep(desk: Desk, row: Development, given: dict[str, Any]) -> None:
        service.release(desk, row, given["released_version_id"])

    return kept_of(row, form, _("Released in version"), keep, _("The version is kept."))


def _place(desk: Desk, row: Development, place_id: int) -> DevelopmentPlace:
    for each in queries.places_of(desk, row.id):
        if each.id == place_id:
            return each
    raise Missing(_("It is not deployed there."))
