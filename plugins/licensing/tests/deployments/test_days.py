# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days of deployments: none is to come, none ends before it began, the first one counts."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Refused
from tresen_licensing.deployments import queries, service
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import started_on

Deploy = Callable[..., Deployment]
SignIn = Callable[[Person], FlaskClient]


def ended(desk: Desk, row: Development, made: Deployment, on: date) -> str:
    """End a deployment on a day; return why not, or nothing."""
    try:
        service.end(desk, row, made, on)
    except Refused as refusal:
        return refusal.sentence
    return ""


@pytest.mark.parametrize(
    ("began", "over", "said"),
    [
        (0, 0, ""),
        (-5, 0, ""),
        (-5, -5, ""),
        (-5, -6, "It runs there only since Mar 5, 2026."),
        (-5, 1, "This day is still to come."),
        (0, 400, "This day is still to come."),
    ],
)
def test_end_lies_between_the_beginning_and_today(
    agent_desk: Desk, development: Development, deploy: Deploy, began: int, over: int, said: str
) -> None:
    today = agent_desk.today()
    made = deploy(today + timedelta(days=began))
    day = today + timedelta(days=over)
    found = ended(agent_desk, development, made, day)
    assert (found, made.ended_on) == (said, None if said else day)


def test_end_to_come_is_refused_on_the_page(
    agent_desk: Desk, agent: Person, sign_in: SignIn, development: Development, deploy: Deploy
) -> None:
    made = deploy()
    agent_desk.commit()
    path = f"/licensing/developments/{development.reference}/deployments/{made.id}/end"
    day = agent_desk.today() + timedelta(days=1)
    answer = sign_in(agent).post(path, data={"ended_on": day.isoformat()})
    agent_desk.session.refresh(made)
    assert (answer.status_code, answer.text.count("still to come"), made.ended_on) == (422, 1, None)


def test_earliest_place_outside_starts_the_clock_whatever_ended(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    today = agent_desk.today()
    made = [
        deploy(today - timedelta(days=3)),
        deploy(today - timedelta(days=9)),
        deploy(today - timedelta(days=20), is_outside=False),
    ]
    for each in made:
        service.end(agent_desk, development, each, today)
    found = queries.deployments_of(agent_desk, development.id)
    assert (started_on(agent_desk, development), [each.id for each in found]) == (
        today - timedelta(days=9),
        [made[2].id, made[1].id, made[0].id],
    )
