# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both sides' pages of appointments, and what other customers never see of them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Organisation, Person, Ticket
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen.testing.statements import recorded
from tresen_remote_support.models import RemoteSession

SignIn = Callable[[Person], FlaskClient]
Plan = Callable[..., RemoteSession]
SENT = {
    "purpose": "The import",
    "scope": ["view"],
    "provider": "browser",
    "second_agent_id": "",
    "planned_at": "2026-03-11T10:00",
    "planned_minutes": "30",
}
CALENDAR = "/remote_support/calendar"


@pytest.fixture
def stranger(desk: Desk) -> Person:
    """Return a customer of another organisation."""
    other = Organisation(name="Fernlager GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    made = factories.make_customer(desk, "Stefan Stranger", "stefan@fern.example", other)
    desk.commit()
    return made


def found(desk: Desk) -> list[tuple[str, str]]:
    """Return state and time of each session, in UTC."""
    desk.session.expire_all()
    rows = desk.session.scalars(select(RemoteSession).order_by(RemoteSession.id))
    known = [(row.state, f"{row.planned_from:%d. %H:%M}") for row in rows]
    desk.commit()
    return known


def page_of(row: RemoteSession) -> str:
    """Return the address of a session."""
    return f"/remote_support/sessions/{row.reference}"


def test_agent_plans_a_session_by_the_form(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn
) -> None:
    browser, path = sign_in(agent), f"/remote_support/tickets/{ticket.number}/new"
    assert "On the clock of Europe/Berlin." in browser.get(path).text
    page = browser.post(path, data=SENT, follow_redirects=True).text
    assert found(desk) == [("requested", "11. 09:00")]
    shown = ("The appointment is planned" in page, "Wednesday, <time" in page)
    assert shown == (True, True)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"planned_at": "2026-03-10T09:00"}, "This time is past"),
        ({"planned_at": "2026-03-29T02:30"}, "The clocks leave this time out"),
        ({"planned_at": "soon"}, "Not a valid datetime value."),
        ({"planned_minutes": "4"}, "Number must be between 5 and 480."),
    ],
)
def test_wrong_time_comes_back_with_what_was_typed(
    desk: Desk,
    ticket: Ticket,
    agent: Person,
    sign_in: SignIn,
    wrong: dict[str, str],
    sentence: str,
) -> None:
    path = f"/remote_support/tickets/{ticket.number}/new"
    answer = sign_in(agent).post(path, data=SENT | wrong)
    assert (answer.status_code, sentence in answer.text, found(desk)) == (422, True, [])
    assert "The import" in answer.text


def test_agent_moves_an_appointment(
    desk: Desk, planned: RemoteSession, agent: Person, sign_in: SignIn
) -> None:
    browser, path = sign_in(agent), f"{page_of(planned)}/move"
    assert f'href="{path}"' in browser.get(page_of(planned)).text
    assert 'value="2026-03-11T10:00"' in browser.get(path).text
    sent = {"planned_at": "2026-03-12T15:00", "planned_minutes": "30"}
    answer = browser.post(path, data=sent)
    assert (answer.location, found(desk)) == (page_of(planned), [("requested", "12. 14:00")])


def test_agent_calls_off_an_appointment(
    desk: Desk, planned: RemoteSession, agent: Person, sign_in: SignIn
) -> None:
    sign_in(agent).post(f"{page_of(planned)}/cancel", data={"reason": "Ill"})
    assert (found(desk), planned.sequence) == ([("cancelled", "11. 09:00")], 1)


def test_calendar_keeps_to_the_agents_own_unless_all_are_wanted(
    planned: RemoteSession, agent: Person, administrator: Person, sign_in: SignIn
) -> None:
    seen = [
        planned.reference in sign_in(person).get(path).text
        for person in (agent, administrator)
        for path in (CALENDAR, f"{CALENDAR}?of=all")
    ]
    assert seen == [True, True, False, True]
    assert "No appointment lies ahead" in sign_in(administrator).get(CALENDAR).text


def test_files_come_as_a_calendars(
    planned: RemoteSession, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    own = f"/remote_support/portal/{planned.reference}/appointment.ics"
    pairs = [
        (agent, f"{CALENDAR}/mine.ics"),
        (agent, f"{page_of(planned)}/appointment.ics"),
        (customer, own),
    ]
    for person, path in pairs:
        answer = sign_in(person).get(path)
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
        assert answer.text.count("BEGIN:VEVENT") == 1


def test_file_holds_the_own_appointments_or_those_of_all(
    plan: Plan, agent: Person, administrator: Person, sign_in: SignIn
) -> None:
    plan("2026-03-11 10:00")
    plan("2026-03-11 11:00", by=administrator)
    browser = sign_in(agent)
    paths = ("mine.ics", "all.ics", "none.ics")
    answers = [browser.get(f"{CALENDAR}/{path}") for path in paths]
    assert [answer.text.count("BEGIN:VEVENT") for answer in answers] == [1, 2, 0]
    assert answers[2].status_code == 404


def test_customer_calls_off_in_the_portal(
    desk: Desk, planned: RemoteSession, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    path = f"/remote_support/portal/{planned.reference}/call-off"
    assert f'action="{path}"' in browser.get("/").text
    page = browser.post(path, follow_redirects=True).text
    assert found(desk) == [("cancelled", "11. 09:00")]
    assert ("The appointment is called off" in page, "Planned remote sessions" in page) == (
        True,
        False,
    )


def test_appointments_of_another_customer_are_not_there(
    desk: Desk, planned: RemoteSession, stranger: Person, sign_in: SignIn
) -> None:
    browser, own = sign_in(stranger), f"/remote_support/portal/{planned.reference}"
    answers = [browser.post(f"{own}/call-off"), browser.get(f"{own}/appointment.ics")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert found(desk) == [("requested", "11. 09:00")]


def test_customer_has_no_pages_of_an_agent(
    planned: RemoteSession, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    paths = (CALENDAR, f"{CALENDAR}/mine.ics", f"{page_of(planned)}/move")
    assert [browser.get(path).status_code for path in paths] == [403, 403, 403]


def test_customer_reads_appointments_in_german(
    desk: Desk, planned: RemoteSession, customer: Person, sign_in: SignIn
) -> None:
    customer.language = "de"
    desk.commit()
    page = sign_in(customer).get("/").text
    wanted = ("Geplante Fernsitzungen", "Mittwoch", "Kalenderdatei", "Zu dieser Zeit finden Sie")
    assert [word in page for word in wanted] == [True] * 4


def test_pages_cost_the_same_however_many_appointments(
    core: Core, plan: Plan, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    pairs = [(sign_in(agent), CALENDAR), (sign_in(customer), "/")]
    counts = []
    for day in (11, 12):
        for hour in (9, 10, 11):
            plan(f"2026-03-{day} {hour:02}:00")
        for browser, path in pairs:
            with recorded(core.engine) as statements:
                assert browser.get(path).status_code == 200
            counts.append(len(statements))
    assert counts[:2] == counts[2:]


@pytest.mark.timeout(300)
def test_every_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], planned: RemoteSession, agent: Person, ticket: Ticket
) -> None:
    pages = [
        CALENDAR,
        f"{CALENDAR}?of=all",
        page_of(planned),
        f"{page_of(planned)}/move",
        f"/remote_support/tickets/{ticket.number}/new",
    ]
    assert_pages_usable(sign_in_page(agent), pages)


@pytest.mark.timeout(300)
def test_customers_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], planned: RemoteSession, customer: Person
) -> None:
    assert_pages_usable(sign_in_page(customer), ["/"])
