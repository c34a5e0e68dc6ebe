# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of a ticket keeps its rules and leaves its entry in the journal."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tresen.access import service as access
from tresen.desk import Desk
from tresen.errors import Conflict, Refused
from tresen.files import service as files
from tresen.journal.queries import entries_of
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import service, states
from tresen.tickets.models import Draft, Message, MessageFile, Participant, Ticket, TicketTag
from tresen.tickets.records import NewMessage, NewTicket

REPLY = NewMessage("Try this.", "web")
NOTE = NewMessage("Between us.", "web", kind="note")
ANSWER = NewMessage("It works.", "web", is_inbound=True)


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    return factories.make_ticket(desk, customer)


def story(desk: Desk, ticket: Ticket) -> list[tuple[str, str, Any, Any]]:
    desk.session.flush()
    entries = entries_of(desk, "ticket", ticket.id)
    return [(each.action, each.field, each.old, each.new) for each in reversed(entries)]


def test_new_ticket_is_new_and_the_agents_turn(ticket: Ticket, customer: Person) -> None:
    assert (ticket.state, ticket.is_open, ticket.is_answer_due) == ("new", True, True)
    assert (ticket.requester_id, ticket.organisation_id) == (customer.id, customer.organisation_id)


def test_subject_is_one_line_of_bounded_length(desk: Desk) -> None:
    made = factories.make_ticket(desk, None, f"  two\n lines {'x' * 500}")
    assert (made.subject[:11], len(made.subject)) == ("two lines x", service.SUBJECT_LIMIT)


@pytest.mark.parametrize("subject", ["", "   ", "\n\t"])
def test_ticket_without_a_subject_is_refused(desk: Desk, subject: str) -> None:
    with pytest.raises(Refused):
        factories.make_ticket(desk, None, subject)


def test_priority_follows_impact_and_urgency(desk: Desk, ticket: Ticket) -> None:
    service.change(desk, ticket, {"impact": 4, "urgency": 4})
    assert ticket.priority == 4


def test_priority_can_be_set_against_the_matrix(desk: Desk, ticket: Ticket) -> None:
    service.change(desk, ticket, {"impact": 4, "priority": 1})
    assert (ticket.impact, ticket.priority) == (4, 1)


def test_first_public_reply_opens_and_is_stamped(
    desk: Desk, ticket: Ticket, clock: SteppedClock
) -> None:
    clock.go(minutes=10)
    service.add_message(desk, ticket, REPLY)
    clock.go(minutes=10)
    service.add_message(desk, ticket, REPLY)
    assert (ticket.state, ticket.is_answer_due) == ("open", False)
    assert ticket.first_replied_at == clock.moment.replace(minute=10)


def test_note_changes_neither_state_nor_turn(desk: Desk, ticket: Ticket) -> None:
    service.add_message(desk, ticket, NOTE)
    assert (ticket.state, ticket.is_answer_due, ticket.first_replied_at) == ("new", True, None)


@pytest.mark.parametrize("state", [states.WAITING_CUSTOMER, states.SOLVED])
def test_customers_answer_reopens(desk: Desk, ticket: Ticket, state: str) -> None:
    service.change(desk, ticket, {"state": state})
    service.add_message(desk, ticket, ANSWER)
    assert (ticket.state, ticket.is_open, ticket.is_answer_due) == ("open", True, True)


@pytest.mark.parametrize("state", [states.WAITING_THIRD_PARTY, states.WAITING_INTERNAL])
def test_customers_answer_leaves_other_waiting_alone(
    desk: Desk, ticket: Ticket, state: str
) -> None:
    service.change(desk, ticket, {"state": state})
    service.add_message(desk, ticket, ANSWER)
    assert ticket.state == state


def test_closed_ticket_takes_no_public_message(desk: Desk, ticket: Ticket) -> None:
    service.change(desk, ticket, {"state": states.CLOSED})
    with pytest.raises(Refused):
        service.add_message(desk, ticket, ANSWER)
    service.add_message(desk, ticket, NOTE)
    bodies = desk.session.scalars(select(Message.body).order_by(Message.id)).all()
    assert bodies[-1] == "Between us."


