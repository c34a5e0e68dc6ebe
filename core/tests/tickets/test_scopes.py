# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sees which request, and which of its messages: one table for everybody."""

from typing import Any

import pytest
from sqlalchemy import select
from tickets.bench import Bench
from tresen.desk import ANONYMOUS, Desk
from tresen.errors import Missing
from tresen.search.models import SearchEntry
from tresen.testing import factories
from tresen.tickets import lists, queries, search, service, timeline
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

# Tickets: of the customer, of the customer where the colleague takes part, of the stranger, of
# nobody, of the restricted team.
THINGS = ("own", "shared", "foreign", "nobody", "restricted")
SEEN = {
    "agent": ("own", "shared", "foreign", "nobody"),
    "other": ("own", "shared", "foreign", "nobody"),
    "administrator": THINGS,
    "customer": ("own", "shared", "restricted"),
    "colleague": ("shared",),
    "overseer": ("own", "shared", "restricted"),
    "stranger": ("foreign",),
    "anonymous": (),
    "system": THINGS,
}


@pytest.fixture
def tickets(bench: Bench) -> dict[str, Ticket]:
    """Return a ticket for each thing that a scope can tell."""
    made = {
        "own": bench.ticket("own"),
        "shared": bench.ticket("shared"),
        "foreign": factories.make_ticket(bench.desk, bench.person("stranger"), "foreign"),
        "nobody": factories.make_ticket(bench.desk, None, "nobody"),
        "restricted": bench.ticket("restricted", team_id=bench.ids["personnel"]),
    }
    service.add_participant(bench.desk, made["shared"], bench.person("colleague"))
    bench.desk.session.flush()
    return made


def desk_of(bench: Bench, who: str) -> Desk:
    if who == "system":
        return bench.desk
    if who == "anonymous":
        desk = bench.at("agent")
        desk.actor = ANONYMOUS
        return desk
    return bench.at(who)


@pytest.mark.parametrize("who", SEEN)
def test_everybody_sees_what_the_table_says(
    bench: Bench, tickets: dict[str, Ticket], who: str
) -> None:
    found = desk_of(bench, who).session.scalars(queries.visible(desk_of(bench, who)))
    assert sorted(ticket.subject for ticket in found) == sorted(SEEN[who])


@pytest.mark.parametrize("who", SEEN)
def test_number_opens_what_one_sees_and_nothing_else(
    bench: Bench, tickets: dict[str, Ticket], who: str
) -> None:
    desk = desk_of(bench, who)
    seen = {
        name: queries.ticket_by_number(desk, tickets[name].number).subject for name in SEEN[who]
    }
    assert list(seen) == list(seen.values())
    for name in set(THINGS) - set(seen):
        with pytest.raises(Missing, match=f"^There is no ticket {tickets[name].number} here"):
            queries.ticket_by_number(desk, tickets[name].number)


@pytest.mark.parametrize("who", SEEN)
def test_is_visible_says_the_same(bench: Bench, tickets: dict[str, Ticket], who: str) -> None:
    desk = desk_of(bench, who)
    seen = [name for name, ticket in tickets.items() if queries.is_visible(desk, ticket)]
    assert seen == [name for name in tickets if name in SEEN[who]]


@pytest.mark.parametrize("who", SEEN)
def test_list_counts_and_numbers_in_texts_keep_to_it(
    bench: Bench, tickets: dict[str, Ticket], who: str
) -> None:
    desk = desk_of(bench, who)
    listed = lists.rows_of(desk, lists.Listing({"show": "all"})).rows
    numbers = {ticket.number: name for name, ticket in tickets.items()}
    linked = timeline.visible_numbers(desk, numbers)
    expected = sorted(SEEN[who])
    assert sorted(row.subject for row in listed) == expected
    assert lists.counts(desk).everything == len(expected)
    assert sorted(numbers[number] for number in linked) == expected


@pytest.mark.parametrize("who", SEEN)
def test_search_finds_no_more_than_one_sees(
    bench: Bench, tickets: dict[str, Ticket], who: str
) -> None:
    desk = desk_of(bench, who)
    ids = {ticket.id: name for name, ticket in tickets.items()}
    within = desk.session.scalars(
        select(SearchEntry.subject_id)
        .where(SearchEntry.kind == "ticket", SearchEntry.part_id == 0, search.scope(desk))
        .order_by(SearchEntry.id)
    )
    hits = search.hits(desk, list(ids))
    expected = sorted(SEEN[who])
    assert sorted(ids[subject_id] for subject_id in within) == expected
    assert sorted(ids[ticket_id] for ticket_id in hits) == expected


