# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rail: what is due, what saved views hold, and the letters that lead to each place."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Core, Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import NavItem
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen.tickets import lists, service
from tresen.tickets.models import SavedView

SignIn = Callable[[Person], FlaskClient]
ENTRY = re.compile(
    r'<a class="rail-item" href="([^"]+)" title="([^"]+)"[^>]*?(?: data-key="([^"]+)")?>'
    r".*?</span>(?:<span class=\"count\">([^<]+)</span>)?</a>",
    re.DOTALL,
)


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(agent)


def rail(browser: FlaskClient) -> dict[str, tuple[str, str, str]]:
    """Return (address, keys, count) of each entry by its title."""
    found = ENTRY.findall(browser.get("/tickets/").text)
    return {title: (url, key, count) for url, title, key, count in found}


def keep(desk: Desk, agent: Person, **views: str) -> None:
    desk.session.add_all(
        SavedView(person_id=agent.id, title=title, query=query) for title, query in views.items()
    )
    desk.commit()


def test_own_answers_that_are_due_are_counted(
    browser: FlaskClient, desk: Desk, customer: Person, agent: Person
) -> None:
    for owner in (agent.id, agent.id, None):
        factories.make_ticket(desk, customer, owner_id=owner)
    factories.make_ticket(desk, customer, owner_id=agent.id).is_answer_due = False
    desk.commit()
    address = "/tickets/?owner=me&amp;show=due"
    assert rail(browser)["Answer due"] == (address, "g d", "2")
    page = browser.get("/tickets/?owner=me&show=due").text
    assert (page.count('id="ticket-'), "<h1>Answer due" in page) == (2, True)
    assert 'title="Answer due" data-command="Answer due" aria-current="page"' in page


def test_saved_views_say_how_much_they_hold(
    browser: FlaskClient, desk: Desk, customer: Person, agent: Person
) -> None:
    tickets = [factories.make_ticket(desk, customer) for _number in range(3)]
    service.add_tags(desk, tickets[0], ("printer",))
    service.change(desk, tickets[1], {"state": "closed"})
    keep(desk, agent, Printers="tag=printer", Everything="show=all", Nothing="tag=none")
    shown = rail(browser)
    found = {title: shown[title][2] for title in ("Printers", "Everything", "Nothing")}
    assert found == {"Printers": "1", "Everything": "3", "Nothing": "0"}


def test_nobody_counts_on_beyond_what_is_shown(
    browser: FlaskClient,
    desk: Desk,
    customer: Person,
    agent: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    monkeypatch.setattr("tresen.tickets.views.rail.MOST_COUNTED", 2)
    for number in range(4):
        ticket = factories.make_ticket(desk, customer)
        service.add_tags(desk, ticket, ("many", "two") if number < 2 else ("many",))
    keep(desk, agent, Many="tag=many", Two="tag=two")
    shown = rail(browser)
    assert (shown["Many"][2], shown["Two"][2]) == ("2+", "2")


def test_views_are_counted_by_one_statement(
    browser: FlaskClient, desk: Desk, customer: Person, agent: Person
) -> None:
    counts = []
    for number in range(3):
        keep(desk, agent, **{f"View {number} {each}": f"tag={number}{each}" for each in range(9)})
        with recorded(desk.core.engine) as statements:
            browser.get("/people/")
        counts.append(len(statements))
    assert counts == [counts[0]] * 3


def test_count_keeps_to_what_the_agent_may_see(
    browser: FlaskClient, desk: Desk, customer: Person, agent: Person
) -> None:
    team = factories.make_team(desk, "Closed circle")
    team.is_restricted = True
    factories.make_ticket(desk, customer, team_id=team.id)
    factories.make_ticket(desk, customer)
    keep(desk, agent, All="show=all")
    assert rail(browser)["All"][2] == "1"


def test_areas_have_their_letters(sign_in: SignIn, administrator: Person) -> None:
    shown = rail(sign_in(administrator))
    areas = ("People", "Organisations", "Products", "Teams", "Mail", "Administration")
    letters = {title: shown[title][1] for title in areas}
    assert letters == {
        "People": "g p",
        "Organisations": "g o",
        "Products": "g r",
        "Teams": "g t",
        "Mail": "g e",
        "Administration": "g s",
    }
    keys = [key for _url, key, _count in shown.values() if key]
    assert sorted(keys) == sorted(set(keys))


def test_letter_that_is_taken_leads_to_the_higher_entry(core: Core, browser: FlaskClient) -> None:
    class Harbour:
        """Wants the letters of others."""

        @hookimpl
        def nav_items(self) -> list[NavItem]:
            wanted = [("Piers", "m", 500), ("Ships", "p", 500), ("Cranes", "y", 500)]
            return [
                NavItem(title, f"tickets.{name}", "tickets.read", weight=weight, key=key)
                for (title, key, weight), name in zip(
                    wanted, ("index", "new", "export"), strict=True
                )
            ]

    core.plugins.pm.register(Harbour(), "harbour")
    core.plugins.collected.clear()
    shown = rail(browser)
    assert [shown[title][1] for title in ("Piers", "Ships", "Cranes")] == ["", "", "g y"]
    assert (shown["My open tickets"][1], shown["People"][1]) == ("g m", "g p")
