# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers see what is developed for them, accept it or say what is missing, and nobody else's."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person
from tresen.testing import factories
from tresen_pilot_service.developments import queries, states
from tresen_pilot_service.developments.models import Development
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
Walk = Callable[..., Development]
PILOT = "/pilot_service/portal/1"
ONE = f"{PILOT}/developments/1"


@pytest.fixture
def browser(
    development: Development, participation: Participation, customer: Person, sign_in: SignIn
) -> FlaskClient:
    """Return the browser of the customer for whom it is developed."""
    return sign_in(customer)


@pytest.mark.parametrize("state", list(states.TITLES))
def test_customer_reads_in_plain_words_where_it_stands(
    browser: FlaskClient, walk: Walk, state: str
) -> None:
    walk(state)
    for path in (PILOT, ONE):
        assert str(states.PLAIN[state]) in browser.get(path).text


@pytest.mark.parametrize("state", list(states.TITLES))
def test_customer_is_asked_in_test_only(browser: FlaskClient, walk: Walk, state: str) -> None:
    walk(state)
    asked = 'name="answer" value="accept"' in browser.get(ONE).text
    assert asked == (state == states.IN_TEST)


def test_customer_reads_neither_contract_nor_reasons(browser: FlaskClient, walk: Walk) -> None:
    walk(states.EXEMPT, note="A secret of somebody else.")
    page = browser.get(ONE).text
    assert [word in page for word in ("V-2026-7", "A secret of somebody else.")] == [False, False]


def test_any_person_of_the_customer_accepts(
    desk: Desk, browser: FlaskClient, walk: Walk, customer: Person
) -> None:
    walk(states.IN_TEST)
    answer = browser.post(ONE, data={"words": "Gate 4 follows", "answer": "accept"})
    assert (answer.status_code, answer.location) == (302, PILOT)
    desk.session.expire_all()
    row = queries.development(desk, 1)
    assert (row.state, row.accepted_by_id, row.accepted_on) == (
        "accepted",
        customer.id,
        desk.now().date(),
    )
    assert queries.steps_of(desk, 1)[0].note == "Gate 4 follows"


def test_acceptance_without_words_has_no_reservations(
    desk: Desk, browser: FlaskClient, walk: Walk
) -> None:
    walk(states.IN_TEST)
    browser.post(ONE, data={"words": " ", "answer": "accept"})
    assert queries.steps_of(desk, 1)[0].note == "Accepted without reservations."


def test_missing_things_lead_back_to_development(
    desk: Desk, browser: FlaskClient, walk: Walk
) -> None:
    walk(states.IN_TEST)
    browser.post(ONE, data={"words": "Gate 4 sleeps", "answer": "missing"})
    last = queries.steps_of(desk, 1)[0]
    assert (last.state, last.note) == ("in_development", "Gate 4 sleeps")


def test_missing_things_have_to_be_named(desk: Desk, browser: FlaskClient, walk: Walk) -> None:
    walk(states.IN_TEST)
    answer = browser.post(ONE, data={"words": " ", "answer": "missing"})
    assert (answer.status_code, "Say what is missing" in answer.text) == (422, True)
    assert queries.development(desk, 1).state == "in_test"


def test_late_answer_keeps_its_words(desk: Desk, browser: FlaskClient, walk: Walk) -> None:
    walk(states.ACCEPTED)
    answer = browser.post(ONE, data={"words": "Gate 4 sleeps", "answer": "missing"})
    assert (answer.status_code, "It is not in test any more" in answer.text) == (422, True)
    assert "Gate 4 sleeps</textarea>" in answer.text


def test_too_long_words_come_back(desk: Desk, browser: FlaskClient, walk: Walk) -> None:
    walk(states.IN_TEST)
    answer = browser.post(ONE, data={"words": "x" * 5001, "answer": "accept"})
    assert (answer.status_code, "x" * 5001 in answer.text) == (422, True)
    assert queries.development(desk, 1).state == "in_test"


@pytest.mark.parametrize("method", ["get", "post"])
def test_development_of_another_customer_is_not_there(
    desk: Desk, walk: Walk, participation: Participation, sign_in: SignIn, method: str
) -> None:
    other = Organisation(name="Fern", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    stranger = factories.make_customer(desk, "Stefan", "stefan@fern.example", other)
    own = Participation(
        programme_id=participation.programme_id,
        organisation_id=other.id,
        created_at=desk.now(),
    )
    desk.session.add(own)
    walk(states.IN_TEST)
    browser = sign_in(stranger)
    paths = [ONE, f"/pilot_service/portal/{own.id}/developments/1"]
    data = {"answer": "accept"} if method == "post" else None
    found = [browser.open(path, method=method.upper(), data=data).status_code for path in paths]
    assert found == [404, 404]
    assert queries.development(desk, 1).state == "in_test"


def test_customer_without_developments_reads_of_none(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    assert "Developed for you" not in sign_in(customer).get(PILOT).text


def test_german_customer_reads_german(desk: Desk, browser: FlaskClient, walk: Walk) -> None:
    walk(states.IN_TEST)
    page = browser.get(ONE, headers={"Accept-Language": "de"}).text
    words = ("Abnahme erklären", "Es fehlt etwas", "Wir warten auf Ihre Abnahme.")
    assert [word in page for word in words] == [True, True, True]
