# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pilot's ticket has somebody who is there, as long as anybody is, when the customer writes."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product as combinations

import pytest
from flask.testing import FlaskClient
from tresen.sdk import (
    Core,
    Desk,
    NewMessage,
    Person,
    Team,
    Ticket,
    add_message,
)
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen_pilot_service import queries, responsible, service, steps
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
SITUATIONS = list(combinations(("there", "absent", "left"), repeat=3))
People = tuple[Person, Person, Person]
DAY = timedelta(days=1)


@pytest.fixture
def member(desk: Desk, contact: Person, deputy: Person) -> Person:
    """Return an agent of the programme's team who is neither contact nor deputy."""
    return factories.make_person(desk, "Mia Member", "mia@tresen.example", role="agent")


@pytest.fixture
def team(desk: Desk, contact: Person, deputy: Person, member: Person) -> Team:
    """Return the programme's team, which has the member too."""
    return factories.make_team(desk, "Pilots", contact, deputy, member)


@pytest.fixture
def people(contact: Person, deputy: Person, member: Person) -> People:
    """Return those who may answer, in the order in which they do."""
    return contact, deputy, member


def put(desk: Desk, person: Person, situation: str) -> None:
    """Let the person be in the situation."""
    if situation == "absent":
        factories.make_absence(desk, person, desk.now() - DAY, desk.now() + DAY)
    elif situation == "left":
        person.is_active = False
    desk.session.flush()


def write(desk: Desk, ticket: Ticket, customer: Person) -> None:
    """Let the customer write on the ticket, an hour after it was opened."""
    ticket.created_at -= timedelta(hours=1)
    words = NewMessage("Are you there?", "web", is_inbound=True, author_id=customer.id)
    add_message(desk, ticket, words)


def expected(people: tuple[Person, ...], situations: tuple[str, ...]) -> int | None:
    """Return the first of the people who is there."""
    present = (person.id for person, how in zip(people, situations, strict=True) if how == "there")
    return next(present, None)


@pytest.mark.parametrize("situations", SITUATIONS)
def test_new_ticket_goes_to_the_first_who_is_there(
    desk: Desk,
    participation: Participation,
    customer: Person,
    people: People,
    situations: tuple[str, ...],
) -> None:
    for person, situation in zip(people, situations, strict=True):
        put(desk, person, situation)
    ticket = factories.make_ticket(desk, customer)
    wanted = expected(people, situations)
    assert ticket.owner_id == wanted
    assert ticket.team_id == participation.programme.team_id


@pytest.mark.parametrize("situations", SITUATIONS)
def test_ticket_is_handed_over_when_the_customer_writes(
    desk: Desk,
    participation: Participation,
    customer: Person,
    people: People,
    situations: tuple[str, ...],
) -> None:
    ticket = factories.make_ticket(desk, customer)
    for person, situation in zip(people, situations, strict=True):
        put(desk, person, situation)
    write(desk, ticket, customer)
    # Where nobody is there it stays where it is.
    assert ticket.owner_id == (expected(people, situations) or people[0].id)


def test_ticket_of_an_owner_who_is_there_stays(
    desk: Desk, participation: Participation, customer: Person, member: Person
) -> None:
    ticket = factories.make_ticket(desk, customer, owner_id=member.id)
    write(desk, ticket, customer)
    assert ticket.owner_id == member.id


def test_ticket_is_not_handed_over_by_our_own_words(
    desk: Desk, participation: Participation, customer: Person, contact: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    put(desk, contact, "absent")
    add_message(desk, ticket, NewMessage("A note.", "web", kind="note"))
    assert ticket.owner_id == contact.id


def test_first_word_on_a_ticket_hands_nothing_over(
    desk: Desk, participation: Participation, customer: Person, member: Person
) -> None:
    put(desk, member, "absent")
    assert factories.make_ticket(desk, customer, owner_id=member.id).owner_id == member.id


def test_ticket_that_is_no_pilots_stays_with_its_absent_owner(
    desk: Desk, participation: Participation, customer: Person, member: Person
) -> None:
    other = factories.make_product(desk, "kasse", "Kassenwerk")
    ticket = factories.make_ticket(desk, customer, product_id=other.id, owner_id=member.id)
    put(desk, member, "absent")
    write(desk, ticket, customer)
    assert ticket.owner_id == member.id


def test_ticket_of_a_pilot_that_is_over_stays(
    desk: Desk, participation: Participation, customer: Person, contact: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    service.move(desk, participation, steps.FINISHED)
    put(desk, contact, "absent")
    write(desk, ticket, customer)
    assert ticket.owner_id == contact.id


def test_contact_who_is_no_agent_any_more_is_stood_in_for(
    desk: Desk, participation: Participation, customer: Person, contact: Person, deputy: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    contact.role = "customer"
    write(desk, ticket, customer)
    assert ticket.owner_id == deputy.id


def test_member_with_the_fewest_open_tickets_stands_in(
    desk: Desk, participation: Participation, contact: Person, deputy: Person, member: Person
) -> None:
    second = factories.make_person(desk, "Nora Next", "nora@tresen.example", role="agent")
    put(desk, contact, "absent")
    put(desk, deputy, "absent")
    team = factories.make_team(desk, "Helpers", member, second)
    participation.programme.team_id = team.id
    row, found = queries.participation(desk, participation.id), []
    for owner in (member, second, second):
        found.append(responsible.responsible(desk, row))
        factories.make_ticket(desk, None, owner_id=owner.id)
    assert found == [member, second, member]


def test_nobody_answers_where_nobody_is_there(
    desk: Desk, participation: Participation, contact: Person, deputy: Person, member: Person
) -> None:
    for person in (contact, deputy, member):
        put(desk, person, "left")
    row = queries.participation(desk, participation.id)
    assert responsible.responsible(desk, row) is None


def test_panel_says_who_answers_while_the_contact_is_absent(
    desk: Desk,
    participation: Participation,
    customer: Person,
    contact: Person,
    agent: Person,
    sign_in: SignIn,
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    browser, shown = sign_in(agent), []
    for _time in range(2):
        shown.append(browser.get(f"/tickets/{ticket.number}").text.count("Answers now"))
        put(desk, contact, "absent")
        desk.commit()
    assert shown == [0, 1]


def test_word_of_a_customer_who_tries_nothing_costs_one_question(
    desk: Desk, core: Core, participation: Participation, agent: Person
) -> None:
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    ticket = factories.make_ticket(desk, stranger, owner_id=agent.id)
    desk.session.flush()
    with recorded(core.engine) as statements:
        responsible.hand_over(desk, ticket)
    assert len(statements) == 1
