# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants told: made by the real verbs, with builds and people around it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Actor, Desk, Organisation, Person
from tresen.testing import factories
from tresen_pilot_service.builds.models import Build, Rollout
from tresen_pilot_service.feedback import service
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme

Give = Callable[..., Feedback]
AddBuild = Callable[..., Build]

# What an agent with the roles of the installation may do here.
WORK = frozenset({"tickets.read", "tickets.work", "pilot_service.read", "pilot_service.work"})


@pytest.fixture
def give(desk: Desk, participation: Participation, customer: Person) -> Give:
    """Return a function that gives feedback of the customer, a question unless said otherwise."""

    def go(**given: Any) -> Feedback:
        words = {"kind": "question", "title": "Where is the list?", "channel": "agent"}
        values = words | {"person_id": customer.id} | given
        row = service.give(desk, participation, participation.programme, values)
        desk.commit()
        return row

    return go


@pytest.fixture
def add_build(desk: Desk, programme: Programme) -> AddBuild:
    """Return a function that adds a build, rolled out to ring 1 on a day unless that is None."""

    def go(number: str, day: date | None = None, **given: Any) -> Build:
        build = Build(programme_id=programme.id, number=number, created_at=desk.now())
        desk.session.add(build)
        desk.session.flush()
        if day is not None:
            fields = {"ring": 1, "rolled_out_on": day, "withdrawn_on": None} | given
            desk.session.add(Rollout(build_id=build.id, **fields))
        desk.commit()
        return build

    return go


@pytest.fixture
def stranger(desk: Desk) -> Person:
    """Return a customer of an organisation that takes no part."""
    other = Organisation(name="Fernlager GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    made = factories.make_customer(desk, "Stefan Stranger", "stefan@fern.example", other)
    desk.commit()
    return made


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    """Return somebody else of the customer's organisation."""
    home = desk.session.get_one(Organisation, customer.organisation_id)
    made = factories.make_customer(desk, "Kai Kollege", "kai@kunde.example", home)
    desk.commit()
    return made


@pytest.fixture
def working(desk: Desk, agent: Person) -> Desk:
    """Return the desk on which the agent works."""
    return replace(desk, actor=Actor(agent.name, "agent", agent.id, None, WORK))


@pytest.fixture
def other_programme(desk: Desk, programme: Programme) -> Programme:
    """Return another programme of the same product."""
    made = Programme(
        title="Lagerwerk 6",
        product_id=programme.product_id,
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 4, 30),
        created_at=desk.now(),
        changed_at=desk.now(),
    )
    desk.session.add(made)
    desk.commit()
    return made
