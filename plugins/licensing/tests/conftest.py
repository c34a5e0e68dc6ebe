# SPDX-License-Identifier: AGPL-3.0-or-later
"""A customer with an agreement, a development with patches, and the people around them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from gits import Repository, repository
from tresen.sdk import Actor, Desk, Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.changes import service as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import service as deployments
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import service, states
from tresen_licensing.developments.models import Development

Acting = Callable[[Person], Desk]
Begin = Callable[..., Development]
Deploy = Callable[..., Deployment]

AGENTS_MAY = frozenset({"licensing.read", "licensing.work", "tickets.read"})
BOSSES_MAY = AGENTS_MAY | {"licensing.administer", "tickets.read_restricted"}


@pytest.fixture
def acting(desk: Desk) -> Acting:
    """Return a function that gives the desk of somebody of our house."""

    def go(person: Person) -> Desk:
        may = BOSSES_MAY if person.role == "administrator" else AGENTS_MAY
        return replace(desk, actor=Actor(person.name, "agent", person.id, None, may))

    return go


@pytest.fixture
def agent_desk(agent: Person, acting: Acting) -> Desk:
    """Return the agent's desk."""
    return acting(agent)


@pytest.fixture
def boss_desk(administrator: Person, acting: Acting) -> Desk:
    """Return the administrator's desk."""
    return acting(administrator)


@pytest.fixture
def terms_given(clock: SteppedClock) -> dict[str, Any]:
    """Return what the form of an agreement sends."""
    return {
        "title": "Frame contract",
        "reference": "2026/17",
        "agreed_on": clock.moment.date() - timedelta(days=30),
        "licence": "AGPL-3.0-or-later",
        "publishing": terms.YES,
        "clause": "",
        "deadline_days": 30,
        "embargo_days": 90,
        "credit": terms.ANONYMOUS,
        "privacy_note": "",
    }


@pytest.fixture
def agreement(boss_desk: Desk, customer: Person, terms_given: dict[str, Any]) -> Agreement:
    """Return an agreement with the customer."""
    made = agreements.agree(boss_desk, customer.organisation_id or 0, terms_given)
    boss_desk.commit()
    return made


@pytest.fixture
def begin(agent_desk: Desk, customer: Person, agreement: Agreement) -> Begin:
    """Return a function that begins a development for the customer."""

    def go(**given: Any) -> Development:
        usual = {"title": "A fourth berth", "kind": states.FEATURE, "agreement_id": agreement.id}
        return service.begin(agent_desk, customer.organisation_id or 0, usual | given)

    return go


@pytest.fixture
def development(agent_desk: Desk, begin: Begin) -> Development:
    """Return a development that is worked on."""
    row = begin()
    service.step(agent_desk, row, states.IN_DEVELOPMENT)
    agent_desk.commit()
    return row


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """Return a repository with one commit."""
    return repository(tmp_path / "repo")


@pytest.fixture
def series(repo: Repository) -> bytes:
    """Return two patches on the first commit of the repository."""
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"src/quay.py": b"BERTHS = 4\n"}, "Add a berth")
    repo.commit({"README": b"Harbour\n\nFour berths.\n"}, "Say so")
    return repo.series(base)


@pytest.fixture
def change(agent_desk: Desk, development: Development, series: bytes) -> ChangeSet:
    """Return the first version of the development's changes."""
    made = changes.add(agent_desk, development, [series], "")
    agent_desk.commit()
    return made


@pytest.fixture
def deploy(agent_desk: Desk, development: Development, change: ChangeSet) -> Deploy:
    """Return a function that writes down that the changes run at the customer."""

    def go(since: date | None = None, **more: Any) -> Deployment:
        day = since or agent_desk.today()
        place = deployments.Place(development.organisation_id, None, day, **more)
        return deployments.deploy(agent_desk, development, change, place)

    return go


@pytest.fixture
def other_customer(desk: Desk) -> Person:
    """Return somebody of another customer."""
    made = factories.make_customer(desk, "Olga Other", "olga@other.example")
    desk.commit()
    return made
