# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tests of plugins that co-operate stand on; each test says which plugins it needs.

Neither plugin's own tests may import the other's package, and each must be green alone. Here both
are imported where they are installed; where one is absent the module is skipped and says so.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tresen.desk import Actor, Desk
from tresen.people.models import Person

Acting = Callable[[Person], Desk]


@pytest.fixture
def acting(desk: Desk) -> Acting:
    """Return a function that gives the desk of an agent or a customer."""

    def go(person: Person) -> Desk:
        kind = "customer" if person.organisation_id else "agent"
        may = frozenset({"remote_support.work", "tickets.read", "pilot_service.work"})
        return replace(desk, actor=Actor(person.name, kind, person.id, person.organisation_id, may))

    return go
