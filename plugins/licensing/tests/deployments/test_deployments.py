# SPDX-License-Identifier: AGPL-3.0-or-later
"""What runs somewhere has changes and a base, and starts the clock when it is outside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, Refused
from tresen.testing import factories
from tresen_licensing.changes import service as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import queries, service
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import started_on

Begin = Callable[..., Development]
Deploy = Callable[..., Deployment]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def sent(desk: Desk, development: Development) -> dict[str, Any]:
    """Return what a browser sends with the form."""
    name = desk.session.get_one(Organisation, development.organisation_id).name
    desk.commit()
    return {
        "organisation_id": name,
        "version": "1",
        "installation_id": "",
        "first_seen_on": desk.today().isoformat(),
        "is_outside": "y",
    }


def new(row: Development) -> str:
    return f"/licensing/developments/{row.reference}/deployments/new"


def test_place_is_kept_with_its_changes(
    agent_desk: Desk, deploy: Deploy, change: ChangeSet
) -> None:
    made = deploy()
    found = queries.deployments_of(agent_desk, made.development_id)
    assert [(each.id, each.change_set.version, each.is_outside) for each in found] == [
        (made.id, change.version, True)
    ]


def test_day_to_come_is_refused(agent_desk: Desk, deploy: Deploy) -> None:
    with pytest.raises(Refused, match="still to come"):
        deploy(agent_desk.today() + timedelta(days=1))


def test_changes_of_another_development_are_refused(
    agent_desk: Desk, begin: Begin, change: ChangeSet
) -> None:
    other = begin()
    place = service.Place(other.organisation_id, None, agent_desk.today())
    with pytest.raises(Refused, match="another development"):
        service.deploy(agent_desk, other, change, place)


@pytest.mark.parametrize("is_theirs", [True, False])
def test_installation_is_the_customers_own(
    agent_desk: Desk,
    development: Development,
    change: ChangeSet,
    other_customer: Person,
    is_theirs: bool,
) -> None:
    owner = development.organisation_id if is_theirs else other_customer.organisation_id
    product = factories.make_product(agent_desk)
    installation = factories.make_installation(agent_desk, owner or 0, product)
    place = service.Place(development.organisation_id, installation.id, agent_desk.today())
    try:
        made = service.deploy(agent_desk, development, change, place)
        found = made.installation_id
    except Refused:
        found = None
    assert (found == installation.id) is is_theirs


@pytest.mark.parametrize(("days", "is_taken"), [(0, True), (-1, False)])
def test_end_is_not_before_the_beginning(
    agent_desk: Desk, development: Development, deploy: Deploy, days: int, is_taken: bool
) -> None:
    made = deploy()
    day = agent_desk.today() + timedelta(days=days)
    try:
        service.end(agent_desk, development, made, day)
    except Refused:
        day = made.first_seen_on
    assert (made.ended_on == day) is is_taken


def test_end_is_written_down_once(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    made = deploy()
    service.end(agent_desk, development, made, agent_desk.today())
    with pytest.raises(Refused, match="ended already"):
        service.end(agent_desk, development, made, agent_desk.today())


def test_clock_goes_on_when_it_runs_no_more(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    made = deploy()
    service.end(agent_desk, development, made, agent_desk.today())
    assert started_on(agent_desk, development) == agent_desk.today()


def test_place_is_kept_from_the_page(
    browser: FlaskClient, development: Development, change: ChangeSet, sent: dict[str, Any]
) -> None:
    answer = browser.post(new(development), data=sent, follow_redirects=True)
    assert (answer.status_code, answer.text.count("days are left to publish it.")) == (200, 1)


def test_place_in_our_own_house_starts_no_clock(
    browser: FlaskClient, development: Development, change: ChangeSet, sent: dict[str, Any]
) -> None:
    del sent["is_outside"]
    answer = browser.post(new(development), data=sent, follow_redirects=True)
    assert (answer.text.count("are left to publish it."), answer.text.count(">our own house<")) == (
        0,
        1,
    )


def test_without_changes_nothing_runs(
    browser: FlaskClient, desk: Desk, development: Development, sent: dict[str, Any]
) -> None:
    answer = browser.post(new(development), data=sent)
    assert (answer.status_code, queries.deployments_of(desk, development.id)) == (422, [])


def test_end_is_kept_from_the_page(
    browser: FlaskClient, agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    made = deploy()
    agent_desk.commit()
    path = f"/licensing/developments/{development.reference}/deployments/{made.id}/end"
    answer = browser.post(path, data={"ended_on": agent_desk.today().isoformat()})
    again = browser.post(path, data={"ended_on": agent_desk.today().isoformat()})
    assert (answer.status_code, again.status_code) == (302, 422)


def test_place_of_another_development_is_not_found(
    browser: FlaskClient, agent_desk: Desk, begin: Begin, deploy: Deploy
) -> None:
    made, other = deploy(), begin()
    agent_desk.commit()
    path = f"/licensing/developments/{other.reference}/deployments/{made.id}/end"
    assert browser.get(path).status_code == 404


def test_versions_can_be_chosen_from_the_latest_on(
    browser: FlaskClient,
    agent_desk: Desk,
    development: Development,
    change: ChangeSet,
    repo: Any,
) -> None:
    repo.commit({"README": b"Harbour, again\n"}, "Again")
    changes.add(agent_desk, development, [repo.series(change.base)], "")
    agent_desk.commit()
    shown = browser.get(new(development)).text
    assert shown.index('value="2"') < shown.index('value="1"')
