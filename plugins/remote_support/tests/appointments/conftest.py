# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is planned for a time, and an appointment of tomorrow at ten."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tresen.sdk import Desk, Person, Ticket
from tresen_remote_support import scopes
from tresen_remote_support.appointments import service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.providers.registry import BROWSER
from tresen_remote_support.service import Wish

Acting = Callable[[Person], Desk]
Wishes = Callable[..., Wish]
Plan = Callable[..., RemoteSession]
Local = Callable[[str], datetime]


@pytest.fixture
def local() -> Local:
    """Return a function that gives the moment at which the operator's clock shows a text."""

    def go(text: str) -> datetime:
        zone = ZoneInfo("Europe/Berlin")
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)

    return go


@pytest.fixture
def wishes(customer: Person) -> Wishes:
    """Return a function that gives what is planned for a moment, half an hour long."""

    def go(starts_at: datetime, minutes: int = 30, **given: Any) -> Wish:
        usual = {"purpose": "The import", "scope": scopes.VIEW, "provider": BROWSER.key}
        ends_at = starts_at + timedelta(minutes=minutes)
        times = {"planned_from": starts_at, "planned_to": ends_at}
        return Wish(**usual | times | {"person_id": customer.id} | given)

    return go


@pytest.fixture
def plan(ticket: Ticket, agent: Person, acting: Acting, wishes: Wishes, local: Local) -> Plan:
    """Return a function that plans a session of the agent at a time of the operator's clock."""

    def go(text: str, by: Person | None = None, minutes: int = 30) -> RemoteSession:
        working = acting(by or agent)
        row = service.plan(working, ticket, wishes(local(text), minutes))
        working.commit()
        return row

    return go


@pytest.fixture
def planned(plan: Plan) -> RemoteSession:
    """Return an appointment of tomorrow at ten."""
    return plan("2026-03-11 10:00")
