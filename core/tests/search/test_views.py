# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of search: what it shows to whom, and where a number leads."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people import service as people
from tresen.people.models import Person
from tresen.search import queries, service
from tresen.search.models import SearchEntry
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer, "Rechnungen <b>fehlen</b>")
    desk.commit()
    return made


@pytest.fixture
def browser(agent: Person, ticket: Ticket, sign_in: SignIn) -> FlaskClient:
    return sign_in(agent)


def results(browser: FlaskClient, question: str) -> str:
    return browser.get("/search/", query_string={"q": question}).text


def lines(page: str) -> list[str]:
    """The addresses of the hits in their order."""
    return [part.split('"')[0] for part in page.split('<li><a href="')[1:]]


def test_hit_names_number_state_and_requester_and_leads_there(browser: FlaskClient) -> None:
    page = results(browser, "rechnung")
    assert lines(page) == ["/tickets/10001"]
    assert "#10001 Rechnungen &lt;b&gt;fehlen&lt;/b&gt;" in page
    assert ">New · Karla Kundin<" in page


def test_kinds_stand_apart_under_their_titles(browser: FlaskClient, desk: Desk) -> None:
    factories.make_customer(desk, "Rita Rechnung", "rita@kunde.example")
    desk.commit()
    page = results(browser, "rechnung")
    assert [page.count(f'id="found-{kind}"') for kind in ("ticket", "person", "knowledge")] == [
        *(1, 1, 0),
    ]
    assert lines(page)[0] == "/tickets/10001"


@pytest.mark.parametrize("question", ["10001", "#10001", "  #10001 "])
def test_number_opens_its_ticket(browser: FlaskClient, question: str) -> None:
    answer = browser.get("/search/", query_string={"q": question})
    assert (answer.status_code, answer.location) == (302, "/tickets/10001")


@pytest.mark.parametrize(
    "question", ["10002", "#", "1" * 30, "10001 x", "\u0661\u0660\u0660\u0660\u0661", "-1"]
)
def test_number_of_nothing_is_searched_as_a_word(browser: FlaskClient, question: str) -> None:
    answer = browser.get("/search/", query_string={"q": question})
    assert (answer.status_code, "Nothing was found" in answer.text) == (200, True)


@pytest.mark.parametrize("question", ["", "   "])
def test_empty_question_says_what_can_be_asked(browser: FlaskClient, question: str) -> None:
    page = results(browser, question)
    assert ("What are you looking for?" in page, "Nothing was found" in page) == (True, False)


def test_question_is_shown_as_it_was_typed_and_never_as_markup(browser: FlaskClient) -> None:
    page = results(browser, "<script>alert(1)</script>")
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


def test_long_question_is_cut_and_answered(browser: FlaskClient) -> None:
    answer = browser.get("/search/", query_string={"q": "rechnung " * 500})
    assert (answer.status_code, lines(answer.text)) == (200, ["/tickets/10001"])


def test_more_than_a_page_says_so(browser: FlaskClient, desk: Desk, customer: Person) -> None:
    for number in range(51):
        factories.make_ticket(desk, customer, f"Wasserwaage {number}")
    desk.commit()
    page = results(browser, "wasserwaage")
    assert (len(lines(page)), "There are more. Add a word" in page) == (50, True)
    assert lines(page)[0] == "/tickets/10052"


def test_number_of_queries_does_not_grow_with_the_hits(
    browser: FlaskClient, desk: Desk, customer: Person
) -> None:
    counts = []
    for _round in range(2):
        for number in range(5):
            factories.make_ticket(desk, customer, f"Wasserwaage {number}")
        desk.commit()
        with recorded(desk.core.engine) as statements:
            queries.find(desk, "wasserwaage")
        desk.commit()
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_customer_has_no_page_of_search(customer: Person, sign_in: SignIn) -> None:
    assert sign_in(customer).get("/search/?q=x").status_code == 403


def test_ticket_of_a_restricted_team_is_neither_found_nor_reached_by_its_number(
    browser: FlaskClient, desk: Desk, customer: Person
) -> None:
    member = factories.make_person(desk, "Mia", "mia@tresen.example", role="agent")
    team = people.add_team(desk, "Payroll", [member], is_restricted=True)
    hidden = factories.make_ticket(desk, customer, "Gehaltslauf", team_id=team.id)
    desk.commit()
    assert lines(results(browser, "Gehaltslauf")) == []
    assert browser.get(f"/search/?q={hidden.number}").status_code == 200


def test_note_is_found_by_agents(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    tickets.add_message(desk, ticket, NewMessage("Kulanzfall", "web", kind="note"))
    desk.commit()
    assert lines(results(browser, "kulanzfall")) == ["/tickets/10001"]


def test_subject_of_nothing_that_exists_any_more_is_no_hit(desk: Desk) -> None:
    service.add(desk, "ticket", 4711, 0, service.Text(title="Geisterfahrt"))
    desk.session.flush()
    assert queries.find(desk, "Geisterfahrt") == []


def test_put_makes_a_text_internal_again(desk: Desk, ticket: Ticket) -> None:
    service.put(desk, "ticket", ticket.id, 0, service.Text("Titel", "Text"))
    desk.session.flush()
    row = desk.session.query(SearchEntry).filter_by(kind="ticket", part_id=0).one()
    assert (row.is_public, row.title_stems, row.body_stems) == (False, "titel", "text")


def test_remove_of_what_is_not_there_is_no_error(desk: Desk) -> None:
    service.remove(desk, "ticket", 1, 1)
    assert desk.session.query(SearchEntry).count() == 0
