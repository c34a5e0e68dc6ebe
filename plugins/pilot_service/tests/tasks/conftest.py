# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tasks of the running pilot, and a customer of another organisation."""

from collections.abc import Callable

import pytest
from tresen.sdk import Desk, Organisation, Person
from tresen.testing import factories
from tresen_pilot_service.models import Programme
from tresen_pilot_service.tasks import service
from tresen_pilot_service.tasks.models import Task

Ask = Callable[..., Task]


@pytest.fixture
def ask(desk: Desk, programme: Programme) -> Ask:
    """Return a function that adds a task to the programme."""

    def go(title: str = "Move a pallet", instructions: str = "Scan it twice.") -> Task:
        made = service.add_task(desk, programme, {"title": title, "instructions": instructions})
        desk.commit()
        return made

    return go


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    """Return another person of the customer's organisation."""
    organisation = desk.session.get_one(Organisation, customer.organisation_id)
    made = factories.make_customer(desk, "Konrad Kollege", "konrad@kunde.example", organisation)
    desk.commit()
    return made


@pytest.fixture
def stranger(desk: Desk) -> Person:
    """Return a customer of an organisation that takes no part."""
    organisation = Organisation(name="Fern AG", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(organisation)
    desk.session.flush()
    made = factories.make_customer(desk, "Stefan Stranger", "stefan@fern.example", organisation)
    desk.commit()
    return made
