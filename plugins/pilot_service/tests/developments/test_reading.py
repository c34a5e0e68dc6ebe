# SPDX-License-Identifier: AGPL-3.0-or-later
"""Developments read in both languages and at any hour, and what strangers typed does no harm."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, Product, Refused, Ticket
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service.developments import bookings, checks, people, queries, service, states
from tresen_pilot_service.developments.models import Development, DevelopmentBooking
from tresen_pilot_service.developments.queries import Wanted
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
LIST = "/pilot_service/developments/"
ONE = f"{LIST}1"
GERMAN = {"Accept-Language": "de"}
ATTACK = '<script>alert(1)</script><b title="x">'

STATES_IN_GERMAN = {
    states.REQUESTED: "Gewünscht",
    states.SPECIFIED: "Spezifiziert",
    states.AGREED: "Vertraglich vereinbart",
    states.IN_DEVELOPMENT: "In Entwicklung",
    states.IN_TEST: "Im Test beim Kunden",
    states.ACCEPTED: "Vom Kunden abgenommen",
    states.DEPLOYED: "Ausgeliefert",
    states.GIVEN_BACK: "Zurückgeführt",
    states.EXEMPT: "Nicht zurückzuführen",
    states.DECLINED: "Von uns abgelehnt",
    states.ABANDONED: "Abgebrochen",
}


@pytest.mark.parametrize("state", list(states.TITLES))
def test_state_reads_in_german(boss: FlaskClient, walk: Walk, state: str) -> None:
    walk(state)
    for path in (LIST, ONE):
        assert f">{STATES_IN_GERMAN[state]}</span>" in boss.get(path, headers=GERMAN).text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (LIST, ("Entwicklungen", "Neue Entwicklung", "Nur überfällige", "Rückstand")),
        (f"{LIST}new", ("Ausgangsversion", "Ohne Vertrag", "Leitender Entwickler")),
        (ONE, ("Stunden", "Ansprechpartner des Kunden", "Ort des Quelltexts", "Verlauf")),
        (f"{ONE}/people/new", ("Nimmt für den Kunden ab", "Von uns", "Prüfer")),
        (f"{ONE}/hours/new", ("Über den Vertrag hinaus", "Was getan wurde")),
        (f"{ONE}/steps/declined", ("Grund", "Ablehnen")),
    ],
)
def test_page_reads_in_german(boss: FlaskClient, path: str, words: tuple[str, ...]) -> None:
    page = boss.get(path, headers=GERMAN).text
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (ONE, "Zurückzuführen bis 9. April 2026."),
        (LIST, "Zurückzuführen bis 09.04.2026"),
    ],
)
def test_reminder_reads_in_german(boss: FlaskClient, walk: Walk, path: str, words: str) -> None:
    walk(states.DEPLOYED)
    assert words in boss.get(path, headers=GERMAN).text


def test_refusal_reads_in_german(boss: FlaskClient) -> None:
    given = {"day": "2026-03-11", "note": ""}
    answer = boss.post(f"{ONE}/steps/specified", data=given, headers=GERMAN)
    assert (answer.status_code, "Dieser Tag liegt in der Zukunft." in answer.text) == (422, True)


@pytest.fixture
def attacked(
    desk: Desk,
    development: Development,
    participation: Participation,
    ticket: Ticket,
    agent: Person,
) -> None:
    """Let every text of the development be an attack."""
    for name in ("title", "description", "contract", "source", "licence", "exempt_reason"):
        setattr(development, name, ATTACK)
    development.accepted_by_name, development.accepted_on = ATTACK, date(2026, 3, 9)
    development.roadmap_url = development.public_url = f"https://a.example/{ATTACK}"
    development.state = states.IN_TEST
    queries.steps_of(desk, 1)[0].note = ATTACK
    booked = {"person_id": agent.id, "booked_on": date(2026, 3, 9), "minutes": 60, "what": ATTACK}
    desk.session.add(
        DevelopmentBooking(development_id=1, **booked, is_beyond=True, beyond_reason=ATTACK)
    )
    service.link(desk, development, ticket)
    desk.commit()


@pytest.mark.usefixtures("attacked")
@pytest.mark.parametrize("path", [LIST, ONE, f"{ONE}/edit", f"{ONE}/hours/1", "ticket", "customer"])
def test_typed_text_is_shown_as_text(
    administrator: Person, sign_in: SignIn, ticket: Ticket, path: str, customer: Person
) -> None:
    known = {
        "ticket": f"/tickets/{ticket.number}",
        "customer": f"/people/organisations/{customer.organisation_id}",
    }
    page = sign_in(administrator).get(known.get(path, path)).text
    assert (ATTACK in page, "&lt;script&gt;alert(1)" in page) == (False, True)


@pytest.mark.usefixtures("attacked")
@pytest.mark.parametrize("path", ["", "/developments/1"])
def test_typed_text_is_shown_to_customers_as_text(
    customer: Person, sign_in: SignIn, path: str
) -> None:
    page = sign_in(customer).get(f"/pilot_service/portal/1{path}").text
    assert (ATTACK in page, "&lt;script&gt;alert(1)" in page) == (False, True)


@pytest.mark.parametrize(
    ("hour", "is_to_come"),
    [(22, True), (23, False)],
)
def test_day_is_the_operators(desk: Desk, clock: SteppedClock, hour: int, is_to_come: bool) -> None:
    # Midnight in Berlin is 23:00 in UTC.
    clock.moment = datetime(2026, 3, 10, hour, 0, tzinfo=UTC)
    tomorrow = date(2026, 3, 11)
    if not is_to_come:
        checks.demand_past(desk, tomorrow)
        return
    with pytest.raises(Refused, match="This day is still to come"):
        checks.demand_past(desk, tomorrow)


@pytest.mark.parametrize(("hour", "found"), [(21, 0), (22, 1)])
def test_overdue_begins_at_the_operators_midnight(
    desk: Desk, walk: Walk, clock: SteppedClock, hour: int, found: int
) -> None:
    walk(states.DEPLOYED)
    # In April midnight in Berlin is 22:00 in UTC; the last day is 9 April.
    clock.moment = datetime(2026, 4, 9, hour, 0, tzinfo=UTC)
    assert len(queries.developments(desk, Wanted(is_overdue=True))) == found
    assert queries.figures(desk).overdue == found


def test_customers_and_products_of_developments_are_offered_by_name(
    desk: Desk, development: Development, development_values: Values, product: Product
) -> None:
    for name in ("Zeder AG", "Ahorn AG"):
        other = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(other)
        desk.session.flush()
        if name == "Ahorn AG":
            service.begin(desk, development_values(organisation_id=other.id))
    assert [row.name for row in queries.customers(desk)] == ["Ahorn AG", "Kunde GmbH"]
    assert [row.name for row in queries.developed_products(desk)] == [product.name]


def test_nobody_has_no_developments(desk: Desk, development: Development) -> None:
    assert queries.of_organisation(desk, None) == []


def test_developments_of_an_organisation_are_its_own(
    desk: Desk, development: Development, customer: Person
) -> None:
    found = queries.of_organisation(desk, customer.organisation_id)
    assert [row.id for row in found] == [development.id]
    assert list(queries.of_organisation(desk, 999)) == []


def test_people_stand_by_their_parts(
    desk: Desk, development: Development, deputy: Person, agent: Person, customer: Person
) -> None:
    from_last = (
        (customer.id, states.ACCEPTOR),
        (agent.id, states.REVIEWER),
        (deputy.id, states.DEVELOPER),
    )
    for person_id, part in from_last:
        people.add(desk, development, person_id, part)
    parts = [each.part for each in queries.people_in(desk, development.id)]
    assert parts == ["lead", "developer", "reviewer", "contact", "acceptor"]


def test_hours_stand_by_their_day(desk: Desk, development: Development, agent: Person) -> None:
    for day in (3, 9, 5):
        values = {"person_id": agent.id, "booked_on": date(2026, 3, day), "hours": Decimal(1)}
        more = {"what": "Gate", "is_beyond": False, "beyond_reason": ""}
        bookings.book(desk, development, values | more)
    found = [each.booked_on.day for each in queries.bookings_of(desk, development.id)]
    assert found == [9, 5, 3]


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0:00 h"), (15, "0:15 h"), (60, "1:00 h"), (6045, "100:45 h")]
)
def test_minutes_read_as_hours(minutes: int, text: str) -> None:
    assert bookings.as_hours(minutes) == text
