# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of an appointment: its file line by line, its refusals, and both sides' lists."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.sdk import Core, Desk, Message, Person, Refused, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_remote_support import service as sessions
from tresen_remote_support import states
from tresen_remote_support.appointments import events, letters, panels, queries, service
from tresen_remote_support.models import RemoteSession

SignIn = Callable[[Person], FlaskClient]
Acting = Callable[[Person], Desk]
Plan = Callable[..., RemoteSession]
Local = Callable[[str], datetime]
HALF = timedelta(minutes=30)
CALENDAR = "/remote_support/calendar"


def lines(desk: Desk, row: RemoteSession) -> dict[str, str]:
    """Return the lines of an appointment's file by their names, folded ones made whole."""
    whole = events.write(desk, [row]).decode().replace("\r\n ", "")
    return dict(each.split(":", 1) for each in whole.splitlines())


def words(desk: Desk, ticket: Ticket) -> int:
    """Return how many messages the ticket has."""
    found = select(func.count()).select_from(Message).where(Message.ticket_id == ticket.id)
    return desk.session.scalar(found) or 0


@pytest.fixture
def move(acting: Acting, agent: Person, local: Local) -> Callable[..., None]:
    """Return a function that moves an appointment as its agent."""

    def go(row: RemoteSession, text: str, minutes: int = 30) -> None:
        starts = local(text)
        service.move(acting(agent), row, starts, starts + timedelta(minutes=minutes))

    return go


# --------------------------------------------------------------------------------- the file


def test_file_says_line_by_line_what_is_planned(desk: Desk, planned: RemoteSession) -> None:
    names = ("METHOD", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "STATUS")
    found = lines(desk, planned)
    assert [found[name] for name in names] == [
        "PUBLISH",
        f"remote-{planned.reference.lower()}@127.0.0.1",
        "0",
        "20260310T090000Z",
        "20260311T090000Z",
        "20260311T093000Z",
        "CONFIRMED",
    ]


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("2026-03-28 10:00", "20260328T090000Z", "20260328T093000Z"),
        ("2026-03-29 01:45", "20260329T004500Z", "20260329T011500Z"),
        ("2026-03-29 10:00", "20260329T080000Z", "20260329T083000Z"),
        ("2026-10-25 02:45", "20261025T004500Z", "20261025T011500Z"),
    ],
)
def test_file_keeps_the_moment_over_the_change_of_clocks(
    desk: Desk, plan: Plan, text: str, begins: str, ends: str
) -> None:
    found = lines(desk, plan(text))
    assert (found["DTSTART"], found["DTEND"]) == (begins, ends)


def test_number_of_the_file_counts_each_change(
    desk: Desk,
    planned: RemoteSession,
    move: Callable[..., None],
    acting: Acting,
    agent: Person,
) -> None:
    found = [lines(desk, planned)]
    for text in ("2026-03-12 10:00", "2026-03-13 10:00"):
        move(planned, text)
        found.append(lines(desk, planned))
    service.call_off(acting(agent), planned, "Ill")
    found.append(lines(desk, planned))
    told = [(each["SEQUENCE"], each["STATUS"]) for each in found]
    expected = [("0", "CONFIRMED"), ("1", "CONFIRMED"), ("2", "CONFIRMED"), ("3", "CANCELLED")]
    assert (told, len({each["UID"] for each in found})) == (expected, 1)


def test_no_of_the_customer_takes_it_out_of_the_agents_calendar(
    desk: Desk, planned: RemoteSession, customer: Person, acting: Acting
) -> None:
    service.call_off_as_customer(acting(customer), planned)
    found = lines(desk, planned)
    assert (found["SEQUENCE"], found["STATUS"]) == ("1", "CANCELLED")


def test_file_of_a_later_change_is_stamped_later(
    desk: Desk, planned: RemoteSession, move: Callable[..., None], clock: SteppedClock
) -> None:
    clock.go(hours=2)
    move(planned, "2026-03-12 10:00")
    found = lines(desk, planned)
    assert (found["CREATED"], found["DTSTAMP"]) == ("20260310T090000Z", "20260310T110000Z")


def test_purpose_cannot_add_lines_to_the_file(desk: Desk, planned: RemoteSession) -> None:
    planned.purpose = "One\r\nSTATUS:CANCELLED"
    found = lines(desk, planned)
    assert found["STATUS"] == "CONFIRMED"


