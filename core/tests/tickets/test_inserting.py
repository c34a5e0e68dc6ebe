# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts are filled for the ticket and put into the draft; nothing that was typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.desk import Core, Desk
from tresen.people.models import Person
from tresen.snippets.models import Snippet
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen.tickets.models import Draft, Ticket
from tresen.tickets.writing import with_words

SignIn = Callable[[Person], FlaskClient]
# Who asks and his teams (2); the rail (4); ticket and texts (2).
PAGE = 8


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer, subject="No *paper*", language="de")
    desk.commit()
    return made


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, ticket: Ticket) -> FlaskClient:
    return sign_in(agent)


def make(desk: Desk, title: str, body: str = "x", **given: Any) -> Snippet:
    snippet = Snippet(title=title, body=body, changed_at=desk.now(), **given)
    desk.session.add(snippet)
    desk.commit()
    return snippet


def draft(desk: Desk) -> Draft:
    desk.session.expire_all()
    found = desk.session.query(Draft).one()
    desk.commit()
    return found


def titles(page: str) -> list[str]:
    return re.findall(r'<span class="clip"><bdi>([^<]+)', page)


def test_texts_are_filled_for_the_ticket(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    text = "{{requester}} of {{organisation}}: {{subject}} ({{number}}). {{agent}}"
    make(desk, "Greeting", text)
    page = browser.get(f"/tickets/{ticket.number}/texts").text
    words = f"Karla Kundin of Kunde GmbH: No \\*paper\\* ({ticket.number}). Anna Agent"
    assert f'data-text="{words}"' in page


def test_ticket_without_a_requester_leaves_gaps(sign_in: SignIn, agent: Person, desk: Desk) -> None:
    ticket = factories.make_ticket(desk, None)
    make(desk, "Greeting", "{{requester}}, {{organisation}}")
    page = sign_in(agent).get(f"/tickets/{ticket.number}/texts").text
    assert 'data-text="…, …"' in page


def test_tickets_language_comes_first(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    make(desk, "Hello", language="en")
    make(desk, "Moin", language="de")
    page = browser.get(f"/tickets/{ticket.number}/texts").text
    assert titles(page) == ["Moin", "Hello"]


def test_words_narrow_the_list(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    make(desk, "Hello")
    make(desk, "Goodbye")
    found = [
        browser.get(f"/tickets/{ticket.number}/texts", query_string={"q": words}).text
        for words in ("good", "neither")
    ]
    assert [titles(page) for page in found] == [["Goodbye"], []]
    assert "No text has these words." in found[1]


def test_page_without_texts_says_so(browser: FlaskClient, ticket: Ticket) -> None:
    assert "There are no texts yet." in browser.get(f"/tickets/{ticket.number}/texts").text


def test_without_script_what_was_typed_becomes_the_draft(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    form = {"kind": "note", "body": "Begun", "to": "a@b.example", "cc": "", "state": "open"}
    answer = browser.post(f"/tickets/{ticket.number}/texts", data=form)
    kept = draft(desk)
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket.number}/texts")
    assert (kept.kind, kept.body, kept.to, kept.state) == ("note", "Begun", "a@b.example", "open")


@pytest.mark.parametrize(
    ("kind", "body"), [("fragment", "Begun\n\nRestart."), ("template", "Restart.\n\nBegun")]
)
def test_text_goes_into_the_draft(
    browser: FlaskClient, desk: Desk, ticket: Ticket, kind: str, body: str
) -> None:
    made = make(desk, "Restart", "Restart.\n", kind=kind)
    form = {"kind": "note", "body": "Begun", "to": "a@b.example", "state": "open"}
    browser.post(f"/tickets/{ticket.number}/draft", data=form)
    answer = browser.post(f"/tickets/{ticket.number}/texts/{made.id}")
    kept = draft(desk)
    assert answer.location == f"/tickets/{ticket.number}#composer"
    assert (kept.kind, kept.body, kept.to, kept.state) == ("note", body, "a@b.example", "open")
    assert f">{body}</textarea>" in browser.get(f"/tickets/{ticket.number}").text


@pytest.mark.parametrize(("state", "kind"), [("open", "reply"), ("closed", "note")])
def test_text_begins_a_draft_of_the_kind_that_the_ticket_allows(
    browser: FlaskClient, desk: Desk, ticket: Ticket, state: str, kind: str
) -> None:
    ticket.state = state
    made = make(desk, "Restart", "Restart.")
    browser.post(f"/tickets/{ticket.number}/texts/{made.id}")
    assert (draft(desk).kind, draft(desk).body, draft(desk).to) == (kind, "Restart.", None)


def test_text_of_another_agent_is_not_there(
    browser: FlaskClient, desk: Desk, ticket: Ticket, administrator: Person
) -> None:
    theirs = make(desk, "Theirs", person_id=administrator.id)
    answer = browser.post(f"/tickets/{ticket.number}/texts/{theirs.id}")
    page = browser.get(f"/tickets/{ticket.number}/texts").text
    assert (answer.status_code, titles(page)) == (404, [])


def test_strangers_words_in_a_text_stay_words(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    ticket.subject = '"><script>alert(1)</script>'
    make(desk, "Subject", "{{subject}}")
    assert "<script>alert(1)" not in browser.get(f"/tickets/{ticket.number}/texts").text


def test_number_of_statements_does_not_grow_with_the_texts(
    browser: FlaskClient, core: Core, desk: Desk, ticket: Ticket
) -> None:
    for number in range(12):
        make(desk, f"Text {number}", "{{requester}} {{organisation}}")
    with recorded(core.engine) as statements:
        browser.get(f"/tickets/{ticket.number}/texts")
    assert len(statements) == PAGE


@pytest.mark.parametrize(
    ("body", "is_first", "together"),
    [("", False, "b"), ("a\n", False, "a\n\nb"), (" a ", True, "b\n\na"), ("  ", True, "b")],
)
def test_words_stand_apart_by_a_blank_line(body: str, is_first: bool, together: str) -> None:
    assert with_words(body, " b ", is_first=is_first) == together
