# SPDX-License-Identifier: AGPL-3.0-or-later
"""Offers, asks for, confirms and calls off appointments; each step leaves its journal entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from tresen.sdk import (
    Desk,
    Person,
    Refused,
    _,
    active_agents,
    change,
    minutes_between,
    record,
)

from tresen_pilot_service import clocks
from tresen_pilot_service.appointments import queries, states
from tresen_pilot_service.appointments.models import Appointment
from tresen_pilot_service.minutes import service as minutes_service
from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks import queries as perks_queries
from tresen_pilot_service.perks import words

APPOINTMENT = "pilot_service.appointment"
MINUTE = timedelta(minutes=1)


def offer(
    desk: Desk, participation: Participation, values: Mapping[str, Any]
) -> Sequence[Appointment]:
    """Offer the participant one or more `times` with the agent `agent_id`; one of them counts.

    Times are those of the operator's clock. Raises Refused for one that is past, outside the
    phase or the hours of support, or taken, and where there is no number to call.
    """
    if values["agent_id"] not in {agent.id for agent in active_agents(desk)}:
        raise Refused(_("Appointments are held by active agents."))
    together = uuid4().hex
    made = []
    for typed in values["times"]:
        # Each is written before the next one, so that times of one offer do not overlap either.
        row = _new(desk, participation, values, typed)
        _demand_time(desk, row, values["agent_id"])
        row.agent_id, row.state, row.offer = values["agent_id"], states.OFFERED, together
        made.append(_add(desk, row, "offered"))
    return made


def ask(desk: Desk, participation: Participation, values: Mapping[str, Any]) -> Appointment:
    """Ask for an appointment as a customer, with a `time` that is proposed and a `wish` in words.

    It goes to the support contact. Raises Refused for a time that is past, outside the phase or
    the hours of support, and where there is no number to call.
    """
    row = _new(desk, participation, values, values["time"])
    row.agent_id, row.person_id = participation.contact_id, desk.actor.person_id
    row.state, row.offer = states.REQUESTED, uuid4().hex
    return _add(desk, row, "requested")


def step(desk: Desk, row: Appointment, state: str, allowed: Mapping[str, Sequence[str]]) -> None:
    """Take an appointment to another state, as far as this side is `allowed` to.

    Raises Refused for another step, and for confirming a time that is past or taken. Of times
    that were offered together the others fall once one is confirmed.
    """
    if state not in allowed.get(row.state, ()):
        told = {"state": states.TITLES[row.state]}
        raise Refused(_("This step is not open to an appointment that is “%(state)s”.") % told)
    if state == states.CONFIRMED:
        _confirm(desk, row)
    else:
        _change(desk, row, {"state": state})


def hold(desk: Desk, row: Appointment, values: Mapping[str, Any]) -> None:
    """Note that an appointment was held, and book the `minutes` that were given, if any.

    Raises Refused before it begins, and where the minutes cannot be booked.
    """
    if row.state != states.CONFIRMED:
        raise Refused(_("Only a confirmed appointment can be held."))
    if row.starts_at > desk.now():
        raise Refused(_("The appointment has not begun yet."))
    wanted: dict[str, Any] = {"state": states.HELD}
    if values["minutes"]:
        if not values["note"].strip():
            raise Refused(_("Say what was done: the customer reads it beside the minutes."))
        day = desk.today(row.starts_at)
        given = {**values, "worked_on": day, "ticket_number": None}
        wanted["booking_id"] = minutes_service.book(desk, row.participation, given).id
    _change(desk, row, wanted)


def _new(
    desk: Desk, participation: Participation, values: Mapping[str, Any], typed: datetime
) -> Appointment:
    """Return an appointment that is not written yet, once its time and number are right."""
    starts_at = _moment(desk, typed)
    row = Appointment(
        participation_id=participation.id,
        starts_at=starts_at,
        ends_at=starts_at + values["minutes"] * MINUTE,
        number=_number(desk, participation, values["number"]),
        wish=values["wish"].strip(),
        uid=uuid4().hex,
        created_at=desk.now(),
        changed_at=desk.now(),
    )
    _demand_hours(desk, participation, row)
    return row


def _add(desk: Desk, row: Appointment, action: str) -> Appointment:
    desk.session.add(row)
    desk.session.flush()
    record(desk, APPOINTMENT, row.id, action, {"starts_at": (None, row.starts_at)})
    return row


def _change(desk: Desk, row: Appointment, wanted: Mapping[str, Any]) -> None:
    """Change an appointment; calendars that know it have to learn of each change."""
    if change(desk, APPOINTMENT, row, wanted):
        row.sequence += 1
        row.changed_at = desk.now()
        desk.session.flush()


def _confirm(desk: Desk, row: Appointment) -> None:
    is_ours = row.state == states.REQUESTED
    agent_id = desk.actor.person_id if is_ours else row.agent_id
    if agent_id is None:
        raise Refused(_("The agent of this appointment is gone: offer another time."))
    _demand_hours(desk, row.participation, row)
    _demand_time(desk, row, agent_id)
    person_id = row.person_id if is_ours else desk.actor.person_id
    wanted = {"state": states.CONFIRMED, "agent_id": agent_id, "person_id": person_id}
    _change(desk, row, wanted)
    for other in queries.offered_with(desk, row):
        _change(desk, other, {"state": states.CANCELLED})


def _demand_time(desk: Desk, row: Appointment, agent_id: int) -> None:
    # Two who want the same hour of an agent wait for each other.
    desk.session.execute(select(Person.id).where(Person.id == agent_id).with_for_update())
    if queries.is_taken(desk, agent_id, row.starts_at, row.ends_at, row.id):
        raise Refused(_("The agent has another appointment at this time: choose another one."))


def _demand_hours(desk: Desk, participation: Participation, row: Appointment) -> None:
    if row.starts_at <= desk.now():
        raise Refused(_("This time is past: choose one that is still to come."))
    minutes_service.demand_phase(desk, participation, desk.today(row.starts_at))
    perks = perks_queries.in_force(desk, participation, row.starts_at)
    if perks is None:
        return
    hours = perks_queries.hours_of(desk, perks, row.starts_at)
    lasts = (row.ends_at - row.starts_at) // MINUTE
    if minutes_between(hours, row.starts_at, row.ends_at) < lasts:
        sentence = _("Choose a time within the hours of support, on no public holiday: %(hours)s.")
        raise Refused(sentence % {"hours": words.hours(desk, perks)})


def _moment(desk: Desk, typed: datetime) -> datetime:
    """Return the moment of a time on the operator's clock.

    Raises Refused for one that the clocks leave out; of one that comes twice the first counts.
    """
    moment = clocks.moment_of(desk, typed)
    if moment is None:
        raise Refused(_("The clocks leave this time out in that night: choose another one."))
    return moment


def _number(desk: Desk, participation: Participation, typed: str) -> str:
    """Return the number that is called: the one given, else the direct line."""
    if typed.strip():
        return typed.strip()
    programme_id = participation.programme_id
    perks = perks_queries.perks_of(desk, [programme_id]).get(programme_id)
    if perks is None or not perks.direct_line:
        raise Refused(_("Write the phone number that is called: the pilot has no direct line."))
    return perks.direct_line
