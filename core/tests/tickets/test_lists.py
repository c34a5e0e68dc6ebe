# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of tickets: order, pages, filters, counts, and never a ticket that is not one's own."""

from dataclasses import replace

import pytest
from tresen.access import service as access
from tresen.desk import Desk
from tresen.people import service as people
from tresen.people.models import Person, Team
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import lists, service, timeline, writing
from tresen.tickets.lists import Listing
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

OPEN = {"show": "open"}


@pytest.fixture
def here(desk: Desk, agent: Person) -> Desk:
    """Return a desk at which the agent sits."""
    return replace(desk, actor=access.actor_for(desk, agent))


@pytest.fixture
def seven(desk: Desk, customer: Person, clock: SteppedClock) -> list[Ticket]:
    """Return seven tickets, one opened every hour, of rising and falling priority."""
    made = []
    for level in (1, 2, 3, 4, 3, 2, 1):
        clock.go(hours=1)
        made.append(
            factories.make_ticket(desk, customer, f"Case {level}", impact=level, urgency=level)
        )
    desk.session.flush()
    return made


def ids(found: lists.Rows) -> list[int]:
    return [row.id for row in found.rows]


def walked(desk: Desk, listing: Listing, size: int) -> list[int]:
    """Return the ids of all pages, from the first to the last."""
    page = lists.rows_of(desk, listing, size)
    found = ids(page)
    while page.after:
        page = lists.rows_of(desk, replace(listing, after=page.after), size)
        found += ids(page)
    return found


@pytest.mark.parametrize("sort", [sign + key for key in lists.SORTS for sign in ("", "-")])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_together_are_the_whole_list(
    here: Desk, seven: list[Ticket], sort: str, size: int
) -> None:
    listing = Listing(OPEN, sort)
    assert walked(here, listing, size) == ids(lists.rows_of(here, listing, 50))


@pytest.mark.parametrize("sort", [sign + key for key in lists.SORTS for sign in ("", "-")])
def test_page_before_is_the_page_one_came_from(here: Desk, seven: list[Ticket], sort: str) -> None:
    listing = Listing(OPEN, sort)
    first = lists.rows_of(here, listing, 3)
    second = lists.rows_of(here, replace(listing, after=first.after), 3)
    back = lists.rows_of(here, replace(listing, before=second.before), 3)
    assert (ids(back), back.before, back.after) == (ids(first), "", first.after)


def test_order_is_by_priority_then_the_newest(here: Desk, seven: list[Ticket]) -> None:
    found = lists.rows_of(here, Listing(OPEN, "-priority"))
    assert [row.priority for row in found.rows] == sorted(
        (ticket.priority for ticket in seven), reverse=True
    )


def test_newest_message_comes_first(
    here: Desk, desk: Desk, seven: list[Ticket], clock: SteppedClock
) -> None:
    clock.go(hours=1)
    service.add_message(desk, seven[2], NewMessage("More", "web", is_inbound=True))
    assert ids(lists.rows_of(here, Listing(OPEN)))[0] == seven[2].id


@pytest.mark.parametrize(
    "place", ["x", "1-", "-1", "1--2", "9" * 40 + "-1", "1-" + "9" * 40, "٣-٤"]
)
def test_place_without_sense_is_the_first_page(here: Desk, seven: list[Ticket], place: str) -> None:
    listing = Listing(OPEN)
    assert ids(lists.rows_of(here, replace(listing, after=place))) == ids(
        lists.rows_of(here, listing)
    )


def test_row_names_everybody(here: Desk, desk: Desk, customer: Person, agent: Person) -> None:
    team = people.add_team(desk, "First line", [agent])
    made = factories.make_ticket(desk, customer, owner_id=agent.id, team_id=team.id)
    row = lists.rows_of(here, Listing(OPEN)).rows[0]
    assert (row.id, row.requester_name, row.organisation_name, row.owner_name, row.team_name) == (
        made.id,
        "Karla Kundin",
        "Kunde GmbH",
        "Anna Agent",
        "First line",
    )