@pytest.mark.parametrize("body", ["", "  \n "])
def test_empty_message_is_refused(desk: Desk, ticket: Ticket, body: str) -> None:
    with pytest.raises(Refused):
        service.add_message(desk, ticket, NewMessage(body, "web"))


def test_message_of_a_file_alone_is_one(desk: Desk, ticket: Ticket) -> None:
    kept = files.store_file(desk, "log.txt", "text/plain", b"log")
    service.add_message(desk, ticket, NewMessage("", "web", files=((kept.id, ""),)))
    assert desk.session.scalars(select(MessageFile.file_id)).all() == [kept.id]


def test_atk_a06_file_of_another_persons_draft_is_refused(
    desk: Desk, ticket: Ticket, agent: Person, administrator: Person
) -> None:
    theirs = replace(desk, actor=access.actor_for(desk, administrator))
    kept = files.store_file(theirs, "secret.txt", "text/plain", b"secret")
    mine = replace(desk, actor=access.actor_for(desk, agent))
    with pytest.raises(Refused):
        service.add_message(mine, ticket, NewMessage("x", "web", files=((kept.id, ""),)))


def test_sent_message_takes_its_draft_away(desk: Desk, ticket: Ticket, agent: Person) -> None:
    own = replace(desk, actor=access.actor_for(desk, agent))
    desk.session.add(Draft(ticket_id=ticket.id, person_id=agent.id, changed_at=desk.now()))
    desk.session.flush()
    service.add_message(own, ticket, REPLY)
    desk.session.flush()
    assert desk.session.scalars(select(Draft)).all() == []


def test_change_is_recorded_from_what_to_what(desk: Desk, ticket: Ticket) -> None:
    service.change(desk, ticket, {"state": "open", "subject": "Scanner"})
    assert sorted(story(desk, ticket)[1:]) == [
        ("changed", "state", "new", "open"),
        ("changed", "subject", "The printer prints nothing", "Scanner"),
    ]


def test_change_to_the_same_is_none(desk: Desk, ticket: Ticket) -> None:
    before = ticket.revision
    assert service.change(desk, ticket, {"state": "new", "priority": 2}) == {}
    desk.session.flush()
    assert (ticket.revision, len(story(desk, ticket))) == (before, 1)


