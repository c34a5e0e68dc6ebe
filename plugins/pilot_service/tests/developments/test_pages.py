# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of developments: their list, one of them, and what other pages show of them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person, Product, Ticket
from tresen.testing import factories
from tresen.testing.statements import recorded, walks
from tresen_pilot_service.developments import bookings, people, queries, service, states
from tresen_pilot_service.developments.models import (
    Development,
)
from tresen_pilot_service.models import Participation

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]
LIST = "/pilot_service/developments/"
ONE = f"{LIST}1"
TODAY = date(2026, 3, 10)


def titles(page: str) -> list[str]:
    """Return the titles of the developments that a list shows, in its order."""
    return re.findall(r'developments/\d+" data-line><bdi>([^<]*)</bdi>', page)


def deployed_before(desk: Desk, row: Development, days: int) -> Development:
    """Let a deployed development run for so many days already."""
    row.deployed_on = TODAY - timedelta(days=days)
    desk.commit()
    return row


def begin(desk: Desk, values: Values, title: str, **given: Any) -> Development:
    row = service.begin(desk, values(title=title, **given))
    desk.commit()
    return row


def test_programmes_lead_to_the_developments(boss: FlaskClient) -> None:
    assert boss.get("/pilot_service/").text.count(f'href="{LIST}"') == 2


@pytest.mark.parametrize(
    ("path", "current"),
    [
        (LIST, "Developments"),
        (ONE, "Developments"),
        (f"{ONE}/edit", "Developments"),
        ("/pilot_service/", "Pilots"),
        ("/pilot_service/new", "Pilots"),
    ],
)
def test_rail_marks_the_area_of_the_page(boss: FlaskClient, path: str, current: str) -> None:
    marked = re.findall(r'<a[^>]*aria-current="page"[^>]*>.*?</a>', boss.get(path).text, re.DOTALL)
    found = [title for title in ("Developments", "Pilots") if any(title in each for each in marked)]
    assert found == [current]


def test_list_says_that_there_is_nothing_yet(administrator: Person, sign_in: SignIn) -> None:
    page = sign_in(administrator).get(LIST).text
    assert ("No development yet" in page, titles(page)) == (True, [])


def test_list_shows_what_goes_on_first(
    desk: Desk, boss: FlaskClient, development_values: Values, walk: Walk
) -> None:
    walk(states.ABANDONED)
    begin(desk, development_values, "Label print")
    begin(desk, development_values, "Night run")
    assert titles(boss.get(LIST).text) == ["Night run", "Label print", "Scanner bridge"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("title", ["Apron", "Scanner bridge"]),
        ("-title", ["Scanner bridge", "Apron"]),
        ("due", ["Scanner bridge", "Apron"]),
        ("-due", ["Apron", "Scanner bridge"]),
        ("nonsense", ["Apron", "Scanner bridge"]),
    ],
)
def test_list_is_sorted_by_the_address(
    desk: Desk, boss: FlaskClient, development_values: Values, sort: str, expected: list[str]
) -> None:
    begin(desk, development_values, "Apron", due_on=date(2026, 5, 1))
    assert titles(boss.get(f"{LIST}?sort={sort}").text) == expected


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ("state=requested", ["Label print"]),
        ("state=deployed", ["Scanner bridge"]),
        ("state=lost", ["Label print", "Scanner bridge"]),
        ("customer=1", ["Label print", "Scanner bridge"]),
        ("customer=999", []),
        ("customer=99999999999999999999", ["Label print", "Scanner bridge"]),
        ("product=1", ["Label print", "Scanner bridge"]),
        ("product=999", []),
        ("product=x", ["Label print", "Scanner bridge"]),
        ("overdue=1", []),
        ("state=requested&customer=1&product=1", ["Label print"]),
    ],
)
def test_list_is_narrowed_by_the_address(
    desk: Desk,
    boss: FlaskClient,
    development_values: Values,
    walk: Walk,
    narrowed: str,
    expected: list[str],
) -> None:
    row = walk(states.DEPLOYED)
    begin(desk, development_values, "Label print")
    narrowed = narrowed.replace("customer=1&", f"customer={row.organisation_id}&")
    assert titles(boss.get(f"{LIST}?{narrowed}").text) == expected


def test_overdue_are_found_the_day_after_the_last(
    desk: Desk, boss: FlaskClient, walk: Walk
) -> None:
    row = deployed_before(desk, walk(states.DEPLOYED), 30)
    last = boss.get(LIST).text
    deployed_before(desk, row, 31)
    after = boss.get(f"{LIST}?overdue=1").text
    words = (
        "To be given back until Mar 10, 2026",
        "Overdue: to be given back until Mar 9, 2026",
        "One development is overdue to be given back.",
    )
    assert [[word in page for word in words] for page in (last, after)] == [
        [True, False, False],
        [False, True, True],
    ]
    assert titles(after) == ["Scanner bridge"]


def test_page_tells_everything_of_a_development(boss: FlaskClient) -> None:
    page = boss.get(ONE).text
    wanted = (
        *("Scanner bridge", "Kunde GmbH", "Lagerwerk 5.0", "Pallets are scanned at the gate."),
        *("https://roadmap.example/7", "V-2026-7", "Apr 30, 2026", "AGPL-3.0-or-later"),
        *("branch scanner", "Carla Contact", "Karla Kundin", "Requested", "Mar 2, 2026"),
    )
    assert [each for each in wanted if each not in page] == []


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (30, "To be given back until March 10, 2026."),
        (31, "To be given back until March 9, 2026: that day is over."),
    ],
)
def test_page_says_until_when_to_give_back(
    desk: Desk, boss: FlaskClient, walk: Walk, days: int, sentence: str
) -> None:
    deployed_before(desk, walk(states.DEPLOYED), days)
    assert sentence in boss.get(ONE).text


