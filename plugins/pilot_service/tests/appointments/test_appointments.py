# SPDX-License-Identifier: AGPL-3.0-or-later
"""Appointments are offered or asked for, confirmed by the other side, and kept free of clashes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import hooks, steps
from tresen_pilot_service import service as programmes
from tresen_pilot_service.appointments import events, queries, service, states
from tresen_pilot_service.appointments.models import Appointment
from tresen_pilot_service.minutes.models import Booking
from tresen_pilot_service.models import Base, Participation
from tresen_pilot_service.perks.models import Perks

Fields = Callable[..., dict[str, Any]]
Acting = Callable[[Person], Desk]
TEN = datetime(2026, 3, 11, 9, tzinfo=UTC)
HALF = timedelta(minutes=30)
OURS, THEIRS = states.AGENT_STEPS, states.CUSTOMER_STEPS


def local(text: str) -> datetime:
    """Return a time as it is typed: on the operator's clock."""
    return datetime.fromisoformat(text)


def known(desk: Desk) -> list[tuple[str, datetime]]:
    """Return state and begin of each appointment."""
    desk.session.flush()
    return [(each["state"], each["starts_at"]) for each in rows_of(desk, Appointment)]


def lines(desk: Desk, row: Appointment) -> list[str]:
    """Return the lines of the appointment's file."""
    whole = queries.appointment(desk, row.id)
    return events.write(desk, whole).decode().replace("\r\n ", "").splitlines()


def test_times_are_those_of_the_operators_clock(desk: Desk, offered: Appointment) -> None:
    assert known(desk) == [("offered", TEN)]
    assert (offered.ends_at, offered.kind, offered.number) == (
        TEN + HALF,
        "phone",
        "+49 30 1234567",
    )


def test_number_that_is_given_is_called(desk: Desk, row: Participation, fields: Fields) -> None:
    (made,) = service.offer(desk, row, fields(number=" 0151 2 "))
    assert made.number == "0151 2"


def test_appointment_needs_a_number(desk: Desk, row: Participation, fields: Fields) -> None:
    desk.session.get_one(Perks, 1).direct_line = ""
    with pytest.raises(Refused, match="Write the phone number that is called"):
        service.offer(desk, row, fields())


def test_several_times_can_be_offered(desk: Desk, row: Participation, fields: Fields) -> None:
    times = [local("2026-03-11 10:00"), local("2026-03-12 17:30")]
    made = service.offer(desk, row, fields(times=times))
    assert known(desk) == [("offered", TEN), ("offered", TEN + timedelta(days=1, hours=7.5))]
    assert made[0].offer == made[1].offer
    assert made[0].uid != made[1].uid


@pytest.mark.parametrize(
    "time",
    ["2026-03-11 07:59", "2026-03-11 17:31", "2026-03-14 10:00", "2026-03-11 20:00"],
)
def test_time_outside_the_hours_is_refused_with_the_hours(
    desk: Desk, row: Participation, fields: Fields, time: str
) -> None:
    sentence = r"Monday to Friday, 08:00 to 18:00 \(Europe/Berlin\)"
    with pytest.raises(Refused, match=sentence):
        service.offer(desk, row, fields(times=[local(time)]))


@pytest.mark.parametrize("time", ["2026-03-10 09:59", "2026-03-09 10:00", "2026-03-10 10:00"])
def test_time_that_is_past_is_refused(
    desk: Desk, row: Participation, fields: Fields, time: str
) -> None:
    with pytest.raises(Refused, match="This time is past"):
        service.offer(desk, row, fields(times=[local(time)]))


def test_time_after_the_phase_is_refused(desk: Desk, row: Participation, fields: Fields) -> None:
    with pytest.raises(Refused, match="does not run for this customer on that day"):
        service.offer(desk, row, fields(times=[local("2026-04-01 10:00")]))


