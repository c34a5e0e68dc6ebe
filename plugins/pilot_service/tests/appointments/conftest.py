# SPDX-License-Identifier: AGPL-3.0-or-later
"""A participant with support from 8 to 18 on weekdays, and the fields of appointments."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest
from tresen.sdk import Actor, Desk, Person
from tresen_pilot_service.appointments import service
from tresen_pilot_service.appointments.models import Appointment
from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks import service as perks_service

Fields = Callable[..., dict[str, Any]]
Acting = Callable[[Person], Desk]


@pytest.fixture
def row(desk: Desk, participation: Participation) -> Participation:
    """Return a participation with hours of support, a direct line and an hour of minutes."""
    targets = {"answer_minutes": None, "solve_minutes": None, "remote_minutes": 60}
    hours = {"support_days": list("12345"), "support_from": time(8), "support_to": time(18)}
    given: dict[str, Any] = targets | hours | {"direct_line": "+49 30 1234567"}
    perks_service.keep_perks(desk, participation.programme, given)
    desk.commit()
    return participation


@pytest.fixture
def fields(contact: Person) -> Fields:
    """Return a function that gives the fields of an offer, of tomorrow at 10 in Berlin."""

    def go(**given: Any) -> dict[str, Any]:
        usual = {"agent_id": contact.id, "minutes": 30, "number": "", "wish": "The import"}
        return usual | {"times": [local("2026-03-11 10:00")]} | given

    return go


@pytest.fixture
def acting(desk: Desk) -> Acting:
    """Return a function that gives the desk of a person of either side."""

    def go(person: Person) -> Desk:
        kind = "customer" if person.organisation_id else "agent"
        actor = Actor(person.name, kind, person.id, person.organisation_id, frozenset())
        return replace(desk, actor=actor)

    return go


@pytest.fixture
def offered(desk: Desk, row: Participation, fields: Fields) -> Appointment:
    """Return an appointment that is offered for tomorrow at 10 in Berlin."""
    (made,) = service.offer(desk, row, fields())
    desk.commit()
    return made


@pytest.fixture
def requested(row: Participation, customer: Person, acting: Acting) -> Appointment:
    """Return one that the customer asked for, at 11."""
    given = {"time": local("2026-03-11 11:00"), "minutes": 30, "number": "0151 1", "wish": "Help"}
    desk = acting(customer)
    made = service.ask(desk, row, given)
    desk.commit()
    return made


def local(text: str) -> datetime:
    """Return a time as it is typed: on the operator's clock."""
    return datetime.fromisoformat(text)
