# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board shows what waits first, narrows by its address, and costs the same with more on it."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded, walks
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.feedback import board, queries, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme

Give = Callable[..., Feedback]
AddBuild = Callable[..., Build]
SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/1/feedback"
TITLE = re.compile(r"<strong><bdi>([^<]+)</bdi></strong>")


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an agent."""
    return sign_in(agent)


@pytest.fixture
def mixed(
    desk: Desk, give: Give, add_build: AddBuild, programme: Programme, stranger: Person
) -> None:
    """Let there be feedback of every state, of two builds and of two customers."""
    old, new = add_build("5.0", date(2026, 3, 2)), add_build("5.1", date(2026, 3, 9))
    give(title="a wish", kind="wish", build_id=old.id)
    give(title="a blocker", kind="defect", severity="blocker", build_id=new.id)
    accepted = give(title="a major", kind="defect", severity="major", build_id=new.id)
    resolved = give(title="praise", kind="praise", build_id=None)
    declined = give(title="a question", build_id=None)
    duplicate = give(title="another wish", kind="wish", build_id=None)
    ticket = factories.make_ticket(desk, stranger)
    told = {"kind": "wish", "title": "of a stranger", "channel": "ticket", "ticket_id": ticket.id}
    service.give(desk, None, programme, told)
    service.move(desk, accepted, states.ACCEPTED)
    service.move(desk, resolved, states.RESOLVED)
    service.move(desk, declined, states.DECLINED)
    service.mark_duplicate(desk, duplicate, accepted.id)
    accepted.answered_at = desk.now()
    desk.commit()


def titles(rows: object) -> list[str]:
    assert isinstance(rows, list)
    return [row.title for row in rows]


def arranged(desk: Desk, **wanted: str) -> board.Board:
    return board.arrange(queries.of_programme(desk, 1), wanted)


def shown(found: board.Board) -> set[str]:
    """Return the titles of what a board shows."""
    rows = [row for rows in found.columns.values() for row in rows]
    return {row.title for row in (*rows, *found.folded)}


def test_board_has_a_column_for_each_state_and_folds_the_rest(desk: Desk, mixed: None) -> None:
    found = arranged(desk)
    assert {state: titles(rows) for state, rows in found.columns.items()} == {
        "new": ["a blocker", "a wish", "of a stranger"],
        "accepted": ["a major"],
        states.RESOLVED: ["praise"],
    }
    assert titles(found.folded) == ["a question", "another wish"]
    assert (found.total, found.is_narrowed) == (7, False)


def test_blocker_stands_first_and_then_what_waited_longest(
    desk: Desk, clock: SteppedClock, give: Give
) -> None:
    for number, severity in enumerate(("", "minor", "major", "blocker", "minor")):
        give(title=f"{severity or 'none'} {number}", kind="usability", severity=severity)
        clock.go(hours=1)
    found = titles(arranged(desk).columns["new"])
    assert found == ["blocker 3", "major 2", "minor 1", "minor 4", "none 0"]


@pytest.mark.parametrize(
    ("wanted", "titles_"),
    [
        ({"kind": "defect"}, {"a blocker", "a major"}),
        ({"severity": "blocker"}, {"a blocker"}),
        ({"build": "1"}, {"a wish"}),
        ({"kind": "defect", "build": "2", "severity": "major"}, {"a major"}),
        ({"kind": "praise", "severity": "major"}, set()),
    ],
)
def test_board_is_narrowed(
    desk: Desk, mixed: None, wanted: dict[str, str], titles_: set[str]
) -> None:
    found = arranged(desk, **wanted)
    assert (shown(found), found.is_narrowed, found.total) == (titles_, True, 7)


def test_board_is_narrowed_to_a_customer_who_takes_no_part(
    desk: Desk, mixed: None, stranger: Person
) -> None:
    found = arranged(desk, customer=str(stranger.organisation_id))
    assert shown(found) == {"of a stranger"}


def test_board_is_narrowed_to_what_is_unanswered(desk: Desk, mixed: None) -> None:
    found = arranged(desk, unanswered="1")
    assert (found.is_narrowed, "a major" in shown(found), len(shown(found))) == (True, False, 6)


@pytest.mark.parametrize("wanted", [{"kind": "shout"}, {"build": "x"}, {"other": "1"}])
def test_filter_that_nothing_has_narrows_nothing(
    desk: Desk, mixed: None, wanted: dict[str, str]
) -> None:
    found = arranged(desk, **wanted)
    assert (len(shown(found)), found.is_narrowed) == (7, False)


def test_filters_offer_what_there_is(desk: Desk, mixed: None) -> None:
    offered = {
        menu.name: [choice.title for choice in menu.choices] for menu in arranged(desk).menus
    }
    assert offered == {
        "kind": ["Defect", "Praise", "Question", "Wish"],
        "severity": ["Blocker", "Major"],
        "build": ["5.0", "5.1"],
        "customer": ["Fernlager GmbH", "Kunde GmbH"],
    }


# ----------------------------------------------------------------------------------- the page


def test_page_shows_the_cards_in_their_order(browser: FlaskClient, mixed: None) -> None:
    found = TITLE.findall(browser.get(PAGE).text)
    assert found == [
        *("a blocker", "a wish", "of a stranger", "a major", "praise"),
        *("a question", "another wish"),
    ]


def test_card_says_what_one_has_to_know(
    desk: Desk, browser: FlaskClient, give: Give, customer: Person, add_build: AddBuild
) -> None:
    add_build("5.1", date(2026, 3, 9))
    ticket = factories.make_ticket(desk, customer)
    give(title="Lost", kind="defect", severity="blocker", ticket_id=ticket.id)
    page = browser.get(PAGE).text
    card = page[page.index('<li class="card') : page.index("</li>", page.index('<li class="card'))]
    words = ("Defect", "Blocker", "Lost", "Kunde GmbH", "Build 5.1", f"#{ticket.number}")
    assert [word in card for word in words] == [True] * len(words)
    assert [mark in card for mark in ("unanswered", "#bug", "data-ago")] == [True, True, True]


def test_answered_card_bears_no_mark(desk: Desk, browser: FlaskClient, give: Give) -> None:
    give().answered_at = desk.now()
    desk.commit()
    assert '"badge tone-amber"' not in browser.get(PAGE).text


def test_filter_stands_in_the_address(browser: FlaskClient, mixed: None) -> None:
    page = browser.get(f"{PAGE}?kind=defect&unanswered=1").text
    assert TITLE.findall(page) == ["a blocker"]
    marked = ('value="defect" selected', 'value="1" checked', '<details class="fold" open')
    assert [mark in page for mark in marked] == [True, True, True]


def test_empty_board_says_so(browser: FlaskClient, programme: Programme) -> None:
    page = browser.get(PAGE).text
    assert ["No feedback yet" in page, 'name="unanswered"' in page] == [True, False]


def test_board_of_no_programme_is_not_there(browser: FlaskClient) -> None:
    assert browser.get("/pilot_service/99/feedback").status_code == 404


def test_board_speaks_german(desk: Desk, agent: Person, mixed: None, browser: FlaskClient) -> None:
    agent.language = "de"
    desk.commit()
    page = browser.get(PAGE).text
    words = ("Rückmeldungen", "Blockierend", "Fehler", "unbeantwortet", "Angenommen")
    assert [word in page for word in words] == [True] * len(words)


def test_programmes_page_leads_to_the_board_and_says_what_is_new(
    browser: FlaskClient, mixed: None
) -> None:
    page = browser.get("/pilot_service/1").text
    assert [f'href="{PAGE}"' in page, "3 new" in page] == [True, True]


def test_programmes_page_says_nothing_of_nothing_new(
    browser: FlaskClient, participation: Participation
) -> None:
    page = browser.get("/pilot_service/1").text
    assert [f'href="{PAGE}"' in page, " new<" in page] == [True, False]


def test_board_costs_the_same_however_much_is_on_it(
    core: Core, desk: Desk, browser: FlaskClient, give: Give, customer: Person, mixed: None
) -> None:
    counts = []
    for _time in range(2):
        with recorded(core.engine) as statements:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(statements))
        for number in range(5):
            other = factories.make_customer(desk, "Otto", f"{_time}{number}@kunde.example")
            ticket = factories.make_ticket(desk, other)
            give(title=f"No. {number}", person_id=other.id, ticket_id=ticket.id)
    assert counts == [counts[0]] * 2
    assert walks(core.engine, statements, filled=0) == []