def test_time_that_the_clocks_leave_out_is_refused(
    desk: Desk, row: Participation, fields: Fields
) -> None:
    with pytest.raises(Refused, match="The clocks leave this time out"):
        service.offer(desk, row, fields(times=[local("2026-03-29 02:30")]))


def test_without_perks_any_time_of_the_phase_will_do(
    desk: Desk, participation: Participation, fields: Fields
) -> None:
    service.offer(desk, participation, fields(times=[local("2026-03-14 03:00")], number="1"))
    assert known(desk) == [("offered", datetime(2026, 3, 14, 2, tzinfo=UTC))]


def test_customer_holds_no_appointment(
    desk: Desk, row: Participation, fields: Fields, customer: Person
) -> None:
    with pytest.raises(Refused, match="held by active agents"):
        service.offer(desk, row, fields(agent_id=customer.id))


@pytest.mark.parametrize("time", ["2026-03-11 09:31", "2026-03-11 10:00", "2026-03-11 10:29"])
def test_two_appointments_of_an_agent_do_not_overlap(
    desk: Desk, row: Participation, offered: Appointment, fields: Fields, time: str
) -> None:
    with pytest.raises(Refused, match="The agent has another appointment at this time"):
        service.offer(desk, row, fields(times=[local(time)]))


@pytest.mark.parametrize("time", ["2026-03-11 09:30", "2026-03-11 10:30"])
def test_appointments_may_follow_each_other(
    desk: Desk, row: Participation, offered: Appointment, fields: Fields, time: str
) -> None:
    service.offer(desk, row, fields(times=[local(time)]))
    assert len(known(desk)) == 2


def test_times_of_one_offer_do_not_overlap(desk: Desk, row: Participation, fields: Fields) -> None:
    twice = [local("2026-03-11 10:00"), local("2026-03-11 10:15")]
    with pytest.raises(Refused, match="another appointment at this time"):
        service.offer(desk, row, fields(times=twice))


def test_another_agent_has_time(
    desk: Desk, row: Participation, offered: Appointment, fields: Fields, deputy: Person
) -> None:
    service.offer(desk, row, fields(agent_id=deputy.id))
    assert len(known(desk)) == 2


def test_cancelled_appointment_takes_no_time(
    desk: Desk, row: Participation, offered: Appointment, fields: Fields
) -> None:
    service.step(desk, offered, states.CANCELLED, OURS)
    service.offer(desk, row, fields())
    assert [state for state, _at in known(desk)] == ["cancelled", "offered"]


def test_customer_confirms_one_time_and_the_others_fall(
    desk: Desk, row: Participation, fields: Fields, customer: Person, acting: Acting
) -> None:
    times = [local(f"2026-03-1{day} 10:00") for day in (1, 2, 3)]
    made = service.offer(desk, row, fields(times=times))
    chosen = queries.appointment(desk, made[1].id)
    service.step(acting(customer), chosen, states.CONFIRMED, THEIRS)
    assert [state for state, _at in known(desk)] == ["cancelled", "confirmed", "cancelled"]
    assert (chosen.person_id, [each.sequence for each in made]) == (customer.id, [1, 1, 1])


def test_customers_request_goes_to_the_contact(
    desk: Desk, requested: Appointment, contact: Person, customer: Person
) -> None:
    found = (requested.state, requested.agent_id, requested.person_id, requested.wish)
    assert found == ("requested", contact.id, customer.id, "Help")


def test_whoever_confirms_a_request_holds_it(
    requested: Appointment, deputy: Person, customer: Person, acting: Acting
) -> None:
    desk = acting(deputy)
    whole = queries.appointment(desk, requested.id)
    service.step(desk, whole, states.CONFIRMED, OURS)
    found = (whole.state, whole.agent_id, whole.person_id)
    assert found == ("confirmed", deputy.id, customer.id)


