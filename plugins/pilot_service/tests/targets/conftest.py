# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pilot that promises an answer within an hour and a solution within ten, and its tickets."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from tresen.sdk import Desk, NewMessage, Person, Ticket, add_message
from tresen.testing import factories
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.perks import service as perks_service

Promise = Callable[..., None]
Reply = Callable[[Ticket], None]


@pytest.fixture
def promise(desk: Desk) -> Promise:
    """Return a function that promises within the hours from 8 to 18 on weekdays."""

    def go(programme: Programme, **given: Any) -> None:
        hours = {"support_days": list("12345"), "support_from": time(8), "support_to": time(18)}
        targets = {"answer_minutes": 60, "solve_minutes": 600}
        rest = {"remote_minutes": None, "direct_line": ""}
        perks_service.keep_perks(desk, programme, hours | targets | rest | given)

    return go


@pytest.fixture
def reply(desk: Desk, agent: Person) -> Reply:
    """Return a function by which an agent answers the customer."""

    def go(ticket: Ticket) -> None:
        add_message(desk, ticket, NewMessage("Done.", "web", author_id=agent.id))
        desk.session.flush()

    return go


@pytest.fixture
def promised(desk: Desk, participation: Participation, promise: Promise) -> Participation:
    """Return the participation, of a programme that promises."""
    promise(participation.programme)
    desk.commit()
    return participation


@pytest.fixture
def ticket(desk: Desk, promised: Participation, customer: Person) -> Ticket:
    """Return a ticket that was opened at the promise's time."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def other(desk: Desk) -> Ticket:
    """Return a ticket of a customer who takes part in nothing."""
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    return factories.make_ticket(desk, stranger, subject="Nothing to do with it")
