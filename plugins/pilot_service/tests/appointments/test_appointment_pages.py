# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both sides' pages of appointments, and what the other customers never see of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Organisation, Person, rows_of
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service.appointments import queries, service, states
from tresen_pilot_service.appointments.models import Appointment
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
Fields = Callable[..., dict[str, Any]]
HOME = "/pilot_service/portal/1"
ASKED = {"time": "2026-03-11T11:00", "minutes": "30", "number": "0151 1", "wish": "Help"}
OFFER = {
    "first": "2026-03-11T10:00",
    "second": "2026-03-12T10:00",
    "third": "",
    "minutes": "30",
    "number": "",
    "wish": "The import",
}


@pytest.fixture
def stranger(desk: Desk) -> Person:
    """Return a customer of an organisation that takes no part."""
    other = Organisation(name="Fernlager GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    made = factories.make_customer(desk, "Stefan Stranger", "stefan@fern.example", other)
    desk.commit()
    return made


def found(desk: Desk) -> list[str]:
    """Return the state of each appointment."""
    desk.session.expire_all()
    states_ = [each["state"] for each in rows_of(desk, Appointment)]
    desk.commit()
    return states_


def test_agent_offers_times_by_the_form(
    desk: Desk, row: Participation, contact: Person, sign_in: SignIn
) -> None:
    browser = sign_in(contact)
    path = "/pilot_service/participants/1/appointments"
    assert "On the clock of Europe/Berlin." in browser.get(path).text
    answer = browser.post(path, data=OFFER | {"agent_id": str(contact.id)})
    assert (answer.status_code, found(desk)) == (302, ["offered", "offered"])
    page = browser.get("/pilot_service/participants/1").text
    assert ("Wednesday, 3/11/26, 10:00" in page, "Times are those of" in page) == (True, True)


def test_refused_offer_keeps_what_was_typed(
    desk: Desk, row: Participation, contact: Person, sign_in: SignIn
) -> None:
    sent = OFFER | {"agent_id": str(contact.id), "first": "2026-03-14T10:00"}
    answer = sign_in(contact).post("/pilot_service/participants/1/appointments", data=sent)
    said = "Monday to Friday, 08:00 to 18:00 (Europe/Berlin)" in answer.text
    assert (answer.status_code, said, found(desk)) == (422, True, [])
    assert 'value="2026-03-14T10:00"' in answer.text


def test_customer_asks_in_the_portal(
    desk: Desk, row: Participation, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    assert f'href="{HOME}/appointments"' in browser.get(HOME).text
    assert "On the clock of Europe/Berlin." in browser.get(f"{HOME}/appointments").text
    answer = browser.post(f"{HOME}/appointments", data=ASKED)
    assert (answer.status_code, answer.location, found(desk)) == (302, HOME, ["requested"])
    assert "Asked for" in browser.get(HOME).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"time": "2026-03-11T20:00"}, "Choose a time within the hours of support"),
        ({"time": "soon"}, "Not a valid datetime value."),
        ({"minutes": "4"}, "Number must be between 5 and 480."),
        ({"wish": ""}, "This field is required."),
    ],
)
def test_wrong_wish_comes_back_with_what_was_typed(
    row: Participation, customer: Person, sign_in: SignIn, wrong: dict[str, str], sentence: str
) -> None:
    answer = sign_in(customer).post(f"{HOME}/appointments", data=ASKED | wrong)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'value="0151 1"' in answer.text


@pytest.mark.parametrize("state", ["confirmed", "declined"])
def test_customer_answers_an_offer(
    desk: Desk, offered: Appointment, customer: Person, sign_in: SignIn, state: str
) -> None:
    path = f"/pilot_service/portal/appointments/{offered.id}/step"
    answer = sign_in(customer).post(path, data={"state": state})
    assert (answer.location, found(desk)) == (HOME, [state])


def test_customer_cannot_take_an_agents_step(
    desk: Desk, offered: Appointment, customer: Person, sign_in: SignIn
) -> None:
    path = f"/pilot_service/portal/appointments/{offered.id}/step"
    browser = sign_in(customer)
    page = browser.post(path, data={"state": "held"}, follow_redirects=True).text
    assert ("This step is not open" in page, found(desk)) == (True, ["offered"])


def test_agent_confirms_what_was_asked_for(
    desk: Desk, requested: Appointment, contact: Person, sign_in: SignIn
) -> None:
    browser = sign_in(contact)
    assert "Help" in browser.get("/pilot_service/appointments").text
    browser.post(f"/pilot_service/appointments/{requested.id}/step", data={"state": "confirmed"})
    assert found(desk) == ["confirmed"]


