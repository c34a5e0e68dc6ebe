# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes of remote support are booked on the quota, and never quietly beyond it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Organisation, Person, Refused, Ticket, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import hooks, steps
from tresen_pilot_service import service as programmes
from tresen_pilot_service.minutes import queries, service
from tresen_pilot_service.minutes.models import Booking
from tresen_pilot_service.minutes.queries import Account
from tresen_pilot_service.models import Base, Participation
from tresen_pilot_service.perks import service as perks_service

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/participants/1/minutes"
TODAY = date(2026, 3, 10)
SENT = {"minutes": "20", "worked_on": "2026-03-10", "note": "Set up a printer."}


def fields(minutes: int = 20, **given: Any) -> dict[str, Any]:
    """Return the fields of a booking of today."""
    usual = {"note": "Set up a printer.", "ticket_number": None, "beyond": False}
    return {"minutes": minutes, "worked_on": TODAY} | usual | given


def set_quota(desk: Desk, row: Participation, minutes: int | None) -> None:
    """Give each participant so many minutes."""
    none = dict.fromkeys(("answer_minutes", "solve_minutes", "support_from", "support_to"))
    rest: dict[str, Any] = {"support_days": [], "direct_line": "", "remote_minutes": minutes}
    perks_service.keep_perks(desk, row.programme, none | rest)
    desk.commit()


@pytest.fixture
def row(desk: Desk, participation: Participation) -> Participation:
    """Return a participation with an hour of remote support."""
    set_quota(desk, participation, 60)
    return participation


@pytest.fixture
def stranger(desk: Desk) -> Person:
    """Return a customer of an organisation that takes no part."""
    other = Organisation(name="Fernlager GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    made = factories.make_customer(desk, "Stefan Stranger", "stefan@fern.example", other)
    desk.commit()
    return made


def split(desk: Desk) -> list[tuple[int, int]]:
    """Return the minutes on the quota and beyond it of each booking."""
    return [(each["within"], each["beyond"]) for each in rows_of(desk, Booking)]


def test_booking_counts_on_the_quota(desk: Desk, row: Participation) -> None:
    service.book(desk, row, fields(20))
    assert queries.account(desk, row) == Account(quota=60, used=20, beyond=0)
    assert (queries.used(desk, [1, 2]), queries.left(desk, row)) == ({1: 20}, 40)


def test_last_minute_of_the_quota_can_be_booked(desk: Desk, row: Participation) -> None:
    service.book(desk, row, fields(60))
    assert (split(desk), queries.left(desk, row)) == ([(60, 0)], 0)


def test_booking_that_passes_the_quota_says_what_is_left(desk: Desk, row: Participation) -> None:
    service.book(desk, row, fields(40))
    with pytest.raises(Refused, match="20 minutes of the quota are left: tick"):
        service.book(desk, row, fields(21))
    service.book(desk, row, fields(19))
    with pytest.raises(Refused, match="One minute of the quota is left"):
        service.book(desk, row, fields(2))
    assert split(desk) == [(40, 0), (19, 0)]


def test_booking_that_passes_the_quota_is_split(desk: Desk, row: Participation) -> None:
    service.book(desk, row, fields(40))
    service.book(desk, row, fields(30, beyond=True))
    assert (split(desk), queries.left(desk, row)) == ([(40, 0), (20, 10)], 0)


def test_nothing_is_left_of_a_used_quota(desk: Desk, row: Participation) -> None:
    service.book(desk, row, fields(60))
    with pytest.raises(Refused, match="Nothing is left of the quota"):
        service.book(desk, row, fields(1))
    service.book(desk, row, fields(1, beyond=True))
    assert split(desk) == [(60, 0), (0, 1)]


def test_ticked_box_books_nothing_beyond_a_quota_that_holds_it(
    desk: Desk, row: Participation
) -> None:
    service.book(desk, row, fields(20, beyond=True))
    assert split(desk) == [(20, 0)]


def test_without_a_quota_there_is_no_limit(desk: Desk, row: Participation) -> None:
    set_quota(desk, row, None)
    service.book(desk, row, fields(900))
    assert (split(desk), queries.left(desk, row)) == ([(900, 0)], None)


def test_quota_that_is_cut_later_leaves_nothing_and_never_less(
    desk: Desk, row: Participation
) -> None:
    service.book(desk, row, fields(40))
    set_quota(desk, row, 30)
    assert queries.left(desk, row) == 0


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 2, 10)])
def test_booking_outside_the_phase_is_refused(desk: Desk, row: Participation, day: date) -> None:
    with pytest.raises(Refused, match="The pilot does not run for this customer on that day"):
        service.book(desk, row, fields(worked_on=day))


