# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is refused about people and teams, on the pages and in REST, in English and German."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.access import tokens
from tresen.desk import Desk
from tresen.people import service
from tresen.people.models import EmailAddress, Organisation, Person, Team

SignIn = Callable[[Person], FlaskClient]
NEEDED = {"en": "This field is required.", "de": "Dieses Feld wird benötigt."}
TAKEN = {"en": "There is a team Service already.", "de": "Es gibt bereits ein Team Service."}


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest, desk: Desk, administrator: Person) -> str:
    """Return the language that the administrator reads."""
    desk.session.get_one(Person, administrator.id).language = request.param
    desk.commit()
    return str(request.param)


@pytest.fixture
def boss(language: str, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of the administrator."""
    return sign_in(administrator)


@pytest.fixture
def team(desk: Desk, agent: Person) -> Team:
    """Return the team Service, in which the agent is."""
    made = service.add_team(desk, "Service", [agent])
    desk.commit()
    return made


@pytest.fixture
def api(app: Flask, desk: Desk, administrator: Person) -> Callable[..., Any]:
    """Return a function that calls REST with the administrator's token."""
    key = tokens.make_token(desk, administrator, "test", ["people.read", "people.change"])
    desk.commit()
    head = {"Authorization": f"Bearer {key}"}
    return lambda method, path, body: app.test_client().open(
        path, method=method, json=body, headers=head
    )


@pytest.mark.parametrize("name", ["   ", "\t"])
@pytest.mark.parametrize(
    "path", ["/teams/new", "/people/organisations/new", "/people/new", "/people/1/edit"]
)
def test_name_of_nothing_but_spaces_is_none(
    customer: Person, boss: FlaskClient, desk: Desk, language: str, path: str, name: str
) -> None:
    answer = boss.post(path, data={"name": name, "address": "nora@neu.example"})
    assert (answer.status_code, answer.text.count(NEEDED[language]) > 0) == (422, True)
    assert desk.session.scalars(select(Team)).all() == []
    assert desk.session.scalars(select(Organisation.name)).all() == ["Kunde GmbH"]


@pytest.mark.parametrize("name", ["Service", " Service "])
def test_team_of_a_taken_name_is_refused_and_keeps_what_was_ticked(
    team: Team, agent: Person, boss: FlaskClient, desk: Desk, language: str, name: str
) -> None:
    sent = {"name": name, "is_restricted": "y", "members": [str(agent.id)]}
    answer = boss.post("/teams/new", data=sent)
    assert (answer.status_code, answer.text.count(TAKEN[language]) > 0) == (422, True)
    assert answer.text.count(" checked") == 2
    assert desk.session.scalars(select(Team.name)).all() == ["Service"]


def test_team_that_is_gone_is_missing_in_the_readers_language(
    boss: FlaskClient, language: str
) -> None:
    sentence = {"en": "There is no team 77 here.", "de": "Hier gibt es kein Team 77."}[language]
    answers = [boss.get("/teams/77"), boss.post("/teams/77", data={"name": "X"})]
    found = [(answer.status_code, answer.text.count(sentence) > 0) for answer in answers]
    assert found == [(404, True)] * 2


def test_saved_team_is_confirmed_in_the_readers_language(
    team: Team, boss: FlaskClient, language: str
) -> None:
    boss.post(f"/teams/{team.id}", data={"name": "Second", "members": []})
    sentence = {"en": "The team Second is saved.", "de": "Das Team Second ist gespeichert."}
    assert boss.get("/teams/").text.count(sentence[language]) == 1


@pytest.mark.parametrize("field", ["name", "job_title", "phone"])
def test_text_longer_than_its_column_is_refused_with_its_limit(
    boss: FlaskClient, desk: Desk, language: str, field: str
) -> None:
    limit = {"name": 200, "job_title": 120, "phone": 60}[field]
    sent = {"name": "Nora", "address": "nora@neu.example", field: "x" * (limit + 1)}
    answer = boss.post("/people/new", data=sent)
    sentence = {
        "en": f"Field cannot be longer than {limit} characters.",
        "de": f"Feld kann nicht länger als {limit} Zeichen sein.",
    }[language]
    assert (answer.status_code, answer.text.count(sentence) > 0) == (422, True)
    assert boss.post("/people/new", data=sent | {field: "x" * limit}).status_code == 302


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("people/1", {"organisation_id": 77}, (422, "There is no organisation 77.")),
        ("people/99", {"name": "K"}, (404, "There is no person 99 here.")),
        ("organisations/99", {"name": "K"}, (404, "There is no organisation 99 here.")),
    ],
)
@pytest.mark.usefixtures("customer", "language")
def test_rest_refuses_in_english_whatever_language_is_read(
    api: Callable[..., Any], path: str, body: dict[str, Any], refusal: tuple[int, str]
) -> None:
    answer = api("PATCH", f"/api/v1/{path}", body)
    assert (answer.status_code, answer.json["detail"]) == refusal


@pytest.mark.parametrize(
    "body",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"phone": "1" * 61},
        {"language": "tlh"},
        {"organisation_id": 0},
        {"organisation_id": 2**31},
        {"address": "new@kunde.example"},
    ],
)
def test_rest_keeps_a_person_whose_change_is_wrong(
    desk: Desk, customer: Person, api: Callable[..., Any], body: dict[str, Any]
) -> None:
    before = api("GET", f"/api/v1/people/{customer.id}", None).json
    answer = api("PATCH", f"/api/v1/people/{customer.id}", {"job_title": "Boss"} | body)
    assert answer.status_code == 422
    assert api("GET", f"/api/v1/people/{customer.id}", None).json == before


def test_rest_takes_an_organisation_away_with_null(
    desk: Desk, customer: Person, api: Callable[..., Any]
) -> None:
    path = f"/api/v1/people/{customer.id}"
    changed = api("PATCH", path, {"organisation_id": None, "language": "de"}).json
    assert (changed["organisation_id"], changed["language"]) == (None, "de")
    assert changed["name"] == "Karla Kundin"
    addresses = desk.session.scalars(
        select(EmailAddress.address).where(EmailAddress.person_id == customer.id)
    )
    assert addresses.all() == ["karla@kunde.example"]