def test_file_of_no_appointments_is_an_empty_calendar(desk: Desk) -> None:
    found = events.write(desk, []).decode().splitlines()
    assert (found[0], found[-1], len(found)) == ("BEGIN:VCALENDAR", "END:VCALENDAR", 5)


def test_letter_counts_minutes_over_the_change_of_clocks(desk: Desk, plan: Plan) -> None:
    told = letters.when(desk, plan("2026-03-29 01:45"))
    assert told == "Sunday, March 29, 2026, 01:45 (Europe/Berlin), 30 minutes"


def test_session_without_a_time_has_no_when(desk: Desk, requested: RemoteSession) -> None:
    assert letters.when(desk, requested) == ""


# ----------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize("text", ["2026-03-10 10:00", "2026-03-09 10:00"])
def test_moving_into_the_past_is_refused_and_tells_nobody(
    desk: Desk,
    planned: RemoteSession,
    ticket: Ticket,
    move: Callable[..., None],
    local: Local,
    text: str,
) -> None:
    with pytest.raises(Refused, match="This time is past"):
        move(planned, text)
    kept = (planned.planned_from, planned.sequence, words(desk, ticket))
    assert kept == (local("2026-03-11 10:00"), 0, 2)


def test_appointment_that_passed_unused_can_still_be_moved(
    planned: RemoteSession, move: Callable[..., None], clock: SteppedClock, local: Local
) -> None:
    clock.moment = local("2026-03-11 10:10")
    move(planned, "2026-03-11 10:20")
    assert (planned.planned_from, planned.sequence) == (local("2026-03-11 10:20"), 1)


def test_nothing_is_moved_on_a_closed_ticket(
    desk: Desk, planned: RemoteSession, ticket: Ticket, move: Callable[..., None]
) -> None:
    factories.change_ticket(desk, ticket, state="closed")
    with pytest.raises(Refused, match="The ticket is closed"):
        move(planned, "2026-03-12 10:00")
    assert planned.sequence == 0


def test_appointment_that_was_called_off_stays_so(
    planned: RemoteSession, move: Callable[..., None], acting: Acting, customer: Person
) -> None:
    service.call_off_as_customer(acting(customer), planned)
    with pytest.raises(Refused, match="no appointment any more"):
        move(planned, "2026-03-12 10:00")


def test_session_without_a_time_is_no_appointment_to_move(
    requested: RemoteSession, move: Callable[..., None]
) -> None:
    with pytest.raises(Refused, match="no appointment any more"):
        move(requested, "2026-03-12 10:00")


def test_appointment_is_called_off_once(
    desk: Desk, planned: RemoteSession, ticket: Ticket, acting: Acting, agent: Person
) -> None:
    service.call_off(acting(agent), planned, "Ill")
    with pytest.raises(Refused):
        service.call_off(acting(agent), planned, "Ill")
    assert (planned.sequence, words(desk, ticket)) == (1, 3)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2026-03-11 09:31", 30),
        ("2026-03-11 10:10", 5),
        ("2026-03-11 09:00", 180),
        ("2026-03-11 10:00", 30),
    ],
)
def test_overlap_on_any_side_is_refused(
    planned: RemoteSession, plan: Plan, text: str, minutes: int
) -> None:
    with pytest.raises(Refused, match="Choose another time"):
        plan(text, minutes=minutes)


@pytest.mark.parametrize("text", ["2026-03-11 09:30", "2026-03-11 10:30"])
def test_appointments_may_touch(planned: RemoteSession, plan: Plan, text: str) -> None:
    assert plan(text).state == states.REQUESTED


def test_longer_appointment_is_refused_where_the_next_one_begins(
    planned: RemoteSession, plan: Plan, move: Callable[..., None], local: Local
) -> None:
    plan("2026-03-11 10:30")
    with pytest.raises(Refused, match="Choose another time"):
        move(planned, "2026-03-11 10:00", minutes=31)
    assert planned.planned_to == local("2026-03-11 10:30")


# --------------------------------------------------------------------------------- the lists


def test_two_weeks_end_at_midnight_over_the_change_of_clocks(
    desk: Desk, plan: Plan, clock: SteppedClock, local: Local
) -> None:
    clock.moment = local("2026-03-20 12:00")
    for text in ("2026-04-02 23:45", "2026-04-03 00:00"):
        plan(text, minutes=15)
    found = [row.planned_from for row in queries.planned(desk)]
    assert found == [local("2026-04-02 23:45")]