def test_booking_after_the_phase_is_refused(
    desk: Desk, clock: SteppedClock, row: Participation
) -> None:
    clock.go(days=22)
    with pytest.raises(Refused, match="does not run for this customer on that day"):
        service.book(desk, row, fields(worked_on=date(2026, 4, 1)))


def test_booking_for_who_left_is_refused(desk: Desk, row: Participation) -> None:
    programmes.move(desk, row, steps.WITHDRAWN)
    with pytest.raises(Refused, match="does not run for this customer on that day"):
        service.book(desk, row, fields())


def test_nothing_is_booked_for_tomorrow(desk: Desk, row: Participation) -> None:
    with pytest.raises(Refused, match="a day that is still to come"):
        service.book(desk, row, fields(worked_on=date(2026, 3, 11)))


def test_booking_names_a_ticket_of_the_customer(
    desk: Desk, row: Participation, customer: Person, stranger: Person
) -> None:
    own, other = (factories.make_ticket(desk, who) for who in (customer, stranger))
    made = service.book(desk, row, fields(ticket_number=own.number))
    assert made.ticket_id == own.id
    with pytest.raises(Refused, match="This ticket is not the customer's"):
        service.book(desk, row, fields(ticket_number=other.number))
    with pytest.raises(Refused, match="There is no ticket 99 here"):
        service.book(desk, row, fields(ticket_number=99))


def test_correction_leaves_a_journal_entry(desk: Desk, row: Participation) -> None:
    made = service.book(desk, row, fields(20))
    service.correct(desk, row, made, fields(50, note="Set up two."))
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    asked = select(entry.action, entry.field, entry.old, entry.new)
    found = desk.session.execute(asked.where(entry.subject_kind == service.BOOKING))
    assert sorted(tuple(each) for each in found) == [
        ("booked", "minutes", None, 20),
        ("changed", "note", "Set up a printer.", "Set up two."),
        ("changed", "within", 20, 50),
    ]


def test_correction_counts_the_quota_without_itself(desk: Desk, row: Participation) -> None:
    made = service.book(desk, row, fields(50))
    service.correct(desk, row, made, fields(60))
    with pytest.raises(Refused, match="60 minutes of the quota are left"):
        service.correct(desk, row, made, fields(61))
    service.correct(desk, row, made, fields(61, beyond=True))
    assert split(desk) == [(60, 1)]


def test_sums_cost_one_statement(desk: Desk, core: Core, row: Participation) -> None:
    service.book(desk, row, fields())
    desk.session.flush()
    with recorded(core.engine) as statements:
        queries.used(desk, [1, 2, 3])
    assert len(statements) == 1


