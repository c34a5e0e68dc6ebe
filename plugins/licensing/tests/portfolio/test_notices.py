# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who answers for a product is told of its end in time, once for each stage, and nobody else is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import (
    Actor,
    Desk,
    Installation,
    Message,
    Organisation,
    Person,
    Product,
    ProductVersion,
    Team,
    Ticket,
    visible_tickets,
)
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.models import Base
from tresen_licensing.portfolio import notices, service, states
from tresen_licensing.portfolio.jobs import ENDS
from tresen_licensing.portfolio.models import EndNotice, Offering

Values = Callable[..., dict[str, Any]]


def subjects(desk: Desk) -> list[str]:
    return list(desk.session.scalars(select(Ticket.subject).order_by(Ticket.id)))


def told(desk: Desk) -> list[tuple[date, int]]:
    rows = desk.session.scalars(select(EndNotice).order_by(EndNotice.id))
    return [(row.until, row.months) for row in rows]


@pytest.fixture
def ending(desk: Desk, product: Product, offering: Offering, offering_values: Values) -> Offering:
    """Return the offering whose support ends in two months."""
    wanted = offering_values(owner_id=offering.owner_id, support_until=date(2026, 5, 10))
    made = service.keep_offering(desk, product, wanted)
    desk.commit()
    return made


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2025, 12, 31), 12),
        (date(2026, 6, 29), 12),
        (date(2026, 6, 30), 6),
        (date(2026, 9, 29), 6),
        (date(2026, 9, 30), 3),
        (date(2026, 11, 29), 3),
        (date(2026, 11, 30), 1),
        (date(2026, 12, 31), 1),
    ],
)
def test_stage_is_how_many_months_are_left_at_most(today: date, months: int) -> None:
    assert notices.stage(date(2026, 12, 31), today) == months


def test_owner_gets_a_ticket_on_the_end_of_the_product(desk: Desk, ending: Offering) -> None:
    notices.tell(desk)
    ticket = desk.session.scalars(select(Ticket)).one()
    assert (ticket.subject, ticket.owner_id, ticket.product_id, ticket.organisation_id) == (
        "Support of Lagerwerk ends on May 10, 2026",
        ending.owner_id,
        ending.product_id,
        None,
    )


def test_owner_is_told_by_mail(desk: Desk, ending: Offering, agent: Person) -> None:
    notices.tell(desk)
    purpose = Base.metadata.tables["outbound_mail"].c.purpose
    assert list(desk.session.scalars(select(purpose))) == ["notice"]


def test_ticket_says_where_it_runs_and_that_nobody_was_told(
    desk: Desk, ending: Offering, installation: Installation
) -> None:
    notices.tell(desk)
    body = desk.session.scalars(select(Message.body)).first()
    assert body == (
        "The support of Lagerwerk ends on May 10, 2026, in 3 months at most.\n\n"
        "Customers were not told. Where it runs:\n\n"
        "- Kunde GmbH"
    )


def test_customer_with_two_installations_is_named_once_and_many_are_cut_short(
    desk: Desk, product: Product, ending: Offering, home: int
) -> None:
    for number in range(notices.NAMED + 1):
        name = f"Customer {number:02}"
        row = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(row)
        desk.session.flush()
        for _each in range(2):
            factories.make_installation(desk, row.id, product)
    notices.tell(desk)
    body = desk.session.scalars(select(Message.body)).first() or ""
    assert (body.count("- Customer"), "There are more" in body) == (notices.NAMED, True)


def test_product_that_runs_nowhere_is_told_of_too(desk: Desk, ending: Offering) -> None:
    notices.tell(desk)
    body = desk.session.scalars(select(Message.body)).first() or ""
    assert body.endswith("It runs nowhere.")


def test_owner_reads_it_in_the_own_language(desk: Desk, ending: Offering, agent: Person) -> None:
    agent.language = "de"
    desk.session.flush()
    notices.tell(desk)
    assert subjects(desk) == ["Support von Lagerwerk endet am 10.05.2026"]


