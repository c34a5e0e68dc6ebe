# SPDX-License-Identifier: AGPL-3.0-or-later
"""No ticket of a restricted team has an owner outside it, and nobody outside is told its words."""

import pytest
from sqlalchemy import func, select
from tresen.desk import Core, Desk
from tresen.errors import Refused
from tresen.hooks import hookimpl
from tresen.hooks.records import Route
from tresen.journal.queries import entries_of
from tresen.mail.models import OutboundMail
from tresen.people import queries as people_queries
from tresen.people import service as people
from tresen.people.models import Person, Team
from tresen.testing import factories
from tresen.tickets import bulk
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

SENTENCE = "Anna Agent is not in the restricted team Payroll and would not see the ticket."


@pytest.fixture
def insider(desk: Desk) -> Person:
    return factories.make_person(desk, "Ida Inside", "ida@tresen.example", role="agent")


@pytest.fixture
def payroll(desk: Desk, insider: Person) -> Team:
    return people.add_team(desk, "Payroll", [insider], is_restricted=True)


@pytest.fixture
def ticket(desk: Desk, customer: Person, payroll: Team) -> Ticket:
    return factories.make_ticket(desk, customer, team_id=payroll.id)


def notices(desk: Desk) -> int:
    found = select(func.count()).select_from(OutboundMail).filter_by(purpose="notice")
    return desk.session.scalar(found) or 0


def test_agent_outside_cannot_be_made_owner(desk: Desk, ticket: Ticket, agent: Person) -> None:
    with pytest.raises(Refused) as refused:
        tickets.change(desk, ticket, {"owner_id": agent.id})
    assert (refused.value.sentence, ticket.owner_id) == (SENTENCE, None)


def test_agent_outside_cannot_be_made_owner_of_many(
    desk: Desk, ticket: Ticket, agent: Person
) -> None:
    with pytest.raises(Refused) as refused:
        bulk.change_all(desk, [ticket.id], bulk.Wanted(owner=str(agent.id)))
    assert refused.value.sentence == (
        f"Nothing was changed, because of ticket {ticket.number}: {SENTENCE}"
    )


def test_ticket_is_not_opened_for_an_owner_outside(
    desk: Desk, customer: Person, payroll: Team, agent: Person
) -> None:
    with pytest.raises(Refused) as refused:
        factories.make_ticket(desk, customer, team_id=payroll.id, owner_id=agent.id)
    assert refused.value.sentence == SENTENCE


def test_members_and_administrators_can_own(
    desk: Desk, ticket: Ticket, insider: Person, administrator: Person
) -> None:
    for person in (insider, administrator):
        tickets.change(desk, ticket, {"owner_id": person.id})
        assert ticket.owner_id == person.id


def test_owner_and_team_can_change_together(desk: Desk, ticket: Ticket, agent: Person) -> None:
    tickets.change(desk, ticket, {"owner_id": agent.id, "team_id": None})
    assert (ticket.owner_id, ticket.team_id) == (agent.id, None)


def test_ticket_given_to_the_team_leaves_its_owner_behind(
    desk: Desk, customer: Person, payroll: Team, agent: Person
) -> None:
    given = factories.make_ticket(desk, customer, owner_id=agent.id)
    tickets.change(desk, given, {"team_id": payroll.id})
    desk.session.flush()
    fields = [entry.field for entry in entries_of(desk, "ticket", given.id) if entry.field]
    assert (given.owner_id, sorted(fields)[:2]) == (None, ["owner_id", "team_id"])


def test_owner_who_left_the_team_is_told_nothing(
    desk: Desk, ticket: Ticket, payroll: Team, insider: Person, agent: Person
) -> None:
    tickets.change(desk, ticket, {"owner_id": insider.id})
    before = notices(desk)
    people.change_team(desk, payroll, {"name": "Payroll"}, [agent])
    tickets.add_message(desk, ticket, NewMessage("My salary is", "web", is_inbound=True))
    assert (people_queries.member_ids(desk, payroll.id), notices(desk)) == ([agent.id], before)


def test_owner_in_the_team_is_told(desk: Desk, ticket: Ticket, insider: Person) -> None:
    tickets.change(desk, ticket, {"owner_id": insider.id})
    before = notices(desk)
    tickets.add_message(desk, ticket, NewMessage("My salary is", "web", is_inbound=True))
    assert notices(desk) == before + 1


def test_route_to_an_owner_outside_leaves_the_ticket_to_the_team(
    core: Core, desk: Desk, customer: Person, payroll: Team, agent: Person
) -> None:
    class Switch:
        """Gives every ticket of the team to somebody outside."""

        @hookimpl
        def ticket_route(self) -> Route:
            return Route(payroll.id, agent.id, reason="by hand")

    core.plugins.pm.register(Switch(), "switch")
    routed = factories.make_ticket(desk, customer)
    assert (routed.team_id, routed.owner_id) == (payroll.id, None)