def test_form_books_and_the_page_shows_it(
    desk: Desk, row: Participation, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    answer = browser.post(PAGE, data=SENT)
    assert (answer.status_code, answer.location) == (302, "/pilot_service/participants/1")
    page = browser.get("/pilot_service/participants/1").text
    wanted = ("40 minutes of 60 are left", 'value="20" max="60"', "Set up a printer.")
    assert [word in page for word in wanted] == [True, True, True]


def test_form_begins_with_today_and_the_ticket(
    row: Participation, agent: Person, sign_in: SignIn
) -> None:
    page = sign_in(agent).get(f"{PAGE}?ticket=10001").text
    assert ('value="2026-03-10"' in page, 'value="10001"' in page) == (True, True)


def test_ticket_of_a_pilot_leads_to_the_form(
    desk: Desk, row: Participation, customer: Person, agent: Person, sign_in: SignIn
) -> None:
    ticket: Ticket = factories.make_ticket(desk, customer)
    desk.commit()
    page = sign_in(agent).get(f"/tickets/{ticket.number}").text
    assert page.count(f'href="{PAGE}?ticket={ticket.number}"') == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"minutes": "61"}, "60 minutes of the quota are left"),
        ({"minutes": "0"}, "Number must be between 1 and 1440."),
        ({"minutes": ""}, "This field is required."),
        ({"worked_on": "2026-03-11"}, "a day that is still to come."),
        ({"ticket_number": "99"}, "There is no ticket 99 here"),
        ({"note": "x" * 2001}, "Field cannot be longer than 2000 characters."),
    ],
)
def test_wrong_booking_comes_back_with_what_was_typed(
    desk: Desk,
    row: Participation,
    agent: Person,
    sign_in: SignIn,
    wrong: dict[str, str],
    sentence: str,
) -> None:
    sent = SENT | wrong
    answer = sign_in(agent).post(PAGE, data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (sent["note"] in answer.text, split(desk)) == (True, [])


def test_form_corrects(desk: Desk, row: Participation, agent: Person, sign_in: SignIn) -> None:
    service.book(desk, row, fields())
    desk.commit()
    browser = sign_in(agent)
    assert 'value="20"' in browser.get("/pilot_service/minutes/1").text
    assert (
        browser.post("/pilot_service/minutes/1", data=SENT | {"minutes": "15"}).status_code == 302
    )
    desk.session.expire_all()
    assert split(desk) == [(15, 0)]
    desk.commit()
    assert browser.get("/pilot_service/minutes/9").status_code == 404


def test_customer_books_nothing_and_reads_everything(
    desk: Desk, row: Participation, customer: Person, sign_in: SignIn
) -> None:
    service.book(desk, row, fields(70, beyond=True))
    desk.commit()
    browser = sign_in(customer)
    refused = [browser.post(path, data=SENT) for path in (PAGE, "/pilot_service/minutes/1")]
    assert [answer.status_code for answer in refused] == [403, 403]
    page = browser.get("/pilot_service/portal/1").text
    wanted = ("0 minutes of 60 are left", "10 minutes were given beyond", "Set up a printer.")
    assert [word in page for word in wanted] == [True, True, True]


def test_customer_reads_after_the_phase_what_was_done_and_no_quota(
    desk: Desk, clock: SteppedClock, row: Participation, customer: Person, sign_in: SignIn
) -> None:
    service.book(desk, row, fields())
    desk.commit()
    clock.go(days=22)
    page = sign_in(customer).get("/pilot_service/portal/1").text
    assert ("Set up a printer." in page, "<progress" in page) == (True, False)


def test_pages_cost_the_same_however_much_was_booked(
    desk: Desk, core: Core, row: Participation, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    places = ((agent, "/pilot_service/participants/1"), (customer, "/pilot_service/portal/1"))
    browsers = [(sign_in(person), path) for person, path in places]
    counts = []
    for _time in range(2):
        for number in range(3):
            ticket = factories.make_ticket(desk, customer, subject=str(number))
            service.book(desk, row, fields(1, ticket_number=ticket.number))
        desk.commit()
        for browser, path in browsers:
            with recorded(core.engine) as statements:
                assert browser.get(path).status_code == 200
            counts.append(len(statements))
    assert counts[:2] == counts[2:]


def test_agent_is_told_of_bookings_and_forgotten(
    desk: Desk, row: Participation, contact: Person, customer: Person
) -> None:
    made = service.book(desk, row, fields(note="Carla Contact helped Karla Kundin."))
    made.person_id = contact.id
    desk.session.flush()
    found = {str(each.title): each.rows for each in hooks.personal_data(desk, contact)}
    note = "Carla Contact helped Karla Kundin."
    told = {"participation_id": 1, "worked_on": TODAY, "minutes": 20, "note": note}
    assert found["Remote support in pilots"] == [told]
    factories.erase_person(desk, contact)
    factories.erase_person(desk, customer)
    (kept,) = rows_of(desk, Booking)
    assert (kept["person_id"], kept["note"], kept["within"]) == (None, "[…] helped […].", 20)