def test_request_is_not_confirmed_over_another_appointment(
    desk: Desk,
    row: Participation,
    requested: Appointment,
    fields: Fields,
    contact: Person,
    acting: Acting,
) -> None:
    service.offer(desk, row, fields(times=[local("2026-03-11 11:15")]))
    whole = queries.appointment(desk, requested.id)
    with pytest.raises(Refused, match="another appointment at this time"):
        service.step(acting(contact), whole, states.CONFIRMED, OURS)


def test_time_that_passed_is_not_confirmed(
    desk: Desk, clock: SteppedClock, offered: Appointment
) -> None:
    clock.go(days=2)
    whole = queries.appointment(desk, offered.id)
    with pytest.raises(Refused, match="This time is past"):
        service.step(desk, whole, states.CONFIRMED, THEIRS)


def test_appointment_of_who_left_is_not_confirmed(
    desk: Desk, row: Participation, offered: Appointment
) -> None:
    programmes.move(desk, row, steps.WITHDRAWN)
    whole = queries.appointment(desk, offered.id)
    with pytest.raises(Refused, match="does not run for this customer"):
        service.step(desk, whole, states.CONFIRMED, THEIRS)


def test_appointment_whose_agent_is_gone_is_not_confirmed(desk: Desk, offered: Appointment) -> None:
    offered.agent_id = None
    desk.session.flush()
    whole = queries.appointment(desk, offered.id)
    with pytest.raises(Refused, match="The agent of this appointment is gone"):
        service.step(desk, whole, states.CONFIRMED, THEIRS)


@pytest.mark.parametrize(
    ("state", "wanted", "side"),
    [
        ("offered", "confirmed", OURS),
        ("requested", "confirmed", THEIRS),
        ("confirmed", "confirmed", THEIRS),
        ("confirmed", "held", OURS),
        ("confirmed", "declined", THEIRS),
        ("declined", "confirmed", THEIRS),
        ("cancelled", "offered", OURS),
        ("held", "cancelled", OURS),
        ("offered", "nonsense", THEIRS),
    ],
)
def test_step_that_is_not_of_this_side_is_refused(
    desk: Desk, offered: Appointment, state: str, wanted: str, side: dict[str, tuple[str, ...]]
) -> None:
    offered.state = state
    with pytest.raises(Refused, match=f"that is “{states.TITLES[state]}”"):
        service.step(desk, offered, wanted, side)


@pytest.mark.parametrize(
    ("state", "wanted", "side"),
    [
        ("offered", "declined", THEIRS),
        ("offered", "cancelled", OURS),
        ("requested", "declined", OURS),
        ("requested", "cancelled", THEIRS),
        ("confirmed", "cancelled", OURS),
        ("confirmed", "cancelled", THEIRS),
    ],
)
def test_either_side_calls_off(
    desk: Desk, offered: Appointment, state: str, wanted: str, side: dict[str, tuple[str, ...]]
) -> None:
    offered.state = state
    service.step(desk, offered, wanted, side)
    assert (offered.state, offered.sequence) == (wanted, 1)


def held(**given: Any) -> dict[str, Any]:
    """Return what is said of an appointment that was held."""
    return {"minutes": 25, "note": "Looked at the import.", "beyond": False} | given


@pytest.fixture
def past(desk: Desk, clock: SteppedClock, offered: Appointment) -> Appointment:
    """Return a confirmed appointment that has begun."""
    whole = queries.appointment(desk, offered.id)
    service.step(desk, whole, states.CONFIRMED, THEIRS)
    clock.go(days=1)
    return whole


def test_held_appointment_books_its_minutes(desk: Desk, past: Appointment) -> None:
    service.hold(desk, past, held())
    (booked,) = rows_of(desk, Booking)
    assert (past.state, past.booking_id) == ("held", booked["id"])
    assert (booked["within"], booked["worked_on"]) == (25, date(2026, 3, 11))


