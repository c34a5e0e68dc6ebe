# SPDX-License-Identifier: AGPL-3.0-or-later
"""An appointment is planned, moved and called off; the customer and the calendar learn of each."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from tresen.sdk import Desk, Message, Person, Refused, StoredFile, Ticket, read_file
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import service as sessions
from tresen_remote_support import states
from tresen_remote_support.appointments import events, queries, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.service import Wish

Acting = Callable[[Person], Desk]
Wishes = Callable[..., Wish]
Plan = Callable[..., RemoteSession]
Local = Callable[[str], datetime]


def messages(desk: Desk, ticket: Ticket) -> Sequence[Message]:
    """Return what was written on the ticket after its first word."""
    statement = select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)
    return desk.session.scalars(statement).all()[1:]


def calendar_of(desk: Desk, number: int) -> Calendar:
    """Return the calendar of the file that was attached to the letter of a number, from 1."""
    files = desk.session.scalars(select(StoredFile).order_by(StoredFile.id)).all()
    return Calendar.from_ical(read_file(desk, files[number - 1]))


def test_plan_leaves_a_session_that_is_not_offered_yet(
    planned: RemoteSession, agent: Person, local: Local
) -> None:
    found = (planned.state, planned.planned_from, planned.agent_id, planned.sequence)
    assert found == (states.REQUESTED, local("2026-03-11 10:00"), agent.id, 0)


def test_customer_is_invited_on_the_ticket(
    desk: Desk, planned: RemoteSession, ticket: Ticket
) -> None:
    (letter,) = messages(desk, ticket)
    assert (letter.is_public, letter.is_inbound, letter.author_name) == (True, False, "Anna Agent")
    lines = letter.body.split("\n\n")
    assert lines[:4] == [
        "Hello Karla Kundin,",
        "we would like to look at your screen together with you:",
        "**Wednesday, March 11, 2026, 10:00 (Europe/Berlin), 30 minutes**",
        "The import",
    ]
    assert lines[4].startswith("Nothing has to be installed.")


def test_letter_is_in_the_customers_language(
    desk: Desk, customer: Person, ticket: Ticket, plan: Plan
) -> None:
    customer.language = "de"
    desk.commit()
    plan("2026-03-11 10:00")
    (letter,) = messages(desk, ticket)
    assert "Mittwoch, 11. März 2026, 10:00 Uhr (Europe/Berlin), 30 Minuten" in letter.body


def test_file_of_the_invitation_names_the_appointment(
    desk: Desk, planned: RemoteSession, ticket: Ticket, local: Local
) -> None:
    calendar = calendar_of(desk, 1)
    (event,) = calendar.walk("VEVENT")
    assert calendar["method"] == "PUBLISH"
    assert str(event["uid"]) == f"remote-{planned.reference.lower()}@127.0.0.1"
    assert (event["sequence"], str(event["status"])) == (0, "CONFIRMED")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        local("2026-03-11 10:00"),
        local("2026-03-11 10:30"),
    )
    assert str(event["summary"]) == f"Remote session for request #{ticket.number}"
    assert str(event["description"]) == "Anna Agent\nThe import"


def test_moved_appointment_is_the_same_for_a_calendar(
    desk: Desk, planned: RemoteSession, ticket: Ticket, agent: Person, acting: Acting, local: Local
) -> None:
    starts = local("2026-03-12 14:00")
    service.move(acting(agent), planned, starts, starts + timedelta(minutes=45))
    first, second = (calendar_of(desk, each).walk("VEVENT")[0] for each in (1, 2))
    assert (first["uid"], second["sequence"], second.decoded("dtstart")) == (
        second["uid"],
        1,
        starts,
    )
    letter = messages(desk, ticket)[-1].body
    assert "our appointment to look at your screen has changed. This counts now:" in letter
    assert "Thursday, March 12, 2026, 14:00 (Europe/Berlin), 45 minutes" in letter


def test_moving_to_the_same_time_tells_nobody(
    desk: Desk, planned: RemoteSession, ticket: Ticket, agent: Person, acting: Acting
) -> None:
    assert planned.planned_from is not None
    assert planned.planned_to is not None
    service.move(acting(agent), planned, planned.planned_from, planned.planned_to)
    assert (planned.sequence, len(messages(desk, ticket))) == (0, 1)


def test_agent_calls_off_and_the_customer_is_told(
    desk: Desk, planned: RemoteSession, ticket: Ticket, agent: Person, acting: Acting
) -> None:
    service.call_off(acting(agent), planned, "Ill")
    (event,) = calendar_of(desk, 2).walk("VEVENT")
    letter = messages(desk, ticket)[-1].body
    assert (planned.state, planned.reason) == (states.CANCELLED, "Ill")
    assert (event["sequence"], str(event["status"])) == (1, "CANCELLED")
    assert "our appointment to look at your screen is called off:" in letter
    assert "Ill" not in letter


def test_customer_calls_off_and_the_agents_read_it_on_the_ticket(
    desk: Desk, planned: RemoteSession, ticket: Ticket, customer: Person, acting: Acting
) -> None:
    service.call_off_as_customer(acting(customer), planned)
    said = messages(desk, ticket)[-1]
    assert (planned.state, planned.ended_by) == (states.CANCELLED, states.CUSTOMER)
    assert (said.is_inbound, said.author_name) == (True, "Karla Kundin")
    assert said.body == (
        "I call off our appointment: Wednesday, March 11, 2026, 10:00 (Europe/Berlin), 30 minutes."
    )
    with pytest.raises(Refused, match="no appointment any more"):
        service.call_off_as_customer(acting(customer), planned)


@pytest.mark.parametrize("side", ["agent", "customer"])
def test_appointment_of_a_closed_ticket_can_be_called_off(
    desk: Desk,
    planned: RemoteSession,
    ticket: Ticket,
    agent: Person,
    customer: Person,
    side: str,
) -> None:
    factories.change_ticket(desk, ticket, state="closed")
    if side == "agent":
        service.call_off(desk, planned, "")
    else:
        service.call_off_as_customer(desk, planned)
    assert (planned.state, len(messages(desk, ticket))) == (states.CANCELLED, 1)


def test_nobody_is_invited_on_a_closed_ticket(
    desk: Desk, ticket: Ticket, agent: Person, acting: Acting, wishes: Wishes, local: Local
) -> None:
    factories.change_ticket(desk, ticket, state="closed")
    with pytest.raises(Refused, match="The ticket is closed"):
        service.plan(acting(agent), ticket, wishes(local("2026-03-11 10:00")))
    assert desk.session.scalars(select(RemoteSession)).all() == []


@pytest.mark.parametrize("text", ["2026-03-10 09:59", "2026-03-10 10:00"])
def test_time_that_is_past_is_refused(plan: Plan, text: str) -> None:
    with pytest.raises(Refused, match="This time is past"):
        plan(text)


def test_agent_has_one_appointment_at_a_time(
    planned: RemoteSession, plan: Plan, administrator: Person
) -> None:
    with pytest.raises(Refused, match=f"the session {planned.reference}. Choose another time"):
        plan("2026-03-11 10:29")
    plan("2026-03-11 10:30")
    plan("2026-03-11 10:00", by=administrator)


def test_appointment_is_moved_past_itself_but_not_onto_another(
    planned: RemoteSession, plan: Plan, agent: Person, acting: Acting, local: Local
) -> None:
    plan("2026-03-11 11:00")
    half, working = timedelta(minutes=30), acting(agent)
    service.move(working, planned, local("2026-03-11 10:15"), local("2026-03-11 10:15") + half)
    with pytest.raises(Refused, match="another appointment"):
        service.move(working, planned, local("2026-03-11 10:45"), local("2026-03-11 10:45") + half)
    assert planned.planned_from == local("2026-03-11 10:15")


def test_called_off_appointment_frees_its_time(
    planned: RemoteSession, plan: Plan, agent: Person, acting: Acting
) -> None:
    service.call_off(acting(agent), planned, "")
    assert plan("2026-03-11 10:00").state == states.REQUESTED


def test_offer_opens_when_the_agent_says_so(
    planned: RemoteSession, agent: Person, acting: Acting, clock: SteppedClock, local: Local
) -> None:
    clock.moment = local("2026-03-11 10:00")
    sessions.offer(acting(agent), planned)
    with pytest.raises(Refused, match="no appointment any more"):
        service.move(acting(agent), planned, local("2026-03-12 10:00"), local("2026-03-12 10:30"))
    assert planned.state == states.OFFERED


def test_time_that_the_clocks_leave_out_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="The clocks leave this time out"):
        service.moment_of(desk, datetime.fromisoformat("2026-03-29 02:30"))
    found = service.moment_of(desk, datetime.fromisoformat("2026-10-25 02:30"))
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_calendar_looks_two_weeks_ahead_by_the_readers_days(
    desk: Desk, plan: Plan, agent: Person, administrator: Person
) -> None:
    for text in ("03-11 23:30", "03-12 00:30", "03-23 23:00", "03-24 00:30"):
        plan(f"2026-{text}")
    plan("2026-03-12 09:00", by=administrator)
    all_rows, own = queries.planned(desk), queries.planned(desk, agent.id)
    days = [(str(day), len(rows)) for day, rows in queries.by_day(desk, all_rows)]
    assert days == [("2026-03-11", 1), ("2026-03-12", 2), ("2026-03-23", 1)]
    assert len(own) == 3


def test_customer_sees_own_appointments_until_they_are_over(
    desk: Desk,
    planned: RemoteSession,
    customer: Person,
    agent: Person,
    clock: SteppedClock,
    local: Local,
) -> None:
    found = []
    for text in ("2026-03-11 10:29", "2026-03-11 10:30"):
        clock.moment = local(text)
        found.append([len(queries.planned_for(desk, each.id)) for each in (customer, agent)])
    assert found == [[1, 0], [0, 0]]


def test_file_of_several_appointments_holds_each(desk: Desk, plan: Plan) -> None:
    rows = [plan("2026-03-11 10:00"), plan("2026-03-12 10:00")]
    found = Calendar.from_ical(events.write(desk, rows)).walk("VEVENT")
    assert [str(each["uid"])[7:15] for each in found] == [row.reference.lower() for row in rows]
