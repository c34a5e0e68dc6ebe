# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's customers are invited, rate, and meet us, by the same verbs as real ones."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, Product
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import demo, queries, steps
from tresen_pilot_service.checkpoints import demo as checkpoints_demo
from tresen_pilot_service.checkpoints import queries as checkpoints
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.portal import demo as portal_demo
from tresen_pilot_service.ratings import queries as ratings

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def people(desk: Desk, product: Product) -> list[Person]:
    """Return a person of each of four customers at whom the product runs; two agents care."""
    for name in ("Tara", "Theo"):
        factories.make_person(desk, name, f"{name.lower()}@tresen.example", role="agent")
    found = []
    for name in ("Alder", "Birch", "Cedar", "Dogwood"):
        home = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(home)
        desk.session.flush()
        address = f"office@{name.lower()}.example"
        found.append(factories.make_customer(desk, f"{name} Office", address, home))
        factories.make_installation(desk, home.id, product)
    return found


@pytest.fixture
def shown(desk: Desk, product: Product, people: list[Person]) -> Programme | None:
    """Return the demo's programme."""
    made = demo.fill(desk, {"products": [product]})
    desk.commit()
    return made


def states(desk: Desk) -> list[tuple[str, str]]:
    return [(row.organisation.name, row.state) for row in queries.participations(desk, 1)]


def test_fourth_customer_is_invited(desk: Desk, shown: Programme | None) -> None:
    active = [(name, steps.ACTIVE) for name in ("Alder", "Birch", "Cedar")]
    assert states(desk) == [*active, ("Dogwood", steps.INVITED)]


def test_invited_customer_finds_the_agreement(
    shown: Programme | None, people: list[Person], sign_in: SignIn
) -> None:
    page = sign_in(people[3]).get("/pilot_service/portal/", follow_redirects=True).text
    wanted = ("Agree and take part", "keeps what is not public yet to itself", "Half-time review")
    assert [each in page for each in wanted] == [True, True, False]


def test_customers_became_more_content(desk: Desk, shown: Programme | None) -> None:
    assert ratings.satisfaction(desk, 1) == (4.5, 2)
    days = [row.given_at for row in ratings.ratings(desk, 1)]
    assert days == [datetime(2026, month, 5 + 3 * (month == 2), 9, tzinfo=UTC) for month in (3, 2)]


def test_one_checkpoint_was_held_and_one_is_planned(desk: Desk, shown: Programme | None) -> None:
    held, planned = checkpoints.of_programme(desk, 1)
    found = [(held.state, held.starts_at), (planned.state, planned.starts_at)]
    moments = [datetime(2026, month, day, 9, tzinfo=UTC) for month, day in ((2, 24), (3, 17))]
    assert found == [("held", moments[0]), ("planned", moments[1])]
    assert (held.is_published, len(checkpoints.decisions(desk, [held.id])[held.id])) == (True, 2)


def test_participant_finds_both(
    shown: Programme | None, people: list[Person], sign_in: SignIn
) -> None:
    page = sign_in(people[0]).get("/pilot_service/portal/1").text
    wanted = ("Half-time review", "Measure how long a label takes", "Closing review")
    assert [each in page for each in wanted] == [True, True, True]


def test_nobody_meets_on_a_weekend(
    desk: Desk, clock: SteppedClock, participation: Participation
) -> None:
    clock.go(days=5)
    desk.session.refresh(participation.programme, ["ends_on"])
    participation.programme.starts_on = date(2026, 1, 1)
    checkpoints_demo.fill(desk, participation.programme)
    found = [each.starts_at.date() for each in checkpoints.of_programme(desk, 1)]
    assert found == [date(2026, 2, 27), date(2026, 3, 20)]


def test_nobody_is_invited_where_everybody_takes_part(
    desk: Desk, participation: Participation, product: Product
) -> None:
    factories.make_installation(desk, participation.organisation_id, product)
    empty = Organisation(name="Empty", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(empty)
    desk.session.flush()
    factories.make_installation(desk, empty.id, product)
    portal_demo.fill(desk, participation.programme)
    assert states(desk) == [("Kunde GmbH", steps.ACTIVE)]
