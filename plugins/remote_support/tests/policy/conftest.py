# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk of an administrator, settings, and sessions that took minutes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from tresen.sdk import Actor, Desk, Person, Ticket
from tresen_remote_support import answers, offers, scopes, service, states
from tresen_remote_support.models import Base, RemoteSession
from tresen_remote_support.providers.registry import BROWSER

Acting = Callable[[Person], Desk]
Settings = Callable[..., None]
Wish = Callable[..., service.Wish]
Held = Callable[..., RemoteSession]

AGENTS_MAY = "remote_support.read", "remote_support.work", "tickets.read", "tickets.read_restricted"


@pytest.fixture
def acting(desk: Desk) -> Acting:
    """Return a function that gives the desk of an agent, an administrator or a customer."""

    def go(person: Person) -> Desk:
        kind = "customer" if person.organisation_id else "agent"
        rights = set(AGENTS_MAY) if kind == "agent" else {"remote_support.take_part"}
        if person.role == "administrator":
            rights.add("remote_support.administer")
        actor = Actor(person.name, kind, person.id, person.organisation_id, frozenset(rights))
        return replace(desk, actor=actor)

    return go


@pytest.fixture
def settings(desk: Desk) -> Settings:
    """Return a function that keeps settings of the plugin."""

    def keep(**values: Any) -> None:
        rows = Base.metadata.tables["setting"]
        named = {"name": "remote_support", "values": values, "changed_at": desk.now()}
        desk.session.execute(rows.delete().where(rows.c.name == "remote_support"))
        desk.session.execute(insert(rows).values(**named))
        desk.commit()

    return keep


@pytest.fixture
def wish(customer: Person) -> Wish:
    """Return a function that gives what an agent wants of the customer."""

    def go(**given: Any) -> service.Wish:
        usual = {"purpose": "The printer", "scope": scopes.VIEW, "provider": BROWSER.key}
        return service.Wish(**usual | {"person_id": customer.id} | given)

    return go


@pytest.fixture
def held(desk: Desk, ticket: Ticket, agent: Person) -> Held:
    """Return a function that keeps a session that began at a moment and took so many minutes.

    Without minutes nothing was written down of it; without an end it runs still.
    """

    def go(started_at: datetime, minutes: int | None = None, **given: Any) -> RemoteSession:
        usual = {
            "reference": offers.new_reference(),
            "ticket_id": ticket.id,
            "organisation_id": ticket.organisation_id,
            "agent_id": agent.id,
            "provider": BROWSER.key,
            "scope": scopes.VIEW,
            "purpose": "The printer",
            "state": states.ACTIVE,
            "requested_at": started_at,
            "changed_at": started_at,
            "started_at": started_at,
        }
        if minutes is not None:
            ended = started_at + timedelta(minutes=minutes)
            over = {"ended_at": ended, "documented_at": ended, "minutes": minutes}
            usual |= over | {"state": states.ENDED, "actions": "Done.", "result": states.SOLVED}
        row = RemoteSession(**usual | given)
        desk.session.add(row)
        desk.commit()
        return row

    return go


@pytest.fixture
def agreed(
    ticket: Ticket, agent: Person, customer: Person, acting: Acting, wish: Wish
) -> RemoteSession:
    """Return a session that the customer has agreed to, and that has not begun."""
    working = acting(agent)
    row = service.request(working, ticket, wish())
    service.offer(working, row)
    answers.agree(acting(customer), row, offers.LINK, customer.name)
    working.commit()
    return row
