# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts to insert are looked after in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.snippets.models import Snippet
from tresen.testing import factories

SignIn = Callable[[Person], FlaskClient]
FORM = {
    "title": "Restart",
    "body": "Please restart, {{requester}}.",
    "kind": "template",
    "language": "en",
    "audience": "own",
}


@pytest.fixture
def anna(sign_in: SignIn, agent: Person) -> FlaskClient:
    return sign_in(agent)


@pytest.fixture
def ada(sign_in: SignIn, administrator: Person) -> FlaskClient:
    return sign_in(administrator)


def kept(desk: Desk) -> list[tuple[Any, ...]]:
    desk.session.expire_all()
    rows = desk.session.query(Snippet).order_by(Snippet.id).all()
    found = [(row.title, row.kind, row.language, row.person_id, row.team_id) for row in rows]
    desk.commit()
    return found


def test_own_text_is_added_and_listed(anna: FlaskClient, desk: Desk, agent: Person) -> None:
    answer = anna.post("/texts/new", data=FORM)
    page = anna.get("/texts/").text
    assert (answer.status_code, answer.location) == (302, "/texts/")
    assert kept(desk) == [("Restart", "template", "en", agent.id, None)]
    assert ("Restart is added." in page, "only I" in page, "/texts/1/delete" in page) == (True,) * 3


def test_empty_list_says_what_will_be_here(anna: FlaskClient) -> None:
    page = anna.get("/texts/").text
    assert "What you write again and again is kept here" in page


def test_agent_is_not_offered_to_write_for_all(anna: FlaskClient, desk: Desk) -> None:
    answer = anna.post("/texts/new", data=FORM | {"audience": "all"})
    assert (answer.status_code, kept(desk)) == (422, [])


def test_shared_texts_are_for_all_or_for_a_team(ada: FlaskClient, desk: Desk) -> None:
    team = factories.make_team(desk, "Field")
    desk.commit()
    ada.post("/texts/new", data=FORM | {"audience": "all", "language": ""})
    ada.post("/texts/new", data=FORM | {"audience": str(team.id), "kind": "fragment"})
    assert kept(desk) == [
        ("Restart", "template", None, None, None),
        ("Restart", "fragment", "en", None, team.id),
    ]
    page = ada.get("/texts/").text
    assert ("every agent" in page, "Field" in page) == (True, True)


def test_unknown_placeholder_stands_at_the_field_and_nothing_is_lost(anna: FlaskClient) -> None:
    answer = anna.post("/texts/new", data=FORM | {"body": "Dear {{client}}, hello."})
    assert answer.status_code == 422
    assert "There is no placeholder {{client}}." in answer.text
    assert "Dear {{client}}, hello." in answer.text


def test_text_is_changed(ada: FlaskClient, desk: Desk, administrator: Person) -> None:
    ada.post("/texts/new", data=FORM | {"audience": "all"})
    assert '<option selected value="all">' in ada.get("/texts/1").text
    ada.post("/texts/1", data=FORM | {"title": "Again"})
    assert kept(desk) == [("Again", "template", "en", administrator.id, None)]


def test_text_is_deleted_after_a_question(anna: FlaskClient, desk: Desk) -> None:
    anna.post("/texts/new", data=FORM)
    asked = anna.get("/texts/1/delete").text
    assert ("Delete Restart" in asked, len(kept(desk))) == (True, 1)
    answer = anna.post("/texts/1/delete")
    assert (answer.location, kept(desk)) == ("/texts/", [])
    assert anna.get("/texts/1").status_code == 404


def test_shared_text_is_seen_by_an_agent_and_not_changed(
    anna: FlaskClient, ada: FlaskClient
) -> None:
    ada.post("/texts/new", data=FORM | {"audience": "all"})
    page = anna.get("/texts/").text
    assert ("Restart" in page, "/texts/1" in page) == (True, False)
    found = [anna.get("/texts/1"), anna.post("/texts/1", data=FORM), anna.post("/texts/1/delete")]
    assert [answer.status_code for answer in found] == [403, 403, 403]