@pytest.mark.parametrize("state", [states.ACCEPTED, states.GIVEN_BACK, states.EXEMPT])
def test_page_says_nothing_where_nothing_is_owed(boss: FlaskClient, walk: Walk, state: str) -> None:
    walk(state)
    assert "To be given back until" not in boss.get(ONE).text


def test_page_says_that_nobody_leads(desk: Desk, boss: FlaskClient) -> None:
    lead = queries.people_in(desk, 1)[0]
    desk.commit()
    boss.post(f"{ONE}/people/{lead.id}/remove")
    assert "Nobody leads this development." in boss.get(ONE).text


def test_missing_development_is_not_there(boss: FlaskClient) -> None:
    paths = (f"{LIST}99", f"{LIST}99/edit", f"{ONE}/hours/99", f"{ONE}/places/99")
    found = [boss.get(path).status_code for path in (*paths, f"{ONE}/steps/lost")]
    assert found == [404] * 5


def test_organisations_page_shows_its_developments(
    desk: Desk, boss: FlaskClient, walk: Walk
) -> None:
    row = deployed_before(desk, walk(states.DEPLOYED), 31)
    page = boss.get(f"/people/organisations/{row.organisation_id}").text
    panel = page.partition("<h2>Developments</h2>")[2]
    wanted = (f'href="{ONE}"', "Scanner bridge", "Overdue: to be given back until Mar 9, 2026")
    assert [each in panel for each in wanted] == [True, True, True]


def test_programmes_page_says_what_is_overdue(
    desk: Desk, boss: FlaskClient, walk: Walk, participation: Participation
) -> None:
    row = walk(states.DEPLOYED)
    row.participation_id = participation.id
    desk.commit()
    path, sentence = "/pilot_service/1", "One development is overdue to be given back."
    before = boss.get(path).text
    deployed_before(desk, row, 31)
    assert [sentence in page for page in (before, boss.get(path).text)] == [False, True]


@pytest.fixture
def grow(
    desk: Desk, product: Product, customer: Person, development_values: Values, walk: Walk
) -> Callable[[int], None]:
    """Return a function that adds one of everything to the development, and another one."""
    row = walk(states.GIVEN_BACK)

    def go(number: int) -> None:
        begin(desk, development_values, f"No. {number}")
        address = f"a{number}@tresen.example"
        colleague = factories.make_person(desk, f"A {number}", address, role="agent")
        people.add(desk, row, colleague.id, states.DEVELOPER)
        values = {"person_id": colleague.id, "booked_on": TODAY, "hours": Decimal(1)}
        words = {"what": "Gate", "is_beyond": False, "beyond_reason": ""}
        bookings.book(desk, row, values | words)
        service.link(desk, row, factories.make_ticket(desk, customer))
        place = factories.make_installation(desk, customer.organisation_id or 0, product)
        service.deploy_too(desk, row, place.id, TODAY)
        desk.commit()

    return go


@pytest.mark.parametrize(("path", "cost"), [(LIST, 12), (ONE, 15)])
def test_page_costs_the_same_however_much_there_is(
    core: Core, boss: FlaskClient, grow: Callable[[int], None], path: str, cost: int
) -> None:
    counts = []
    for number in range(3):
        grow(number)
        with recorded(core.engine) as statements:
            assert boss.get(path).status_code == 200
        counts.append(len(statements))
    assert counts == [cost] * 3
    assert walks(core.engine, statements, filled=0) == []


def test_ticket_asks_for_its_developments_once(
    desk: Desk, core: Core, ticket: Ticket, development: Development
) -> None:
    service.link(desk, development, ticket)
    desk.commit()
    with recorded(core.engine) as statements:
        found = [row.title for row in queries.of_ticket(desk, ticket.id)]
    assert (found, len(statements)) == (["Scanner bridge"], 1)


def test_setting_moves_the_day_to_give_back(desk: Desk, boss: FlaskClient, walk: Walk) -> None:
    row = walk(states.DEPLOYED)
    given = {"warn_days": "14", "counts_without_product": "y", "giveback_days": "60"}
    boss.post("/admin/settings/pilot_service", data=given)
    desk.session.expire_all()
    assert queries.until(desk, [row]) == {1: TODAY + timedelta(days=60)}


def test_ticket_of_two_developments_shows_both(
    desk: Desk, boss: FlaskClient, ticket: Ticket, development_values: Values
) -> None:
    second = begin(desk, development_values, "Label print", kind=states.FIX)
    for row in (queries.development(desk, 1), second):
        service.link(desk, row, ticket)
    desk.commit()
    panel = boss.get(f"/tickets/{ticket.number}").text.partition("<h2>Development</h2>")[2]
    places = [panel.index(f"<bdi>{title}</bdi>") for title in ("Scanner bridge", "Label print")]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", list(states.KINDS))
def test_list_says_of_which_kind_a_development_is(
    desk: Desk, boss: FlaskClient, development_values: Values, kind: str
) -> None:
    begin(desk, development_values, "Label print", kind=kind)
    assert f'<div class="soft">{states.KINDS[kind]}</div>' in boss.get(LIST).text