@pytest.fixture
def varied(desk: Desk, customer: Person, agent: Person) -> dict[str, Ticket]:
    """Return one ticket for each thing that a filter can tell."""
    team = people.add_team(desk, "First line", [agent])
    product = factories.make_product(desk)
    found = {
        "plain": factories.make_ticket(desk, customer, "Plain"),
        "mine": factories.make_ticket(desk, customer, "Mine", owner_id=agent.id),
        "team": factories.make_ticket(desk, customer, "Team", team_id=team.id),
        "product": factories.make_ticket(desk, customer, "Product", product_id=product.id),
        "tagged": factories.make_ticket(desk, customer, "Tagged", tags=("printer",)),
        "urgent": factories.make_ticket(desk, customer, "Urgent", impact=4, urgency=4),
        "stranger": factories.make_ticket(desk, None, "Stranger"),
        "waiting": factories.make_ticket(desk, customer, "Waiting"),
        "solved": factories.make_ticket(desk, customer, "Solved"),
    }
    service.change(desk, found["waiting"], {"state": "waiting_customer"})
    service.change(desk, found["solved"], {"state": "solved"})
    desk.session.flush()
    return found


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"show": "waiting"}, ["waiting"]),
        ({"show": "ended"}, ["solved"]),
        ({"state": "solved"}, ["solved"]),
        ({"owner": "me"}, ["mine"]),
        ({"team": "1"}, ["team"]),
        ({"product": "1"}, ["product"]),
        ({"tag": "printer"}, ["tagged"]),
        ({"priority": "4"}, ["urgent"]),
        ({"requester": "2", "tag": "printer"}, ["tagged"]),
        ({"organisation": "1", "show": "ended"}, ["solved"]),
        ({"channel": "phone"}, []),
        ({"owner": "me", "tag": "printer"}, []),
        ({"show": "nonsense"}, []),
        ({"owner": "nonsense"}, []),
        ({"team": "999999999999999999999"}, []),
        ({"priority": "-4"}, []),
    ],
)
def test_filter_keeps_what_it_names(
    here: Desk, varied: dict[str, Ticket], filters: dict[str, str], names: list[str]
) -> None:
    found = ids(lists.rows_of(here, Listing(filters, "number")))
    assert found == [varied[name].id for name in names]


@pytest.mark.parametrize(
    ("filters", "missing"),
    [
        ({"show": "all"}, []),
        ({"show": "open"}, ["solved"]),
        ({"show": "due"}, ["solved"]),
        ({"owner": "none"}, ["mine"]),
        ({"team": "none"}, ["team"]),
        ({"organisation": "1"}, ["stranger"]),
        ({"channel": "web"}, []),
    ],
)
def test_filter_leaves_out_what_it_must(
    here: Desk, varied: dict[str, Ticket], filters: dict[str, str], missing: list[str]
) -> None:
    found = set(ids(lists.rows_of(here, Listing(filters))))
    assert {name for name, ticket in varied.items() if ticket.id not in found} == set(missing)


def test_counts_are_those_of_the_lists(here: Desk, varied: dict[str, Ticket]) -> None:
    counts = lists.counts(here)
    assert counts == lists.Counts(
        everything=8, mine=1, unassigned=7, waiting=1, due=1, by_team={1: 1}
    )


@pytest.fixture
def closed_team(desk: Desk, administrator: Person) -> Team:
    return people.add_team(desk, "Personnel", [administrator], is_restricted=True)


def test_restricted_team_is_neither_listed_nor_counted(
    here: Desk, desk: Desk, customer: Person, closed_team: Team
) -> None:
    factories.make_ticket(desk, customer, team_id=closed_team.id)
    found = lists.rows_of(here, Listing({"show": "all"}))
    assert (ids(found), lists.counts(here)) == ([], lists.Counts())


def test_restricted_team_is_listed_for_its_members(
    desk: Desk, customer: Person, administrator: Person, closed_team: Team
) -> None:
    made = factories.make_ticket(desk, customer, team_id=closed_team.id)
    inside = replace(desk, actor=access.actor_for(desk, administrator))
    assert ids(lists.rows_of(inside, Listing(OPEN))) == [made.id]


def test_unread_is_what_came_after_the_mark(here: Desk, desk: Desk, customer: Person) -> None:
    made = factories.make_ticket(desk, customer)
    last = timeline.thread(here, made).messages[-1].id
    before = lists.rows_of(here, Listing(OPEN)).rows[0].has_unread
    writing.be_present(here, made, last)
    desk.session.flush()
    after = lists.rows_of(here, Listing(OPEN)).rows[0].has_unread
    service.add_message(desk, made, NewMessage("More", "web", is_inbound=True))
    again = lists.rows_of(here, Listing(OPEN)).rows[0].has_unread
    assert (bool(before), bool(after), bool(again)) == (True, False, True)
