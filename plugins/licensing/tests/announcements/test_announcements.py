# SPDX-License-Identifier: AGPL-3.0-or-later
"""What another plugin says runs at a customer starts a clock, once, and by its first day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tresen.sdk import Actor, Desk, Person, Product, ProductVersion
from tresen.testing import factories
from tresen_licensing import hooks
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.announcements.models import Announcement
from tresen_licensing.changes import service as changes
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import clocks, queries, states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals import queries as journals
from tresen_licensing.journals.words import sentence

SignIn = Callable[[Person], FlaskClient]
Told = Callable[..., dict[str, Any]]
TODAY = date(2026, 3, 10)
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def told(home: int, product: Product, version: ProductVersion, agent: Person) -> Told:
    """Return a function that gives what the pilot service tells of a deployment today."""

    def facts(**given: Any) -> dict[str, Any]:
        words = {"title": "Scanner bridge", "kind": "feature", "description": "Pallets."}
        ids = {"organisation_id": home, "product_id": product.id, "base_version_id": version.id}
        usual = {"id": 7, "owner_id": agent.id, "deployed_on": TODAY, "tickets": []}
        return words | ids | usual | given

    return facts


def rows_of(desk: Desk) -> list[Development]:
    """Return every development, loaded whole."""
    found = desk.session.scalars(select(Development.reference).order_by(Development.id))
    return [queries.development(desk, each) for each in found.all()]


def clock_of(desk: Desk, row: Development) -> clocks.Clock:
    """Return the clock of a development."""
    return queries.standings(desk, [row])[row.id].clock


def test_what_runs_becomes_a_development_on_a_clock(
    desk: Desk, told: Told, agreement: Agreement, customer: Person, agent: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    hooks.pilot_service_deployed(desk, told(tickets=[ticket.id]))
    (row,) = rows_of(desk)
    own = row.title, row.state, row.kind, row.agreement_id, row.owner_id, row.product_id
    asked = [each.id for each in queries.tickets_of(desk, row.id)]
    expected = "Scanner bridge", "in_development", "feature", agreement.id, agent.id, row.product_id
    clock = clocks.Clock(clocks.RUNNING, TODAY, TODAY + timedelta(days=30))
    assert (own, asked, clock_of(desk, row)) == (expected, [ticket.id], clock)


def test_telling_twice_is_harmless(desk: Desk, told: Told) -> None:
    for _ in range(2):
        hooks.pilot_service_deployed(desk, told())
    (row,) = rows_of(desk)
    kinds = [each.kind for each in journals.entries_of(desk, row.id)]
    assert sorted(kinds) == ["announced", "begun", "stepped"]


@SLOW
@given(
    days=st.lists(st.dates(date(2026, 1, 1), TODAY), min_size=1, max_size=6),
    key=st.integers(1, 10**6),
)
def test_clock_starts_with_the_first_day(
    desk: Desk, told: Told, days: list[date], key: int
) -> None:
    for each in days:
        hooks.pilot_service_deployed(desk, told(id=key, deployed_on=each))
    kept = desk.session.scalars(select(Announcement).filter_by(key=key)).one()
    row = desk.session.get_one(Development, kept.development_id)
    before = kept.running_since
    desk.session.delete(row)
    desk.session.expunge(kept)
    desk.session.flush()
    assert before == min(days)


def test_place_that_was_written_down_counts_beside_it(
    desk: Desk, told: Told, series: bytes, home: int
) -> None:
    hooks.pilot_service_deployed(desk, told())
    (row,) = rows_of(desk)
    change = changes.add(desk, row, [series], "")
    place = deployments.Place(home, None, TODAY - timedelta(days=9))
    deployments.deploy(desk, row, change, place)
    assert clock_of(desk, row).started_on == TODAY - timedelta(days=9)


def test_several_agreements_are_for_people_to_choose_from(
    boss_desk: Desk, told: Told, agreement: Agreement, home: int, terms_given: dict[str, Any]
) -> None:
    agreements.agree(boss_desk, home, terms_given | {"title": "Another"})
    hooks.pilot_service_deployed(boss_desk, told())
    (row,) = rows_of(boss_desk)
    assert row.agreement_id is None


def test_what_runs_is_overdue_in_its_time_and_not_withdrawn(
    desk: Desk, told: Told, agreement: Agreement
) -> None:
    hooks.pilot_service_deployed(desk, told(deployed_on=TODAY - timedelta(days=31)))
    (row,) = rows_of(desk)
    late = [each.id for each in queries.overdue(desk)]
    assert (late, queries.started_on(desk, row)) == ([row.id], TODAY - timedelta(days=31))


@pytest.mark.parametrize(
    ("ago", "tone", "text"),
    [
        (0, "", "It runs outside since Mar 10, 2026: 30 days are left to publish it."),
        (29, "amber", "It runs outside since Feb 9, 2026: one day is left to publish it."),
        (
            31,
            "red",
            "It has run outside since Feb 7, 2026 and is one day over its time to be public.",
        ),
    ],
)
@pytest.mark.usefixtures("agreement")
def test_duty_is_said_in_a_sentence(
    agent_desk: Desk, told: Told, app: Any, ago: int, tone: str, text: str
) -> None:
    hooks.pilot_service_deployed(agent_desk, told(deployed_on=TODAY - timedelta(days=ago)))
    with app.test_request_context():
        found = hooks.pilot_service_duty(agent_desk, 7)
    url = "/licensing/developments/CD-2026-0001"
    assert found == {"title": "CD-2026-0001", "url": url, "text": text, "tone": tone}


def test_duty_of_what_is_public_says_so(agent_desk: Desk, told: Told, app: Any) -> None:
    hooks.pilot_service_deployed(agent_desk, told())
    (row,) = rows_of(agent_desk)
    row.state = states.PUBLISHED
    with app.test_request_context():
        found = hooks.pilot_service_duty(agent_desk, 7) or {}
    assert (found["text"], found["tone"]) == ("Published", "green")


def test_duty_is_not_told_of_what_is_unknown_or_to_who_may_not_read(
    agent_desk: Desk, desk: Desk, told: Told, customer: Person
) -> None:
    hooks.pilot_service_deployed(agent_desk, told())
    stranger = Actor("Carla", "customer", customer.id, customer.organisation_id, frozenset())
    desk.actor = stranger
    assert [hooks.pilot_service_duty(agent_desk, 8), hooks.pilot_service_duty(desk, 7)] == [
        None
    ] * 2


def test_page_says_that_the_patches_are_still_to_come(
    agent_desk: Desk, told: Told, agent: Person, sign_in: SignIn, series: bytes
) -> None:
    hooks.pilot_service_deployed(agent_desk, told())
    (row,) = rows_of(agent_desk)
    agent_desk.commit()
    browser, path = sign_in(agent), f"/licensing/developments/{row.reference}"
    first = browser.get(path).get_data(as_text=True)
    changes.add(agent_desk, row, [series], "")
    agent_desk.commit()
    then = browser.get(path).get_data(as_text=True)
    known, wanted = "known to run at the customer since Mar 10, 2026", "hand in the patches"
    told_of = [
        (known in each, wanted in each, "runs nowhere yet" in each) for each in (first, then)
    ]
    assert told_of == [(True, True, False), (True, False, False)]


def test_journal_reads_it(desk: Desk, told: Told) -> None:
    hooks.pilot_service_deployed(desk, told())
    (row,) = rows_of(desk)
    found = [
        sentence(each) for each in journals.entries_of(desk, row.id) if each.kind == "announced"
    ]
    assert found == ["Runs at the customer since Mar 10, 2026, as another part of Tresen says"]
