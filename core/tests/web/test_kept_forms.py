# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form that was taken says so to the browser, and one that was not says nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import links
from tresen.tickets.models import Ticket
from werkzeug.test import TestResponse

SignIn = Callable[[Person], FlaskClient]
NEW = {
    "address": "karla@kunde.example",
    "name": "Karla",
    "subject": "Printer",
    "body": "Dead.",
    "side": "in",
    "channel": "phone",
    "impact": "2",
    "urgency": "2",
}
ASKED = {"subject": "Printer", "body": "Dead."}


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


def mark(answer: TestResponse) -> str:
    """Return the path that the mark is for; empty where there is none."""
    found = [cookie for cookie in answer.headers.getlist("Set-Cookie") if "taken=" in cookie]
    return found[0].partition("Path=")[2].partition(";")[0] if found else ""


def test_mark_holds_no_data_and_stays_on_this_site(
    sign_in: SignIn, agent: Person, customer: Person
) -> None:
    answer = sign_in(agent).post("/tickets/new", data=NEW)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "taken=" in c)
    assert (answer.status_code, cookie.partition("; ")[0]) == (302, "taken=1")
    assert sorted(cookie.split("; "))[2:] == ["Path=/tickets/new", "SameSite=Lax", "taken=1"]


@pytest.mark.parametrize(
    ("body", "status", "path"), [("Dead.", 302, "/tickets/new"), ("", 422, "")]
)
def test_new_ticket(
    sign_in: SignIn, agent: Person, customer: Person, body: str, status: int, path: str
) -> None:
    answer = sign_in(agent).post("/tickets/new", data=NEW | {"body": body})
    assert (answer.status_code, mark(answer)) == (status, path)


@pytest.mark.parametrize(
    ("body", "status", "path"), [("Dead.", 302, "/requests/new"), ("", 422, "")]
)
def test_request_of_a_customer(
    sign_in: SignIn, customer: Person, body: str, status: int, path: str
) -> None:
    answer = sign_in(customer).post("/requests/new", data=ASKED | {"body": body})
    assert (answer.status_code, mark(answer)) == (status, path)


def test_request_of_a_visitor(client: FlaskClient) -> None:
    visitor = {"name": "Vera", "address": "vera@new.example"}
    found = [client.post("/requests/new", data=ASKED | more) for more in (visitor, {})]
    assert [(each.status_code, mark(each)) for each in found] == [(200, "/requests/new"), (422, "")]


@pytest.mark.parametrize("verb", ["", "/settle"])
def test_answer_and_word_that_it_is_solved(
    sign_in: SignIn, customer: Person, ticket: Ticket, verb: str
) -> None:
    browser = sign_in(customer)
    path = f"/requests/{ticket.number}"
    assert mark(browser.post(f"{path}{verb}", data={"body": "It works."})) == path


def test_answer_by_link(client: FlaskClient, desk: Desk, customer: Person, ticket: Ticket) -> None:
    link = links.ticket_link(desk, ticket.id, customer.id)
    path = link[link.index("/requests/") :]
    assert mark(client.post(path, data={"body": "It works."})) == path


def test_dead_session_takes_nothing(client: FlaskClient, ticket: Ticket) -> None:
    paths = ("/tickets/new", f"/requests/{ticket.number}")
    found = [client.post(path, data=NEW) for path in paths]
    assert [(each.status_code, mark(each)) for each in found] == [(302, ""), (302, "")]


def test_forms_name_whose_words_are_kept(
    app: Flask, sign_in: SignIn, client: FlaskClient, agent: Person, customer: Person
) -> None:
    pages = [
        sign_in(agent).get("/tickets/new"),
        sign_in(customer).get("/requests/new"),
        client.get("/requests/new"),
    ]
    kept = [page.text.partition('data-kept="')[2].partition('"')[0] for page in pages]
    assert kept == [str(agent.id), str(customer.id), ""]