@pytest.mark.parametrize("who", SEEN)
@pytest.mark.parametrize("sign", ["", "#"])
def test_number_as_a_question_leads_to_what_one_sees(
    bench: Bench, tickets: dict[str, Ticket], who: str, sign: str
) -> None:
    desk = desk_of(bench, who)
    titles = {}
    for name, ticket in tickets.items():
        hit = search.direct(desk, f"{sign}{ticket.number}")
        titles[name] = hit.title if hit else None
    assert titles == {
        name: f"#{ticket.number} {name}" if name in SEEN[who] else None
        for name, ticket in tickets.items()
    }


@pytest.mark.parametrize("question", ["", "#", "##10001", "10001x", "-10001", "1e4", "0", "9" * 30])
def test_question_that_is_no_number_leads_nowhere(bench: Bench, question: str) -> None:
    bench.ticket()
    assert search.direct(bench.desk, question) is None


@pytest.mark.parametrize(
    ("who", "bodies"),
    [
        ("agent", ["It was fine yesterday.", "Between us.", "Try this."]),
        ("administrator", ["It was fine yesterday.", "Between us.", "Try this."]),
        ("customer", ["It was fine yesterday.", "Try this."]),
        ("overseer", ["It was fine yesterday.", "Try this."]),
    ],
)
def test_customers_never_read_a_note(bench: Bench, who: str, bodies: list[str]) -> None:
    ticket = bench.ticket()
    service.add_message(bench.desk, ticket, NewMessage("Between us.", "web", kind="note"))
    service.add_message(bench.desk, ticket, NewMessage("Try this.", "web"))
    found = queries.messages_after(bench.at(who), ticket, 0, 50)
    assert [message.body for message in found] == bodies


def test_messages_come_by_the_page(bench: Bench) -> None:
    ticket, other = bench.ticket(), bench.ticket()
    for number in range(4):
        service.add_message(bench.desk, ticket, NewMessage(str(number), "web", kind="note"))
        service.add_message(bench.desk, other, NewMessage("elsewhere", "web", kind="note"))
    desk = bench.at("agent")
    first = queries.messages_after(desk, ticket, 0, 2)
    rest = queries.messages_after(desk, ticket, first[-1].id, 50)
    assert [m.body for m in first] == ["It was fine yesterday.", "0"]
    assert [m.body for m in rest] == ["1", "2", "3"]


@pytest.mark.parametrize("change", ["joins", "leaves", "requester", "organisation", "restricted"])
def test_sight_follows_at_once(bench: Bench, change: str) -> None:
    ticket, guest = bench.ticket(), bench.person("colleague")
    desk, who = bench.desk, "colleague"
    before = queries.is_visible(bench.at(who), ticket)
    wanted: dict[str, Any] = {}
    if change == "joins":
        service.add_participant(desk, ticket, guest)
    elif change == "leaves":
        service.add_participant(desk, ticket, guest)
        desk.session.flush()
        service.remove_participant(desk, ticket, guest)
    elif change == "requester":
        wanted = {"requester_id": guest.id}
    elif change == "organisation":
        guest.sees_organisation = True
    else:
        who, wanted = "agent", {"team_id": bench.ids["personnel"]}
        before = queries.is_visible(bench.at(who), ticket)
    service.change(desk, ticket, wanted)
    desk.session.flush()
    after = queries.is_visible(bench.at(who), ticket)
    assert (before, after) == {
        "joins": (False, True),
        "leaves": (False, False),
        "requester": (False, True),
        "organisation": (False, True),
        "restricted": (True, False),
    }[change]


def test_overseer_without_an_organisation_sees_his_own_alone(bench: Bench) -> None:
    overseer = bench.person("overseer")
    overseer.organisation_id = None
    factories.make_ticket(bench.desk, None, "of no organisation")
    mine = factories.make_ticket(bench.desk, overseer, "mine")
    bench.desk.session.flush()
    found = bench.desk.session.scalars(queries.visible(bench.at("overseer"))).all()
    assert found == [mine]


def test_member_of_the_restricted_team_sees_its_tickets(bench: Bench) -> None:
    ticket = bench.ticket(team_id=bench.ids["personnel"])
    desk = bench.at("agent")
    outside = queries.is_visible(desk, ticket)
    desk.actor = type(desk.actor)(
        **vars(desk.actor) | {"team_ids": frozenset({bench.ids["personnel"]})}
    )
    assert (outside, queries.is_visible(desk, ticket)) == (False, True)


def test_new_requester_takes_part_once(bench: Bench) -> None:
    ticket, guest = bench.ticket(), bench.person("colleague")
    service.add_participant(bench.desk, ticket, guest)
    bench.desk.session.flush()
    service.change(bench.desk, ticket, {"requester_id": guest.id})
    bench.desk.session.flush()
    assert list(timeline.participants_of(bench.desk, ticket)) == []
