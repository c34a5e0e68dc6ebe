# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list page: what its address says, what it offers, what it hands out."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import queries
from tresen.tickets.models import SavedView, Ticket

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def browser(sign_in: SignIn, agent: Person) -> FlaskClient:
    return sign_in(agent)


@pytest.fixture
def two(desk: Desk, customer: Person, agent: Person) -> list[Ticket]:
    """Return a ticket of the agent's and one of nobody's."""
    made = [
        factories.make_ticket(desk, customer, "Mine", owner_id=agent.id),
        factories.make_ticket(desk, customer, "Nobody's", tags=("printer",)),
    ]
    desk.commit()
    return made


def shown(page: str) -> list[str]:
    """Return the subjects of the lines that a page has."""
    lines = page.split('data-line dir="auto">')[1:]
    return [line.partition("</a>")[0].replace("&#39;", "'") for line in lines]


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", ["Nobody's", "Mine"]),
        ("?sort=number", ["Mine", "Nobody's"]),
        ("?owner=me", ["Mine"]),
        ("?tag=printer&owner=none", ["Nobody's"]),
        ("?sort=password&nonsense=1&columns=x,y", ["Nobody's", "Mine"]),
        ("?state=closed", []),
    ],
)
def test_address_says_what_is_shown(
    browser: FlaskClient, two: list[Ticket], query: str, subjects: list[str]
) -> None:
    assert shown(browser.get(f"/tickets/{query}").text) == subjects


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "All open"),
        ("?owner=me", "My open tickets"),
        ("?owner=none", "Unassigned"),
        ("?show=waiting", "Waiting"),
        ("?tag=printer", "Tickets"),
    ],
)
def test_list_is_called_by_what_it_shows(
    browser: FlaskClient, two: list[Ticket], query: str, title: str
) -> None:
    heading = browser.get(f"/tickets/{query}").text.partition("<h1>")[2].partition("<")[0]
    assert heading == title


def test_team_s_list_is_called_by_the_team(desk: Desk, agent: Person, sign_in: SignIn) -> None:
    team = people.add_team(desk, "First line", [agent])
    desk.commit()
    page = sign_in(agent).get(f"/tickets/?team={team.id}").text
    assert page.count('aria-current="page"') == 1
    assert page.partition("<h1>")[2].partition("<")[0] == "First line"


def test_set_filter_can_be_taken_away(browser: FlaskClient, two: list[Ticket]) -> None:
    page = browser.get("/tickets/?tag=printer&owner=none").text
    assert ("Tag: printer" in page, "Owner: Nobody" in page) == (True, True)
    assert ('href="/tickets/?owner=none"' in page, 'href="/tickets/?tag=printer"' in page) == (
        True,
        True,
    )


def test_empty_list_says_what_would_be_here(browser: FlaskClient) -> None:
    page = browser.get("/tickets/?owner=me").text
    assert "No open ticket is yours." in page


def test_pages_lead_to_each_other(browser: FlaskClient, desk: Desk, customer: Person) -> None:
    for number in range(60):
        factories.make_ticket(desk, customer, f"Case {number}")
    desk.commit()
    first = browser.get("/tickets/").text
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(following).text
    back = second.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")
    again = shown(browser.get(back).text)
    assert (len(shown(first)), len(shown(second)), again) == (50, 10, shown(first))


def test_selection_stays_when_the_rows_come_anew(browser: FlaskClient, two: list[Ticket]) -> None:
    page = browser.get(f"/tickets/?ticket={two[0].id}").text
    assert page.count(" checked aria-label=") == 1


def test_bulk_change_is_told(browser: FlaskClient, desk: Desk, two: list[Ticket]) -> None:
    form = {"ticket": [ticket.id for ticket in two], "state": "open"}
    answer = browser.post("/tickets/bulk?owner=none", data=form)
    page = browser.get(answer.location).text
    assert (answer.location, "2 tickets changed." in page) == ("/tickets/?owner=none", True)


def test_refused_bulk_change_keeps_the_selection(
    browser: FlaskClient, desk: Desk, two: list[Ticket]
) -> None:
    form = {"ticket": [two[0].id, two[1].id, 999], "state": "open"}
    answer = browser.post("/tickets/bulk", data=form)
    states = {ticket.state for ticket in desk.session.scalars(queries.visible(desk))}
    assert (answer.status_code, answer.text.count(" checked aria-label="), states) == (
        422,
        2,
        {"new"},
    )
    assert "no longer here for you" in answer.text


def test_saved_view_stands_in_the_rail(browser: FlaskClient, two: list[Ticket]) -> None:
    browser.post("/tickets/views?tag=printer&sort=number", data={"title": "Printers"})
    page = browser.get("/tickets/?sort=number&tag=printer").text
    assert page.partition("<h1>")[2].partition("<")[0] == "Printers"
    assert 'href="/tickets/?sort=number&amp;tag=printer" title="Printers"' in page


@pytest.mark.parametrize(("do", "left"), [("save", ["Print"]), ("delete", [])])
def test_saved_view_is_renamed_or_deleted(
    browser: FlaskClient, desk: Desk, agent: Person, do: str, left: list[str]
) -> None:
    view = SavedView(person_id=agent.id, title="Printers", query="tag=printer")
    desk.session.add(view)
    desk.commit()
    browser.post(f"/tickets/views/{view.id}", data={"title": "Print", "do": do})
    desk.session.expire_all()
    found = desk.session.query(SavedView).all()
    assert [view.title for view in found] == left


def test_view_of_another_is_not_there(
    browser: FlaskClient, desk: Desk, administrator: Person
) -> None:
    view = SavedView(person_id=administrator.id, title="Theirs", query="")
    desk.session.add(view)
    desk.commit()
    assert browser.post(f"/tickets/views/{view.id}", data={"title": "Mine"}).status_code == 404


def test_csv_holds_the_whole_list_and_no_formula(
    browser: FlaskClient, desk: Desk, customer: Person
) -> None:
    for number in range(60):
        factories.make_ticket(desk, customer, f"=cmd|' /C calc'!A{number}")
    desk.commit()
    answer = browser.get("/tickets/list.csv?sort=number")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert (answer.mimetype, len(rows), rows[0][:2], rows[1][:4]) == (
        "text/csv",
        61,
        ["Number", "Subject"],
        ["10001", "'=cmd|' /C calc'!A0", "Karla Kundin", "Kunde GmbH"],
    )


def test_chosen_columns_are_shown(browser: FlaskClient, two: list[Ticket]) -> None:
    page = browser.get("/tickets/?columns=tags,channel").text
    heads = [part.partition("<")[0] for part in page.split('class="col-extra" scope="col">')[1:]]
    assert (heads, '<td class="col-extra">printer</td>' in page) == (["Tags", "Channel"], True)
