# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walking through a list from ticket to ticket, and back to the very list one came from."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import lists, service
from tresen.tickets.models import Ticket

SignIn = Callable[[Person], FlaskClient]
LINE = re.compile(r'href="([^"]+)" data-line')
NEXT = re.compile(r'href="([^"]+)" data-key="l"')
PREVIOUS = re.compile(r'href="([^"]+)" data-key="h"')
BACK = re.compile(r'<a href="([^"]+)" data-key="u"[^>]*>.*?</svg>([^<]+)</a>')


@pytest.fixture
def tickets(desk: Desk, customer: Person, clock: SteppedClock) -> list[Ticket]:
    """Return five tickets, the oldest first; the third has a higher priority."""
    made = []
    for number in range(5):
        made.append(factories.make_ticket(desk, customer, f"Ticket {number}"))
        clock.go(minutes=1)
    service.change(desk, made[2], {"priority": 4})
    desk.commit()
    return made


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, tickets: list[Ticket]) -> FlaskClient:
    return sign_in(agent)


def links(browser: FlaskClient, url: str, pattern: re.Pattern[str]) -> list[str]:
    answer = browser.get(url)
    assert answer.status_code == 200
    return [unescape(found) for found in pattern.findall(answer.text)]


def walk(browser: FlaskClient, url: str, pattern: re.Pattern[str]) -> list[int]:
    """Return the numbers of the tickets met on the way to the end, the first one too."""
    found: list[int] = []
    while len(found) < 10:
        found.append(int(re.search(r"/tickets/(\d+)", url)[1]))
        following = links(browser, url, pattern)
        if not following:
            break
        url = following[0]
    return found


@pytest.mark.parametrize("query", ["", "?sort=number", "?sort=-priority", "?sort=changed&show=all"])
def test_walk_goes_through_the_list_in_its_order_and_back(browser: FlaskClient, query: str) -> None:
    lines = links(browser, f"/tickets/{query}", LINE)
    numbers = [int(re.search(r"/tickets/(\d+)", line)[1]) for line in lines]
    assert len(numbers) == 5
    assert walk(browser, lines[0], NEXT) == numbers
    assert walk(browser, lines[-1], PREVIOUS) == numbers[::-1]


def test_walk_keeps_to_the_filters_and_leaves_the_page(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, tickets: list[Ticket]
) -> None:
    monkeypatch.setattr(lists.rows_of, "__defaults__", (2,))
    lines = links(browser, "/tickets/?priority=2", LINE)
    expected = [tickets[n].number for n in (4, 3, 1, 0)]
    assert (len(lines), walk(browser, lines[0], NEXT)) == (2, expected)


def test_way_back_is_the_list_with_filter_sorting_and_page(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, tickets: list[Ticket]
) -> None:
    monkeypatch.setattr(lists.rows_of, "__defaults__", (2,))
    following = re.compile(r'rel="next" href="([^"]+)"')
    second = links(browser, "/tickets/?priority=2&sort=number", following)[0]
    line = links(browser, second, LINE)[0]
    page = browser.get(line).text
    url, title = BACK.findall(page)[0]
    place, _, anchor = unescape(url).partition("#")
    assert (links(browser, place, LINE)[0], anchor, title) == (
        line,
        f"ticket-{tickets[3].number}",
        "Tickets",
    )


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "All open"),
        ("show=waiting", "Waiting"),
        ("owner=none", "Unassigned"),
        ("x=y", "All open"),
    ],
)
def test_way_back_bears_the_name_of_the_list(
    browser: FlaskClient, tickets: list[Ticket], query: str, title: str
) -> None:
    page = browser.get(f"/tickets/{tickets[0].number}", query_string={"list": query}).text
    assert BACK.findall(page)[0][1] == title


def test_way_back_bears_the_names_of_teams_and_saved_views(
    browser: FlaskClient, desk: Desk, tickets: list[Ticket]
) -> None:
    team = factories.make_team(desk, "First & Second")
    desk.commit()
    browser.post("/tickets/views?show=all&sort=number", data={"title": "By number"})
    pages = [
        browser.get(f"/tickets/{tickets[0].number}", query_string={"list": query}).text
        for query in (f"team={team.id}", "sort=number&show=all", "team=999")
    ]
    assert [BACK.findall(page)[0][1] for page in pages] == [
        "First &amp; Second",
        "By number",
        "Tickets",
    ]


def test_ticket_that_left_its_place_still_leads_to_the_one_below(
    browser: FlaskClient, tickets: list[Ticket], clock: SteppedClock
) -> None:
    line = links(browser, "/tickets/", LINE)[1]
    form = {"kind": "reply", "body": "Done", "to": "karla@kunde.example", "state": "solved"}
    action = re.compile(r'id="composer" method="post" action="([^"]+)"')
    clock.go(minutes=5)
    sent = browser.post(links(browser, line, action)[0], data=form)
    assert walk(browser, sent.location, NEXT)[1] == tickets[2].number
    assert walk(browser, sent.location, PREVIOUS)[1] == tickets[4].number


def test_changes_beside_the_thread_stay_on_the_way(
    browser: FlaskClient, tickets: list[Ticket]
) -> None:
    line = links(browser, "/tickets/?priority=2", LINE)[1]
    action = re.compile(r'class="properties" method="post" action="([^"]+)"')
    url = links(browser, line, action)[0]
    for address in (url, url.replace("/change", "/take")):
        assert walk(browser, browser.post(address).location, NEXT)[1] == tickets[1].number


def test_other_tickets_do_not_take_part_in_the_way(
    browser: FlaskClient, tickets: list[Ticket]
) -> None:
    line = links(browser, "/tickets/", LINE)[0]
    beside = re.compile(r'<a class="clip" href="([^"]+)"')
    assert links(browser, line, beside) == [f"/tickets/{tickets[n].number}" for n in (2, 3, 1, 0)]


@pytest.mark.parametrize("place", ["", "x", "99-", "-1-2", "9" * 40])
def test_place_without_sense_is_that_of_the_ticket_itself(
    browser: FlaskClient, tickets: list[Ticket], place: str
) -> None:
    query = {"list": "", "at": place}
    page = browser.get(f"/tickets/{tickets[2].number}", query_string=query).text
    (following,), (before,) = NEXT.findall(page), PREVIOUS.findall(page)
    assert (following.partition("?")[0], before.partition("?")[0]) == (
        f"/tickets/{tickets[1].number}",
        f"/tickets/{tickets[3].number}",
    )


def test_ticket_without_a_list_leads_to_all_tickets_and_has_no_neighbours(
    browser: FlaskClient, tickets: list[Ticket]
) -> None:
    page = browser.get(f"/tickets/{tickets[0].number}").text
    assert (BACK.findall(page), NEXT.findall(page)) == ([("/tickets/", "Tickets")], [])


def test_neighbours_are_among_what_the_agent_may_see(
    browser: FlaskClient, desk: Desk, tickets: list[Ticket]
) -> None:
    team = factories.make_team(desk, "Payroll")
    team.is_restricted = True
    service.change(desk, tickets[3], {"team_id": team.id})
    desk.commit()
    line = links(browser, "/tickets/", LINE)[0]
    assert walk(browser, line, NEXT) == [tickets[n].number for n in (4, 2, 1, 0)]