def test_agent_notes_that_it_was_held_in_one_step(
    desk: Desk, clock: SteppedClock, offered: Appointment, contact: Person, sign_in: SignIn
) -> None:
    whole = queries.appointment(desk, offered.id)
    service.step(desk, whole, states.CONFIRMED, states.CUSTOMER_STEPS)
    desk.commit()
    clock.go(days=1)
    browser, path = sign_in(contact), f"/pilot_service/appointments/{offered.id}/held"
    assert f'href="{path}"' in browser.get("/pilot_service/appointments").text
    assert 'value="30"' in browser.get(path).text
    answer = browser.post(path, data={"minutes": "20", "note": "Done."})
    assert (answer.status_code, found(desk)) == (302, ["held"])
    assert "40 minutes of 60 are left" in browser.get("/pilot_service/participants/1").text


def test_list_keeps_to_the_agents_own_unless_all_are_wanted(
    offered: Appointment, contact: Person, deputy: Person, sign_in: SignIn
) -> None:
    paths = ("/pilot_service/appointments", "/pilot_service/appointments?of=all")
    seen = [
        "The import" in sign_in(person).get(path).text
        for person in (contact, deputy)
        for path in paths
    ]
    assert seen == [True, True, False, True]


def test_offer_that_passed_is_listed_no_more(
    clock: SteppedClock, offered: Appointment, contact: Person, sign_in: SignIn
) -> None:
    clock.go(days=2)
    assert "No appointment lies ahead" in sign_in(contact).get("/pilot_service/appointments").text


def test_file_comes_as_a_calendars(
    offered: Appointment, customer: Person, contact: Person, sign_in: SignIn
) -> None:
    for person, path in ((contact, "appointments/1.ics"), (customer, "portal/appointments/1.ics")):
        answer = sign_in(person).get(f"/pilot_service/{path}")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
        assert answer.text.startswith("BEGIN:VCALENDAR\r\n")


def test_appointments_of_another_customer_are_not_there(
    desk: Desk, offered: Appointment, stranger: Person, sign_in: SignIn
) -> None:
    browser, one = sign_in(stranger), "/pilot_service/portal/appointments/1"
    answers = [
        browser.get(f"{one}.ics"),
        browser.post(f"{one}/step", data={"state": "confirmed"}),
        browser.get(f"{HOME}/appointments"),
        browser.post(f"{HOME}/appointments", data=ASKED),
        browser.get("/pilot_service/portal/appointments/9.ics"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert found(desk) == ["offered"]


def test_customer_has_no_pages_of_an_agent(
    offered: Appointment, customer: Person, sign_in: SignIn
) -> None:
    browser, one = sign_in(customer), "/pilot_service/appointments"
    answers = [
        browser.get(one),
        browser.get(f"{one}/1.ics"),
        browser.get(f"{one}/1/held"),
        browser.post(f"{one}/1/step", data={"state": "confirmed"}),
        browser.get("/pilot_service/participants/1/appointments"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


def test_customer_reads_appointments_in_german(
    desk: Desk, offered: Appointment, customer: Person, sign_in: SignIn
) -> None:
    customer.language = "de"
    desk.commit()
    page = sign_in(customer).get(HOME).text
    wanted = ("Angeboten", "Mittwoch", "Termin anfragen", "Die Zeiten gelten in Europe/Berlin.")
    assert [word in page for word in wanted] == [True] * 4


def test_pages_cost_the_same_however_many_appointments(
    desk: Desk,
    core: Core,
    row: Participation,
    fields: Fields,
    contact: Person,
    sign_in: SignIn,
) -> None:
    browser, counts = sign_in(contact), []
    paths = ("/pilot_service/appointments", "/pilot_service/participants/1")
    for turn in range(2):
        day = datetime.fromisoformat("2026-03-11 08:00") + timedelta(days=turn)
        times = [day + timedelta(hours=number) for number in range(5)]
        service.offer(desk, row, fields(times=times))
        desk.commit()
        for path in paths:
            with recorded(core.engine) as statements:
                assert browser.get(path).status_code == 200
            counts.append(len(statements))
    assert counts[:2] == counts[2:]


@pytest.mark.timeout(300)
def test_every_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], offered: Appointment, administrator: Person
) -> None:
    pages = [
        "/pilot_service/1/perks",
        "/pilot_service/participants/1",
        "/pilot_service/participants/1/minutes",
        "/pilot_service/participants/1/appointments",
        "/pilot_service/appointments?of=all",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)


@pytest.mark.timeout(300)
def test_every_page_of_a_customer_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], offered: Appointment, customer: Person
) -> None:
    assert_pages_usable(sign_in_page(customer), [HOME, f"{HOME}/appointments"])
