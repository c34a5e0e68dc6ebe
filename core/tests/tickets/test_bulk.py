# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changing many tickets: all of them or none, each by the rules of one."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from tresen.access import service as access
from tresen.desk import Desk
from tresen.errors import Refused
from tresen.journal.models import JournalEntry
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import bulk, timeline
from tresen.tickets.bulk import Wanted
from tresen.tickets.models import Ticket


@pytest.fixture
def here(desk: Desk, agent: Person) -> Desk:
    return replace(desk, actor=access.actor_for(desk, agent))


@pytest.fixture
def three(desk: Desk, customer: Person) -> list[Ticket]:
    made = [factories.make_ticket(desk, customer, f"Case {n}") for n in range(3)]
    desk.session.flush()
    return made


def test_change_reaches_every_ticket(
    here: Desk, desk: Desk, three: list[Ticket], agent: Person
) -> None:
    team = people.add_team(desk, "First line", [agent])
    wanted = Wanted("open", str(agent.id), str(team.id), "4", "Printer urgent")
    count = bulk.change_all(here, [ticket.id for ticket in three], wanted)
    seen = {(t.state, t.owner_id, t.team_id, t.priority) for t in three}
    tags = {tuple(timeline.tags_of(here, ticket)) for ticket in three}
    assert (count, seen, tags) == (
        3,
        {("open", agent.id, team.id, 4)},
        {("printer", "urgent")},
    )


def test_change_leaves_its_mark_in_the_journal(here: Desk, three: list[Ticket]) -> None:
    bulk.change_all(here, [three[0].id], Wanted(state="open"))
    here.session.flush()
    found = here.session.execute(
        select(
            JournalEntry.actor_name, JournalEntry.field, JournalEntry.old, JournalEntry.new
        ).where(JournalEntry.action == "changed")
    ).all()
    assert [tuple(row) for row in found] == [("Anna Agent", "state", "new", "open")]


def test_nobody_takes_the_owner_away(here: Desk, three: list[Ticket], agent: Person) -> None:
    three[0].owner_id = agent.id
    bulk.change_all(here, [three[0].id], Wanted(owner="none"))
    assert three[0].owner_id is None


def test_refusal_names_the_ticket_that_may_not(here: Desk, three: list[Ticket]) -> None:
    bulk.change_all(here, [three[1].id], Wanted(state="closed"))
    with pytest.raises(Refused) as refused:
        bulk.change_all(here, [ticket.id for ticket in three], Wanted(state="open"))
    assert refused.value.sentence == (
        f"Nothing was changed, because of ticket {three[1].number}: "
        "A ticket that is Closed cannot become Open."
    )


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Wanted(), "Choose what to change first."),
        (Wanted(owner="x"), "“x” cannot be chosen."),
        (Wanted(priority="-1"), "“-1” cannot be chosen."),
        (Wanted(team="99"), None),
        (Wanted(owner="2"), None),
        (Wanted(priority="9"), None),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    here: Desk, three: list[Ticket], wanted: Wanted, sentence: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        bulk.change_all(here, [three[0].id], wanted)
    assert sentence in (None, refused.value.sentence)


def test_no_ticket_is_refused(here: Desk) -> None:
    with pytest.raises(Refused, match=r"No ticket is selected\."):
        bulk.change_all(here, [], Wanted(state="open"))


def test_too_many_tickets_are_refused(here: Desk) -> None:
    with pytest.raises(Refused, match="At most 200 tickets"):
        bulk.change_all(here, range(1, 202), Wanted(state="open"))


def test_ticket_of_a_restricted_team_refuses_all(
    here: Desk, desk: Desk, three: list[Ticket], administrator: Person
) -> None:
    team = people.add_team(desk, "Personnel", [administrator], is_restricted=True)
    three[2].team_id = team.id
    desk.session.flush()
    with pytest.raises(Refused, match="no longer here for you"):
        bulk.change_all(here, [ticket.id for ticket in three], Wanted(state="open"))
    opened = here.session.scalar(select(func.count()).where(Ticket.state == "open"))
    assert opened == 0
