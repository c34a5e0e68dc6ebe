# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where something runs is chosen from what is known of the customer, and shown with its days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Installation, Organisation, Person
from tresen.testing import factories
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import queries, service, ways
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments.models import Development

Deploy = Callable[..., Deployment]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def installation(desk: Desk, development: Development) -> Installation:
    """Return what runs at the customer."""
    product = factories.make_product(desk)
    made = factories.make_installation(desk, development.organisation_id, product)
    made.name = "berth-1"
    desk.commit()
    return made


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def sent(desk: Desk, development: Development, change: ChangeSet) -> dict[str, Any]:
    """Return what a browser sends with the form."""
    name = desk.session.get_one(Organisation, development.organisation_id).name
    desk.commit()
    return {
        "organisation_id": name,
        "version": str(change.version),
        "installation_id": "",
        "first_seen_on": desk.today().isoformat(),
        "is_outside": "y",
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [("berth-1", "berth-1 (Lagerwerk, Production)"), ("", "Lagerwerk, Production")],
)
def test_installation_is_named_for_a_choice(
    desk: Desk, installation: Installation, name: str, said: str
) -> None:
    installation.name = name
    found = queries.installations(desk, installation.organisation_id)
    assert found == [(installation.id, said)]


def test_form_offers_the_customers_own_installations(
    browser: FlaskClient, development: Development, change: ChangeSet, installation: Installation
) -> None:
    shown = browser.get(f"/licensing/developments/{development.reference}/deployments/new").text
    assert shown.count("berth-1 (Lagerwerk, Production)") == 1


def test_installation_stands_on_the_page(
    browser: FlaskClient,
    development: Development,
    installation: Installation,
    sent: dict[str, Any],
) -> None:
    path = f"/licensing/developments/{development.reference}/deployments/new"
    given = sent | {"installation_id": str(installation.id)}
    shown = browser.post(path, data=given, follow_redirects=True).text
    assert (shown.count("<bdi>berth-1</bdi>"), shown.count("since Mar 10, 2026")) == (1, 3)


def test_days_of_what_ended_stand_on_the_page(
    browser: FlaskClient, agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    made = deploy(agent_desk.today() - timedelta(days=9))
    service.end(agent_desk, development, made, agent_desk.today() - timedelta(days=2))
    agent_desk.commit()
    shown = browser.get(f"/licensing/developments/{development.reference}").text
    assert (shown.count("from Mar 1, 2026 to Mar 8, 2026"), shown.count('/end"')) == (1, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_seen_on", ""),
        ("first_seen_on", "2026-02-30"),
        ("first_seen_on", "2030-01-01"),
        ("version", "7"),
        ("installation_id", "99"),
        ("organisation_id", "Nobody Ltd"),
    ],
)
def test_field_that_cannot_be_is_refused_and_nothing_kept(
    browser: FlaskClient, desk: Desk, development: Development, sent: Any, field: str, value: str
) -> None:
    path = f"/licensing/developments/{development.reference}/deployments/new"
    answer = browser.post(path, data=sent | {field: value})
    kept = queries.deployments_of(desk, development.id)
    assert (answer.status_code, [*kept]) == (422, [])


def test_what_is_written_down_by_hand_says_so(deploy: Deploy) -> None:
    made = deploy()
    assert (made.method, made.tree, made.verified_at) == (ways.MANUAL, "", None)


def test_places_are_listed_the_earliest_first(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    today = agent_desk.today()
    days = [today - timedelta(days=back) for back in (3, 9, 1)]
    for day in days:
        deploy(day)
    found = [each.first_seen_on for each in queries.deployments_of(agent_desk, development.id)]
    assert found == sorted(days)