def test_second_look_tells_nothing_new(desk: Desk, ending: Offering) -> None:
    notices.tell(desk)
    notices.tell(desk)
    assert (len(subjects(desk)), told(desk)) == (1, [(date(2026, 5, 10), 3)])


def test_each_stage_is_told_once(desk: Desk, ending: Offering, clock: SteppedClock) -> None:
    for month, day in ((3, 10), (4, 9), (4, 10), (5, 10)):
        clock.moment = datetime(2026, month, day, 12, tzinfo=UTC)
        notices.tell(desk)
    assert told(desk) == [(date(2026, 5, 10), 3), (date(2026, 5, 10), 1)]


def test_end_that_was_put_off_is_told_again(desk: Desk, ending: Offering) -> None:
    notices.tell(desk)
    ending.support_until = date(2026, 6, 10)
    desk.session.flush()
    notices.tell(desk)
    assert told(desk) == [(date(2026, 5, 10), 3), (date(2026, 6, 10), 3)]


@pytest.mark.parametrize(
    "until", [None, date(2026, 3, 9), date(2027, 3, 11)], ids=["unknown", "over", "far"]
)
def test_end_that_is_not_near_is_told_to_nobody(
    desk: Desk, ending: Offering, until: date | None
) -> None:
    ending.support_until = until
    desk.session.flush()
    notices.tell(desk)
    assert subjects(desk) == []


@pytest.mark.parametrize("lifecycle", states.OVER)
def test_product_that_is_over_anyway_is_told_of_no_more(
    desk: Desk, ending: Offering, installation: Installation, lifecycle: str
) -> None:
    ending.lifecycle = lifecycle
    desk.session.flush()
    notices.tell(desk)
    assert subjects(desk) == []


def test_version_that_runs_is_told_of(
    desk: Desk, offering: Offering, installation: Installation
) -> None:
    notices.tell(desk)
    ticket = desk.session.scalars(select(Ticket)).one()
    assert (ticket.subject, ticket.owner_id, told(desk)) == (
        "Support of Lagerwerk 4.1 ends on Dec 31, 2026",
        offering.owner_id,
        [(date(2026, 12, 31), 12)],
    )


def test_version_that_runs_nowhere_is_told_of_to_nobody(
    desk: Desk, offering: Offering, version: ProductVersion
) -> None:
    notices.tell(desk)
    assert subjects(desk) == []


def test_team_of_the_product_gets_what_nobody_answers_for(
    desk: Desk, product: Product, agent: Person, installation: Installation
) -> None:
    team: Team = factories.make_team(desk, "Lager", agent)
    product.team_id = team.id
    desk.session.flush()
    notices.tell(desk)
    ticket = desk.session.scalars(select(Ticket)).one()
    assert (ticket.owner_id, ticket.team_id) == (None, team.id)


def test_owner_who_left_gets_nothing(desk: Desk, ending: Offering, agent: Person) -> None:
    agent.is_active = False
    desk.session.flush()
    notices.tell(desk)
    ticket = desk.session.scalars(select(Ticket)).one()
    assert (ticket.owner_id, len(told(desk))) == (None, 1)


def test_customer_sees_nothing_of_it(
    desk: Desk, ending: Offering, installation: Installation, customer: Person
) -> None:
    customer.sees_organisation = True
    notices.tell(desk)
    home, may = customer.organisation_id, frozenset({"portal.use"})
    actor = Actor(customer.name, "customer", customer.id, home, may, sees_organisation=True)
    found = desk.session.scalars(visible_tickets(replace(desk, actor=actor))).all()
    assert list(found) == []


def test_job_looks_four_times_a_day() -> None:
    assert (ENDS.name, ENDS.every and ENDS.every.total_seconds()) == (
        "licensing.tell_of_ends",
        6 * 3600,
    )
