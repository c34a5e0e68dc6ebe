# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of programmes and participants, as those see and use them who may."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Product
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import queries
from tresen_pilot_service.models import Participation, Programme

SignIn = Callable[[Person], FlaskClient]
SENT = {
    "title": "Kasse mobile",
    "goal": "Nobody queues.",
    "product_id": "1",
    "version_id": "",
    "starts_on": "2026-03-01",
    "ends_on": "2026-05-31",
    "team_id": "",
}


@pytest.fixture
def boss(administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator."""
    return sign_in(administrator)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pilot_service/", 200),
        ("/pilot_service/1", 200),
        ("/pilot_service/2", 404),
        ("/pilot_service/1/edit", 403),
        ("/pilot_service/1/participants/new", 403),
        ("/pilot_service/participants/1", 200),
        ("/pilot_service/participants/1/edit", 403),
        ("/pilot_service/participants/1/signature", 403),
    ],
)
def test_agents_read_and_change_nothing(
    participation: Participation, agent: Person, sign_in: SignIn, path: str, status: int
) -> None:
    assert sign_in(agent).get(path).status_code == status


@pytest.mark.parametrize("path", ["", "1", "new", "1/edit"])
def test_customers_see_nothing(
    participation: Participation, customer: Person, sign_in: SignIn, path: str
) -> None:
    assert sign_in(customer).get(f"/pilot_service/{path}").status_code == 403


def test_visitors_are_led_to_the_sign_in(client: FlaskClient) -> None:
    assert client.get("/pilot_service/").location == "/sign-in?next=/pilot_service/"


@pytest.mark.parametrize("verb", ["step", "resume"])
def test_agents_may_not_move_or_resume(
    participation: Participation, agent: Person, sign_in: SignIn, verb: str
) -> None:
    path = f"/pilot_service/participants/1/{verb}"
    assert sign_in(agent).post(path).status_code == 403


def test_empty_page_offers_the_first_step_to_who_may_take_it(
    boss: FlaskClient, agent: Person, sign_in: SignIn
) -> None:
    shown = [browser.get("/pilot_service/").text for browser in (boss, sign_in(agent))]
    assert ["No pilot programme yet" in page for page in shown] == [True, True]
    assert ['href="/pilot_service/new"' in page for page in shown] == [True, False]


def test_list_shows_state_and_participants(
    clock: SteppedClock, participation: Participation, administrator: Person, sign_in: SignIn
) -> None:
    boss = sign_in(administrator)
    page = boss.get("/pilot_service/").text
    assert ("Lagerwerk 5" in page, "Running" in page, "ends soon" in page) == (True, True, False)
    clock.go(days=10)
    assert "ends soon" in boss.get("/pilot_service/").text
    clock.go(days=30)
    # The first session is too old by now.
    assert "Finished" in sign_in(administrator).get("/pilot_service/").text


def test_programme_is_begun_by_the_form(desk: Desk, product: Product, boss: FlaskClient) -> None:
    desk.commit()
    answer = boss.post("/pilot_service/new", data=SENT)
    assert (answer.status_code, answer.location) == (302, "/pilot_service/1")
    programme = queries.programme(desk, 1)
    assert (programme.title, programme.version_id, programme.team_id) == (
        "Kasse mobile",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends_on": "2026-02-01"}, "A programme cannot end before it starts."),
        ({"title": ""}, "This field is required."),
        ({"starts_on": "tomorrow"}, "Not a valid date value."),
        ({"product_id": "77"}, "Not a valid choice."),
        ({"team_id": "x"}, "Invalid Choice: could not coerce"),
    ],
)
def test_wrong_form_comes_back_with_what_was_typed(
    desk: Desk, product: Product, boss: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    desk.commit()
    answer = boss.post("/pilot_service/new", data=SENT | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Nobody queues." in answer.text
    assert list(queries.programmes(desk)) == []


def test_programme_is_changed_by_the_form(
    desk: Desk, programme: Programme, boss: FlaskClient
) -> None:
    assert 'value="2026-03-31"' in boss.get("/pilot_service/1/edit").text
    assert boss.post("/pilot_service/1/edit", data=SENT).status_code == 302
    desk.session.expire_all()
    assert queries.programme(desk, 1).title == "Kasse mobile"


def test_refused_change_comes_back_with_its_sentence(
    programme: Programme, boss: FlaskClient
) -> None:
    answer = boss.post("/pilot_service/1/edit", data=SENT | {"ends_on": "2020-01-01"})
    assert (answer.status_code, "cannot end before it starts" in answer.text) == (422, True)


def test_customer_is_invited_once_by_the_form(
    desk: Desk, programme: Programme, customer: Person, contact: Person, boss: FlaskClient
) -> None:
    people = {"contact_id": contact.id, "deputy_id": "", "installation_id": "", "ring": "1"}
    sent = {"organisation_id": "Kunde GmbH", **people}
    assert boss.post("/pilot_service/1/participants/new", data=sent).status_code == 302
    (row,) = queries.participations(desk, 1)
    assert (row.contact_id, row.deputy_id) == (contact.id, None)
    desk.commit()
    again = boss.post("/pilot_service/1/participants/new", data=sent)
    assert again.status_code == 422
    assert "This customer takes part in the programme already." in again.text


def test_contact_is_changed_by_the_form(
    desk: Desk, participation: Participation, deputy: Person, boss: FlaskClient
) -> None:
    page = boss.get("/pilot_service/participants/1/edit").text
    assert (page.count("Carla Contact"), "organisation_id" in page) == (2, False)
    sent = {"contact_id": deputy.id, "deputy_id": "", "installation_id": "", "ring": "1"}
    assert boss.post("/pilot_service/participants/1/edit", data=sent).status_code == 302
    same = boss.post("/pilot_service/participants/1/edit", data=sent | {"deputy_id": deputy.id})
    assert (same.status_code, "must be two people" in same.text) == (422, True)
    desk.session.expire_all()
    assert queries.participation(desk, 1).contact_id == deputy.id


def test_participation_ends_with_a_way_back(
    desk: Desk, participation: Participation, boss: FlaskClient
) -> None:
    path = "/pilot_service/participants/1/step"
    page = boss.post(path, data={"state": "withdrawn"}, follow_redirects=True).text
    assert "Kunde GmbH: Withdrawn." in page
    assert 'action="/pilot_service/participants/1/resume"' in page
    boss.post("/pilot_service/participants/1/resume")
    desk.session.expire_all()
    assert queries.participation(desk, 1).ended_on is None


def test_page_warns_of_customers_that_nobody_cares_for(
    desk: Desk, participation: Participation, contact: Person, deputy: Person, boss: FlaskClient
) -> None:
    sentence = "One customer has no active contact: tickets go to the team."
    assert sentence not in boss.get("/pilot_service/1").text
    for person in (contact, deputy):
        desk.session.get_one(Person, person.id).is_active = False
    desk.commit()
    assert sentence in boss.get("/pilot_service/1").text


def test_pages_speak_german(
    desk: Desk, participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    desk.session.get_one(Person, agent.id).language = "de"
    desk.commit()
    page = sign_in(agent).get("/pilot_service/1").text
    assert [word in page for word in ("Läuft", "02.03.2026 bis 31.03.2026", "Stellvertretung")] == [
        True,
        True,
        True,
    ]