def test_calendar_still_shows_this_mornings_appointment(
    desk: Desk, planned: RemoteSession, clock: SteppedClock, local: Local
) -> None:
    clock.moment = local("2026-03-11 23:59")
    today = len(queries.planned(desk))
    clock.moment = local("2026-03-12 00:00")
    assert (today, len(queries.planned(desk))) == (1, 0)


def test_calendar_leaves_out_what_was_called_off(
    desk: Desk, planned: RemoteSession, plan: Plan, acting: Acting, agent: Person
) -> None:
    kept = plan("2026-03-12 10:00")
    service.call_off(acting(agent), planned, "")
    assert [row.id for row in queries.planned(desk)] == [kept.id]


def test_calendar_is_in_the_order_of_time(desk: Desk, plan: Plan) -> None:
    made = [plan(f"2026-03-{text}") for text in ("13 10:00", "11 12:00", "11 09:00")]
    assert [row.id for row in queries.planned(desk)] == [row.id for row in reversed(made)]


def test_sessions_without_a_time_are_in_no_calendar(desk: Desk, requested: RemoteSession) -> None:
    assert list(queries.planned(desk)) == []


def test_calendar_file_leads_nobody_to_the_appointments_of_others(
    plan: Plan, administrator: Person, colleague: Person, sign_in: SignIn
) -> None:
    plan("2026-03-11 11:00", by=administrator)
    found = [sign_in(each).get(f"{CALENDAR}/mine.ics").text for each in (administrator, colleague)]
    assert [text.count("BEGIN:VEVENT") for text in found] == [1, 0]


def test_calendar_is_german_for_german_agents(
    desk: Desk, planned: RemoteSession, agent: Person, sign_in: SignIn
) -> None:
    agent.language = "de"
    desk.commit()
    page = sign_in(agent).get(f"{CALENDAR}?of=all").text
    told = ("Nur meine" in page, "Mittwoch, 11. März 2026" in page, "Kalenderdatei" in page)
    assert told == (True, True, True)


def test_portal_has_no_panel_without_appointments(
    acting: Acting, customer: Person, requested: RemoteSession
) -> None:
    assert panels.portal_panels(acting(customer)) == []


def test_portal_panel_lists_by_time_until_the_offer(
    acting: Acting, customer: Person, agent: Person, plan: Plan
) -> None:
    later, sooner = plan("2026-03-13 10:00"), plan("2026-03-11 10:00")
    before = [row.id for row in panels.portal_panels(acting(customer))[0].values["rows"]]
    sessions.offer(acting(agent), sooner)
    after = [row.id for row in panels.portal_panels(acting(customer))[0].values["rows"]]
    assert (before, after) == ([sooner.id, later.id], [later.id])


def test_panel_takes_one_statement_for_any_number(
    core: Core, acting: Acting, customer: Person, plan: Plan
) -> None:
    counts = []
    for day in (11, 12):
        plan(f"2026-03-{day} 10:00")
        with recorded(core.engine) as statements:
            panels.portal_panels(acting(customer))
        counts.append(len(statements))
    assert counts == [1, 1]


def test_customer_cannot_call_off_what_is_offered_already(
    planned: RemoteSession, acting: Acting, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    working = acting(agent)
    sessions.offer(working, planned)
    working.commit()
    path = f"/remote_support/portal/{planned.reference}/call-off"
    assert (sign_in(customer).post(path).status_code, planned.state) == (404, states.OFFERED)


@pytest.mark.parametrize("path", ["appointment.ics", "move"])
def test_session_without_a_time_has_a_page_that_does_not_break(
    requested: RemoteSession, agent: Person, sign_in: SignIn, path: str
) -> None:
    answer = sign_in(agent).get(f"/remote_support/sessions/{requested.reference}/{path}")
    assert answer.status_code == {"appointment.ics": 404, "move": 200}[path]


def test_visitors_have_to_sign_in_for_any_file(client: FlaskClient, planned: RemoteSession) -> None:
    paths = (f"{CALENDAR}/all.ics", f"/remote_support/portal/{planned.reference}/appointment.ics")
    answers = [client.get(path) for path in paths]
    assert [answer.text.count("BEGIN:VEVENT") for answer in answers] == [0, 0]
