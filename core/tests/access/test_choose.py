# SPDX-License-Identifier: AGPL-3.0-or-later
"""Choices of look and language: kept in the browser and shown on the next page."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people.models import Person


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("theme", "dark", 'data-theme="dark"'),
        ("theme", "light", 'data-theme="light"'),
        ("rail", "small", 'data-rail="small"'),
        ("language", "de", '<html lang="de"'),
        ("language", "de@du", '<html lang="de"'),
    ],
)
def test_choice_shows_on_the_next_page(
    client: FlaskClient, name: str, value: str, shown: str
) -> None:
    assert client.post("/choose", data={name: value}).status_code == 302
    assert shown in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(("name", "value"), [("theme", '"><b>'), ("rail", "x"), ("tresen", "a")])
def test_unknown_choice_is_not_kept(client: FlaskClient, name: str, value: str) -> None:
    answer = client.post("/choose", data={name: value})
    assert [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{name}=")] == []


def test_keyboard_switched_off_leaves_the_mark_away(client: FlaskClient) -> None:
    assert " data-keyboard" in client.get("/").get_data(as_text=True)
    client.post("/choose", data={"keyboard": "off"})
    assert " data-keyboard" not in client.get("/").get_data(as_text=True)


def test_language_of_a_person_is_kept_with_the_person(
    sign_in: Callable[[Person], FlaskClient], customer: Person, desk: Desk
) -> None:
    sign_in(customer).post("/choose", data={"language": "de"})
    desk.session.refresh(customer)
    assert customer.language == "de"


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [
        ("http://localhost/tickets?state=open", "/tickets?state=open"),
        ("http://elsewhere.example/trap", "/trap"),
        ("http://elsewhere.example//trap.example", "/"),
        (None, "/"),
    ],
)
def test_choice_leads_back_to_a_page_of_this_host(
    client: FlaskClient, came_from: str | None, goes_to: str
) -> None:
    headers = {"Referer": came_from} if came_from else {}
    assert client.post("/choose", data={}, headers=headers).headers["Location"] == goes_to