def test_change_of_something_that_moved_on_is_a_conflict(desk: Desk, ticket: Ticket) -> None:
    seen = ticket.revision
    service.change(desk, ticket, {"state": "open"})
    desk.session.flush()
    with pytest.raises(Conflict):
        service.change(desk, ticket, {"state": "solved"}, seen)
    assert ticket.state == "open"


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"state": "gone"}, "A ticket that is New cannot become gone."),
        ({"subject": " "}, "The subject is empty. Say in a few words what it is about."),
        ({"priority": 5}, "5 is not between 1 (low) and 4 (critical)."),
        ({"team_id": 77}, "There is no such team."),
        ({"owner_id": 77}, "Only an active agent can own a ticket."),
        ({"closed_at": None, "id": 3}, "closed_at, id cannot be changed."),
    ],
)
def test_impossible_change_is_refused_with_a_sentence(
    desk: Desk, ticket: Ticket, wanted: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        service.change(desk, ticket, wanted)
    assert refusal.value.sentence == sentence


def test_owner_is_an_active_agent(
    desk: Desk, ticket: Ticket, agent: Person, customer: Person
) -> None:
    service.change(desk, ticket, {"owner_id": agent.id})
    assert ticket.owner_id == agent.id
    with pytest.raises(Refused):
        service.change(desk, ticket, {"owner_id": customer.id})


def test_stamps_follow_the_state(desk: Desk, ticket: Ticket, clock: SteppedClock) -> None:
    stamps = []
    for state in ("solved", "open", "solved", "closed"):
        clock.go(hours=1)
        service.change(desk, ticket, {"state": state})
        stamps.append((ticket.solved_at, ticket.closed_at, ticket.is_open))
    first = clock.moment.replace(hour=10)
    later, last = clock.moment.replace(hour=12), clock.moment
    assert stamps == [
        (first, None, False),
        (None, None, True),
        (later, None, False),
        (later, last, False),
    ]


def test_closing_at_once_is_solving_too(desk: Desk, ticket: Ticket) -> None:
    service.change(desk, ticket, {"state": "closed"})
    assert (ticket.solved_at, ticket.closed_at) == (desk.now(), desk.now())


def test_tags_are_lower_case_and_each_once(desk: Desk, ticket: Ticket) -> None:
    service.add_tags(desk, ticket, ("Printer", " printer ", "VPN", ""))
    service.add_tags(desk, ticket, ("vpn",))
    assert desk.session.scalars(select(TicketTag.tag).order_by(TicketTag.tag)).all() == [
        "printer",
        "vpn",
    ]


def test_tag_is_taken_off_and_recorded(desk: Desk, ticket: Ticket) -> None:
    service.add_tags(desk, ticket, ("vpn",))
    service.remove_tag(desk, ticket, "vpn")
    service.remove_tag(desk, ticket, "never there")
    assert story(desk, ticket)[1:] == [
        ("tagged", "tags", None, ["vpn"]),
        ("untagged", "tags", "vpn", None),
    ]


def test_tickets_are_linked_once_and_unlinked(desk: Desk, ticket: Ticket, customer: Person) -> None:
    other = factories.make_ticket(desk, customer)
    for _ in range(2):
        service.link(desk, ticket, other, "duplicate")
        desk.session.flush()
    service.unlink(desk, ticket, other, "duplicate")
    assert story(desk, ticket)[1:] == [
        ("linked", "duplicate", None, other.number),
        ("unlinked", "duplicate", other.number, None),
    ]


@pytest.mark.parametrize("kind", ["cousin", ""])
def test_unknown_kind_of_link_is_refused(desk: Desk, ticket: Ticket, kind: str) -> None:
    with pytest.raises(Refused):
        service.link(desk, ticket, ticket, kind)


def test_ticket_is_not_linked_to_itself(desk: Desk, ticket: Ticket) -> None:
    with pytest.raises(Refused):
        service.link(desk, ticket, ticket, "relates")


def test_participant_joins_once_and_leaves(desk: Desk, ticket: Ticket, agent: Person) -> None:
    for _ in range(2):
        service.add_participant(desk, ticket, agent)
        desk.session.flush()
    within = desk.session.scalars(select(Participant.person_id)).all()
    service.remove_participant(desk, ticket, agent)
    desk.session.flush()
    assert (within, desk.session.scalars(select(Participant)).all()) == ([agent.id], [])


def test_requester_is_no_participant_besides(desk: Desk, ticket: Ticket, customer: Person) -> None:
    service.add_participant(desk, ticket, customer)
    desk.session.flush()
    assert desk.session.scalars(select(Participant)).all() == []


def test_given_team_stays_without_a_route(desk: Desk, customer: Person) -> None:
    team = people.add_team(desk, "First tier", [])
    made = factories.make_ticket(desk, customer, team_id=team.id)
    assert (made.team_id, made.owner_id) == (team.id, None)


def test_installation_and_language_are_kept(desk: Desk, customer: Person) -> None:
    product = factories.make_product(desk)
    mine = factories.make_installation(desk, customer.organisation_id or 0, product)
    new = NewTicket("x", "web", installation_id=mine.id, product_id=product.id, language="de")
    made = service.open_ticket(desk, new, ANSWER)
    assert (made.installation_id, made.product_id, made.language) == (mine.id, product.id, "de")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(sorted(states.TITLES)), max_size=8))
def test_no_walk_through_the_states_leaves_a_contradiction(
    desk: Desk, customer: Person, steps: list[str]
) -> None:
    made = factories.make_ticket(desk, customer)
    for step in steps:
        allowed = states.may_go(made.state, step)
        try:
            service.change(desk, made, {"state": step})
        except Refused:
            assert not allowed
    ended = made.state in states.ENDED
    assert (made.is_open, made.solved_at is not None) == (not ended, ended)
    assert (made.closed_at is not None) == (made.state == states.CLOSED)
