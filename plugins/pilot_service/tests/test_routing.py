# SPDX-License-Identifier: AGPL-3.0-or-later
"""A participant's ticket goes to the contact, else the deputy, else the programme's team."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Person, Product, Team, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import queries, service, steps
from tresen_pilot_service.models import Participation, PilotTicket, Programme

Activate = Callable[[Participation], Participation]
HOLIDAY = (datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 14, tzinfo=UTC))


def owner_and_team(ticket: Ticket) -> tuple[int | None, int | None]:
    return ticket.owner_id, ticket.team_id


def test_hook_ticket_route(
    desk: Desk, customer: Person, participation: Participation, contact: Person, team: Team
) -> None:
    ticket = factories.make_ticket(desk, customer)
    assert owner_and_team(ticket) == (contact.id, team.id)


def test_ticket_goes_to_the_deputy_while_the_contact_is_absent(
    desk: Desk, customer: Person, participation: Participation, contact: Person, deputy: Person
) -> None:
    factories.make_absence(desk, contact, *HOLIDAY)
    assert factories.make_ticket(desk, customer).owner_id == deputy.id


def test_ticket_goes_to_the_contact_again_when_the_absence_is_over(
    desk: Desk,
    clock: SteppedClock,
    customer: Person,
    participation: Participation,
    contact: Person,
) -> None:
    factories.make_absence(desk, contact, *HOLIDAY)
    clock.moment = HOLIDAY[1]
    assert factories.make_ticket(desk, customer).owner_id == contact.id


def test_ticket_goes_to_the_team_while_both_are_absent(
    desk: Desk,
    customer: Person,
    participation: Participation,
    contact: Person,
    deputy: Person,
    team: Team,
) -> None:
    for person in (contact, deputy):
        factories.make_absence(desk, person, *HOLIDAY)
    assert owner_and_team(factories.make_ticket(desk, customer)) == (None, team.id)


def test_ticket_goes_to_the_deputy_when_the_contact_has_left(
    desk: Desk, customer: Person, participation: Participation, contact: Person, deputy: Person
) -> None:
    contact.is_active = False
    assert factories.make_ticket(desk, customer).owner_id == deputy.id


def test_ticket_stays_where_it_was_when_nobody_cares_for_the_customer(
    desk: Desk, customer: Person, participation: Participation
) -> None:
    participation.contact = participation.deputy = None
    participation.contact_id = participation.deputy_id = participation.programme.team_id = None
    assert owner_and_team(factories.make_ticket(desk, customer)) == (None, None)


def test_ticket_that_somebody_was_given_stays_with_them(
    desk: Desk, customer: Person, participation: Participation, agent: Person
) -> None:
    ticket = factories.make_ticket(desk, customer, owner_id=agent.id)
    assert owner_and_team(ticket) == (agent.id, None)
    assert queries.participations_of(desk, [ticket.id]) == {ticket.id: participation}


def test_ticket_of_another_customer_is_no_pilots(desk: Desk, participation: Participation) -> None:
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    ticket = factories.make_ticket(desk, stranger)
    assert (ticket.owner_id, desk.session.get(PilotTicket, ticket.id)) == (None, None)


def test_ticket_of_nobody_known_is_no_pilots(desk: Desk, participation: Participation) -> None:
    ticket = factories.make_ticket(desk, None)
    assert (ticket.owner_id, desk.session.get(PilotTicket, ticket.id)) == (None, None)


@pytest.mark.parametrize(
    ("moment", "is_pilot"),
    [
        # Midnight in Berlin is 23:00 of the day before in UTC, in summer 22:00.
        (datetime(2026, 3, 1, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 1, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), False),
    ],
)
def test_programme_runs_on_the_operators_calendar(
    desk: Desk,
    clock: SteppedClock,
    customer: Person,
    participation: Participation,
    moment: datetime,
    is_pilot: bool,
) -> None:
    clock.moment = moment
    ticket = factories.make_ticket(desk, customer)
    assert bool(queries.participations_of(desk, [ticket.id])) is is_pilot


def test_ticket_about_another_product_is_no_pilots(
    desk: Desk, customer: Person, participation: Participation, product: Product
) -> None:
    other = factories.make_product(desk, "kasse", "Kassenwerk")
    about_other = factories.make_ticket(desk, customer, product_id=other.id)
    about_it = factories.make_ticket(desk, customer, product_id=product.id)
    found = queries.participations_of(desk, [about_other.id, about_it.id])
    assert found == {about_it.id: participation}


def test_ticket_about_another_installation_is_no_pilots(
    desk: Desk, customer: Person, participation: Participation, product: Product
) -> None:
    assert customer.organisation_id is not None
    tried = factories.make_installation(desk, customer.organisation_id, product)
    trusted = factories.make_installation(desk, customer.organisation_id, product)
    participation.installation_id = tried.id
    tickets = [
        factories.make_ticket(desk, customer, installation_id=place_id)
        for place_id in (tried.id, trusted.id, None)
    ]
    found = queries.participations_of(desk, [ticket.id for ticket in tickets])
    assert sorted(found) == [tickets[0].id, tickets[2].id]


def test_participation_that_names_the_installation_comes_first(
    desk: Desk,
    customer: Person,
    participation: Participation,
    product: Product,
    contact: Person,
    activate: Activate,
) -> None:
    assert customer.organisation_id is not None
    place = factories.make_installation(desk, customer.organisation_id, product)
    values = {"title": "Second", "goal": "", "product_id": product.id, "version_id": None}
    days = {"team_id": None, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 5, 1)}
    second = service.begin_programme(desk, values | days)
    people = {"contact_id": contact.id, "deputy_id": None}
    place_of = {"organisation_id": customer.organisation_id, "installation_id": place.id}
    named = activate(service.invite(desk, second, place_of | people))
    ticket = factories.make_ticket(desk, customer, installation_id=place.id)
    assert queries.participations_of(desk, [ticket.id]) == {ticket.id: named}


@pytest.mark.parametrize(
    ("ends_on", "is_second"),
    [
        (date(2026, 3, 30), True),
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), False),
    ],
)
def test_of_two_pilots_at_one_installation_the_one_that_ends_first_counts(
    desk: Desk,
    customer: Person,
    participation: Participation,
    activate: Activate,
    ends_on: date,
    is_second: bool,
) -> None:
    assert customer.organisation_id is not None
    first = participation.programme
    product = desk.session.get_one(Product, first.product_id)
    place = factories.make_installation(desk, customer.organisation_id, product)
    participation.installation_id = place.id
    values = {"title": "Second", "goal": "", "product_id": product.id, "version_id": None}
    days = {"team_id": None, "starts_on": first.starts_on, "ends_on": ends_on}
    second = service.begin_programme(desk, values | days)
    people = {"contact_id": participation.contact_id, "deputy_id": None}
    place_of = {"organisation_id": customer.organisation_id, "installation_id": place.id}
    other = activate(service.invite(desk, second, place_of | people))
    other.active_on = first.starts_on
    ticket = factories.make_ticket(desk, customer, installation_id=place.id)
    wanted = other if is_second else participation
    assert queries.participations_of(desk, [ticket.id]) == {ticket.id: wanted}


def test_customer_who_left_is_routed_as_everybody_else(
    desk: Desk, customer: Person, participation: Participation
) -> None:
    service.move(desk, participation, steps.WITHDRAWN)
    ticket = factories.make_ticket(desk, customer)
    assert (owner_and_team(ticket), ticket.id in _marked(desk)) == ((None, None), False)


def test_mark_stays_when_programme_and_participation_are_over(
    desk: Desk, clock: SteppedClock, customer: Person, participation: Participation
) -> None:
    ticket = factories.make_ticket(desk, customer)
    service.move(desk, participation, steps.WITHDRAWN)
    clock.go(days=60)
    assert _marked(desk) == {ticket.id}


def test_deleting_a_programme_takes_its_marks_but_no_ticket(
    desk: Desk, customer: Person, participation: Participation, programme: Programme
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.session.delete(programme)
    desk.session.flush()
    assert (_marked(desk), desk.session.get(Ticket, ticket.id)) == (set(), ticket)


def _marked(desk: Desk) -> set[int]:
    desk.session.expire_all()
    return set(desk.session.scalars(select(PilotTicket.ticket_id)))
