# SPDX-License-Identifier: AGPL-3.0-or-later
"""An appointment from the ticket to its end, in the browsers of the agent and of the customer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from tresen.sdk import Desk, Person, Ticket
from tresen_remote_support.models import RemoteSession

SignInPage = Callable[[Person], Any]
Event = tuple[str, str, int]


@pytest.fixture
def agents(sign_in_page: SignInPage, agent: Person, ticket: Ticket) -> Any:
    """Return the agent's browser at the ticket."""
    page = sign_in_page(agent)
    page.goto(f"/tickets/{ticket.number}")
    return page


def plan(page: Any) -> None:
    """Plan a session for a morning, from the box beside the ticket."""
    page.get_by_role("link", name="Remote session", exact=True).click()
    page.locator("#planned_at").fill("2026-03-11T10:00")
    page.get_by_role("button", name="Ask the customer").click()
    page.get_by_text("The appointment is planned, and the customer is invited.").wait_for()


def move(page: Any) -> None:
    """Move it to an afternoon."""
    page.get_by_role("link", name="Move the appointment").click()
    page.locator("#planned_at").fill("2026-03-12T15:30")
    page.locator("main form button.button-main").click()
    page.get_by_role("heading", name="Appointment").wait_for()


def saved(page: Any, folder: Path) -> list[Event]:
    """Return moment, state and number of each event in the file that the page hands out."""
    with page.expect_download() as coming:
        page.get_by_role("link", name="Calendar file").click()
    file = folder / "appointment.ics"
    coming.value.save_as(file)
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    return [
        (f"{each.decoded('DTSTART'):%d. %H:%M}", str(each.get("STATUS")), int(each["SEQUENCE"]))
        for each in events
    ]


def standing(desk: Desk) -> tuple[str, str]:
    """Return state and time of the session, in UTC."""
    desk.session.expire_all()
    row = desk.session.query(RemoteSession).one()
    found = (row.state, f"{row.planned_from:%d. %H:%M}")
    desk.commit()
    return found


def test_appointment_is_planned_from_the_ticket_and_moved(
    agents: Any, desk: Desk, tmp_path: Path
) -> None:
    plan(agents)
    planned = standing(desk), saved(agents, tmp_path)
    move(agents)
    moved = standing(desk), saved(agents, tmp_path)
    assert (planned, moved) == (
        (("requested", "11. 09:00"), [("11. 09:00", "CONFIRMED", 0)]),
        (("requested", "12. 14:30"), [("12. 14:30", "CONFIRMED", 1)]),
    )


def test_appointment_stands_in_the_calendar_and_is_called_off_from_there(
    agents: Any, desk: Desk, ticket: Ticket
) -> None:
    plan(agents)
    agents.goto("/remote_support/calendar")
    agents.get_by_role("heading", name="Wednesday, March 11, 2026").wait_for()
    agents.get_by_role("link", name=ticket.subject).click()
    agents.get_by_role("link", name="Call off").click()
    agents.get_by_label("Reason").fill("The customer is ill.")
    agents.locator("main form button.button-main").click()
    agents.get_by_text("The session is called off.").wait_for()
    agents.goto("/remote_support/calendar")
    agents.get_by_text("No appointment lies ahead").wait_for()
    assert standing(desk) == ("cancelled", "11. 09:00")


def test_customer_takes_it_to_the_own_calendar_and_calls_it_off(
    agents: Any,
    sign_in_page: SignInPage,
    agent: Person,
    customer: Person,
    desk: Desk,
    tmp_path: Path,
) -> None:
    plan(agents)
    page, path = sign_in_page(customer), agents.url
    page.goto("/")
    taken = saved(page, tmp_path)
    page.get_by_role("button", name="Call off").click()
    page.get_by_text("The appointment is called off, and we are told.").wait_for()
    left = page.get_by_role("link", name="Calendar file").count()
    sign_in_page(agent).goto(path)
    page.get_by_text("Called off", exact=True).first.wait_for()
    known = (taken, left, standing(desk))
    assert known == ([("11. 09:00", "CONFIRMED", 0)], 0, ("cancelled", "11. 09:00"))


def test_wrong_time_comes_back_with_what_was_typed(agents: Any, ticket: Ticket) -> None:
    agents.get_by_role("link", name="Remote session", exact=True).click()
    agents.get_by_label("Purpose").fill("Look at the import together")
    agents.locator("#planned_at").fill("2020-01-01T10:00")
    agents.get_by_role("button", name="Ask the customer").click()
    agents.get_by_text("This time is past").first.wait_for()
    typed = agents.get_by_label("Purpose").input_value()
    time = agents.locator("#planned_at").input_value()
    assert (typed, time) == ("Look at the import together", "2020-01-01T10:00")