@pytest.mark.parametrize("minutes", [None, 0])
def test_held_appointment_may_book_nothing(
    desk: Desk, past: Appointment, minutes: int | None
) -> None:
    service.hold(desk, past, held(minutes=minutes, note=""))
    assert (past.state, past.booking_id, rows_of(desk, Booking)) == ("held", None, [])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"minutes": 61}, "60 minutes of the quota are left"),
        ({"note": " "}, "Say what was done"),
    ],
)
def test_appointment_that_cannot_be_booked_is_not_held(
    desk: Desk, past: Appointment, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        service.hold(desk, past, held(**given))
    assert past.state == "confirmed"


def test_appointment_is_not_held_before_it_begins(
    desk: Desk, clock: SteppedClock, past: Appointment
) -> None:
    clock.go(hours=-1)
    with pytest.raises(Refused, match="has not begun yet"):
        service.hold(desk, past, held())


def test_only_a_confirmed_appointment_is_held(desk: Desk, offered: Appointment) -> None:
    with pytest.raises(Refused, match="Only a confirmed appointment can be held"):
        service.hold(desk, offered, held())


def test_file_says_when_and_by_which_number(desk: Desk, offered: Appointment) -> None:
    found = lines(desk, offered)
    wanted = [
        "METHOD:PUBLISH",
        "DTSTART:20260311T090000Z",
        "DTEND:20260311T093000Z",
        f"UID:{offered.uid}@127.0.0.1",
        "SEQUENCE:0",
        "STATUS:TENTATIVE",
        "SUMMARY:Phone appointment: Lagerwerk 5",
        "LOCATION:Phone: +49 30 1234567",
        "DESCRIPTION:Carla Contact\\nThe import",
        "ORGANIZER:mailto:service@localhost",
    ]
    assert [line for line in wanted if line not in found] == []


def test_each_change_raises_the_number_and_keeps_the_identity(
    desk: Desk, offered: Appointment
) -> None:
    before = lines(desk, offered)
    whole = queries.appointment(desk, offered.id)
    service.step(desk, whole, states.CONFIRMED, THEIRS)
    confirmed = lines(desk, offered)
    service.step(desk, whole, states.CANCELLED, THEIRS)
    cancelled = lines(desk, offered)
    kept = [
        {line for line in each if line.startswith(("UID", "SEQUENCE", "STATUS"))}
        for each in (before, confirmed, cancelled)
    ]
    uid = f"UID:{offered.uid}@127.0.0.1"
    assert kept == [
        {uid, "SEQUENCE:0", "STATUS:TENTATIVE"},
        {uid, "SEQUENCE:1", "STATUS:CONFIRMED"},
        {uid, "SEQUENCE:2", "STATUS:CANCELLED"},
    ]


def test_journal_tells_the_life_of_an_appointment(desk: Desk, past: Appointment) -> None:
    service.hold(desk, past, held(minutes=None))
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    asked = select(entry.action, entry.field, entry.new).order_by(entry.id)
    found = desk.session.execute(asked.where(entry.subject_kind == service.APPOINTMENT))
    assert [tuple(each) for each in found] == [
        ("offered", "starts_at", "2026-03-11T09:00:00+00:00"),
        ("changed", "state", "confirmed"),
        ("changed", "state", "held"),
    ]


def test_either_side_is_told_of_appointments_and_forgotten(
    desk: Desk, requested: Appointment, customer: Person, contact: Person
) -> None:
    requested.wish = "Karla Kundin wants to talk to Carla Contact."
    desk.session.flush()
    told = [
        {str(each.title): each.rows for each in hooks.personal_data(desk, person)}[
            "Appointments in pilots"
        ]
        for person in (customer, contact)
    ]
    assert [[each["part"] for each in rows] for rows in told] == [["customer"], ["agent"]]
    assert told[0][0]["number"] == "0151 1"
    factories.erase_person(desk, customer)
    factories.erase_person(desk, contact)
    (kept,) = rows_of(desk, Appointment)
    assert (kept["person_id"], kept["agent_id"], kept["number"]) == (None, None, "")
    assert kept["wish"] == "[…] wants to talk to […]."
