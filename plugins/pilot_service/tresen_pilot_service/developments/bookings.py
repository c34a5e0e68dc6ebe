# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hours that were worked at a development, against those of its contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tresen.sdk import Desk, Missing, Refused, _, active_agents, change, record

from tresen_pilot_service.developments import checks, states
from tresen_pilot_service.developments.models import Development, DevelopmentBooking
from tresen_pilot_service.developments.queries import bookings_of

BOOKING = "pilot_service.development_booking"
WARN_PERCENT = 80


@dataclass(frozen=True)
class Hours:
    """Minutes within the contract and beyond it; `contract` is None where it names no hours."""

    contract: int | None
    within: int
    beyond: int

    @property
    def percent(self) -> int:
        """How much of the contract is used up, cut to whole percents."""
        return self.within * 100 // self.contract if self.contract else 0

    @property
    def is_warned(self) -> bool:
        """Whether the contract's hours are nearly used up, or quite."""
        return self.contract is not None and self.percent >= WARN_PERCENT


def sum_up(row: Development, bookings: Sequence[DevelopmentBooking]) -> Hours:
    """Return the sums of what was booked."""
    beyond = sum(each.minutes for each in bookings if each.is_beyond)
    within = sum(each.minutes for each in bookings if not each.is_beyond)
    return Hours(row.contract_minutes, within, beyond)


def booking(desk: Desk, row: Development, booking_id: int) -> DevelopmentBooking:
    """Return a booking of the development; raises Missing."""
    for each in bookings_of(desk, row.id):
        if each.id == booking_id:
            return each
    raise Missing(_("There is no such booking."))


def book(desk: Desk, row: Development, values: Mapping[str, Any]) -> DevelopmentBooking:
    """Add what somebody of ours worked on a day.

    Raises Refused beyond the contract without a reason, and for a development that was given up.
    """
    if row.state in states.GIVEN_UP:
        raise Refused(_("This development was given up: nothing is booked on it any more."))
    made = DevelopmentBooking(development_id=row.id, **_checked(desk, row, values))
    desk.session.add(made)
    desk.session.flush()
    record(desk, BOOKING, made.id, "booked", {"minutes": (None, made.minutes)})
    return made


def correct(
    desk: Desk, row: Development, each: DevelopmentBooking, values: Mapping[str, Any]
) -> None:
    """Change a booking; raises Refused as `book` does."""
    change(desk, BOOKING, each, _checked(desk, row, values, each))


def remove(desk: Desk, each: DevelopmentBooking) -> None:
    """Take a booking away; the journal keeps how long it was."""
    record(desk, BOOKING, each.id, "removed", {"minutes": (each.minutes, None)})
    desk.session.delete(each)
    desk.session.flush()


def _checked(
    desk: Desk,
    row: Development,
    values: Mapping[str, Any],
    former: DevelopmentBooking | None = None,
) -> dict[str, Any]:
    """Return the fields of a booking; `former` is the one that they are to take the place of."""
    known = {agent.id for agent in active_agents(desk)}
    if values["person_id"] not in known | ({former.person_id} if former else set()):
        raise Refused(_("Who worked must be an active agent."))
    checks.demand_past(desk, values["booked_on"])
    fields = {
        "person_id": values["person_id"],
        "booked_on": values["booked_on"],
        "minutes": checks.minutes_of(values["hours"]),
        "what": values["what"].strip(),
        "is_beyond": values["is_beyond"],
        "beyond_reason": values["beyond_reason"].strip() if values["is_beyond"] else "",
    }
    others = [each for each in bookings_of(desk, row.id) if each is not former]
    _demand_room(sum_up(row, others), fields)
    return fields


def _demand_room(hours: Hours, fields: Mapping[str, Any]) -> None:
    if fields["is_beyond"]:
        if not fields["beyond_reason"]:
            raise Refused(_("Say why it goes beyond the contract."))
        return
    if hours.contract is None:
        return
    left = hours.contract - hours.within
    if fields["minutes"] > left:
        words = {"left": as_hours(max(left, 0))}
        raise Refused(
            _(
                "The contract has %(left)s left. Book less, or tick that it goes beyond the"
                " contract and say why."
            )
            % words
        )


def as_hours(minutes: int) -> str:
    """Return minutes as hours and minutes, which every language reads alike."""
    return f"{minutes // 60}:{minutes % 60:02d} h"
