# SPDX-License-Identifier: AGPL-3.0-or-later
"""Books minutes of remote support: on the quota as far as it reaches, the rest beyond it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, Missing, Refused, _, change, ngettext, record, ticket_by_number

from tresen_pilot_service.minutes import queries
from tresen_pilot_service.minutes.models import Booking
from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks import queries as perks_queries

BOOKING = "pilot_service.booking"


def book(desk: Desk, participation: Participation, values: Mapping[str, Any]) -> Booking:
    """Book minutes that the actor gave: `worked_on`, `minutes`, `note`, `ticket_number`, `beyond`.

    `remote_reference` names the remote session that took them, if one did.
    Raises Refused on a day outside the phase, for a ticket of another customer, and where the
    quota does not hold the minutes and `beyond` does not allow the rest.
    """
    ticket_id = _checked(desk, participation, values)
    within, beyond = _split(desk, participation, values)
    made = Booking(
        participation_id=participation.id,
        ticket_id=ticket_id,
        person_id=desk.actor.person_id,
        worked_on=values["worked_on"],
        within=within,
        beyond=beyond,
        note=values["note"].strip(),
        remote_reference=values.get("remote_reference"),
        created_at=desk.now(),
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, BOOKING, made.id, "booked", {"minutes": (None, made.minutes)})
    return made


def correct(
    desk: Desk, participation: Participation, booking: Booking, values: Mapping[str, Any]
) -> None:
    """Correct what was booked; raises Refused as booking does. What it said before is recorded."""
    ticket_id = _checked(desk, participation, values)
    within, beyond = _split(desk, participation, values, booking.within)
    wanted = {
        "ticket_id": ticket_id,
        "worked_on": values["worked_on"],
        "within": within,
        "beyond": beyond,
        "note": values["note"].strip(),
    }
    change(desk, BOOKING, booking, wanted)


def demand_phase(desk: Desk, participation: Participation, day: date) -> None:
    """Raise Refused for a day on which the phase does not run for the participant."""
    if not perks_queries.takes_part_on(desk, participation, day):
        raise Refused(_("The pilot does not run for this customer on that day."))


def _checked(desk: Desk, participation: Participation, values: Mapping[str, Any]) -> int | None:
    """Check the day and the ticket; return the ticket's id where one is named."""
    if values["worked_on"] > desk.today():
        raise Refused(_("Minutes cannot be booked for a day that is still to come."))
    demand_phase(desk, participation, values["worked_on"])
    if values["ticket_number"] is None:
        return None
    try:
        ticket = ticket_by_number(desk, values["ticket_number"])
    except Missing as missing:
        raise Refused(missing.sentence) from missing
    if ticket.organisation_id != participation.organisation_id:
        raise Refused(_("This ticket is not the customer's: choose one of theirs, or none."))
    return ticket.id


def _split(
    desk: Desk, participation: Participation, values: Mapping[str, Any], kept: int = 0
) -> tuple[int, int]:
    """Return the minutes on the quota and beyond it; `kept` are those that it holds already."""
    # Two agents who book at once wait for each other, so that no minute is given twice.
    desk.session.execute(
        select(Participation.id).where(Participation.id == participation.id).with_for_update()
    )
    account, minutes = queries.account(desk, participation), values["minutes"]
    if account.quota is None:
        return minutes, 0
    free = max(0, account.quota - account.used + kept)
    within = min(minutes, free)
    if within < minutes and not values["beyond"]:
        raise Refused(_too_much(free))
    return within, minutes - within


def _too_much(free: int) -> str:
    if not free:
        return _("Nothing is left of the quota: tick “beyond the quota” to book it all the same.")
    sentence = ngettext(
        "One minute of the quota is left: tick “beyond the quota” to book the rest beside it.",
        "%(num)s minutes of the quota are left: tick “beyond the quota” to book the rest beside"
        " it.",
        free,
    )
    return sentence % {"num": free}
