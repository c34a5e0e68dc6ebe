# SPDX-License-Identifier: AGPL-3.0-or-later
"""An installation of a customer's, its access profile, and sessions under it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from tresen.sdk import Actor, Desk, Installation, Person, Ticket
from tresen.testing import factories
from tresen_remote_support import scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import service as profiles
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers.models import Tool

Values = Callable[..., dict[str, Any]]
Ask = Callable[..., RemoteSession]


@pytest.fixture(autouse=True)
def rdp(desk: Desk) -> Tool:
    """Offer RDP, with which one can work while nobody is there."""
    row = Tool(key="rdp", is_offered=True)
    desk.session.add(row)
    desk.commit()
    return row


@pytest.fixture
def installation(desk: Desk, customer: Person) -> Installation:
    """Return where the customer runs the product."""
    assert customer.organisation_id is not None
    made = factories.make_installation(desk, customer.organisation_id, factories.make_product(desk))
    desk.commit()
    return made


@pytest.fixture
def profile_values(installation: Installation, customer: Person) -> Values:
    """Return a function that gives the fields of a profile with a standing permission."""

    def values(**given: Any) -> dict[str, Any]:
        usual = {
            "installation_id": installation.id,
            "title": "Lager 1",
            "provider": "rdp",
            "target_id": "lager-1.example:3389",
            "secret_place": "tresor/kunde/lager-1",
            "days": ["1", "2", "3", "4", "5"],
            "opens": time(8),
            "closes": time(18),
            "approvers": [customer.id],
            "needs_consent": False,
            "standing_basis": "Letter of Karla Kundin, 2 March 2026",
            "standing_from": date(2026, 3, 2),
            "standing_until": date(2026, 3, 31),
            "devices": "lager-1.example:3389\nlager-2.example:3389",
            "agreement_number": "AVV-17",
            "agreement_until": date(2026, 12, 31),
            "may_record": False,
            "recording_days": None,
            "data_class": "Orders with names",
            "note": "",
        }
        return usual | given

    return values


@pytest.fixture
def access(desk: Desk, customer: Person, profile_values: Values) -> AccessProfile:
    """Return the profile."""
    assert customer.organisation_id is not None
    made = profiles.add_profile(desk, customer.organisation_id, profile_values())
    desk.commit()
    return made


@pytest.fixture
def ticket(desk: Desk, customer: Person, installation: Installation) -> Ticket:
    """Return a ticket of the customer about the installation."""
    made = factories.make_ticket(desk, customer, installation_id=installation.id)
    desk.commit()
    return made


@pytest.fixture
def agent_desk(desk: Desk, agent: Person) -> Desk:
    """Return the agent's desk."""
    return replace(desk, actor=Actor(agent.name, "agent", agent.id))


@pytest.fixture
def ask(agent_desk: Desk, ticket: Ticket, access: AccessProfile) -> Ask:
    """Return a function that requests a session under the profile."""

    def go(*kinds: str, **given: Any) -> RemoteSession:
        usual = {
            "purpose": "Update of the night",
            "scope": scopes.line(kinds or (scopes.VIEW, scopes.CONTROL, scopes.UNATTENDED)),
            "provider": "phone",
            "person_id": ticket.requester_id,
            "profile_id": access.id,
        }
        return service.request(agent_desk, ticket, service.Wish(**(usual | given)))

    return go
