# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ticket, and a session about it in each state that tests begin from."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Actor, Core, Desk, Person, Ticket, desk_for
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, offers, scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.seating import COOKIE

Acting = Callable[[Person], Desk]
Ask = Callable[..., RemoteSession]
SignIn = Callable[[Person], FlaskClient]

AGENTS_MAY = "remote_support.read", "remote_support.work", "tickets.read", "tickets.read_restricted"


@pytest.fixture
def acting(desk: Desk) -> Acting:
    """Return a function that gives the desk of a person of either side."""

    def go(person: Person) -> Desk:
        kind = "customer" if person.organisation_id else "agent"
        may = frozenset({"remote_support.take_part"} if kind == "customer" else set(AGENTS_MAY))
        actor = Actor(person.name, kind, person.id, person.organisation_id, may)
        return replace(desk, actor=actor)

    return go


@pytest.fixture
def agent_desk(agent: Person, acting: Acting) -> Desk:
    """Return the agent's desk."""
    return acting(agent)


@pytest.fixture
def colleague(desk: Desk) -> Person:
    """Return another agent."""
    made = factories.make_person(desk, "Conrad Colleague", "conrad@tresen.example", role="agent")
    desk.commit()
    return made


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """Return the ticket that the session is about."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def ask(agent_desk: Desk, ticket: Ticket) -> Ask:
    """Return a function that requests a session as the agent."""

    def go(**given: Any) -> RemoteSession:
        usual = {"purpose": "The import stops.", "scope": scopes.VIEW, "provider": "browser"}
        wish = service.Wish(**(usual | {"person_id": ticket.requester_id} | given))
        return service.request(agent_desk, ticket, wish)

    return go


@pytest.fixture
def requested(agent_desk: Desk, ask: Ask) -> RemoteSession:
    """Return a session that the customer was not told of yet."""
    made = ask()
    agent_desk.commit()
    return made


@pytest.fixture
def ways(agent_desk: Desk, requested: RemoteSession) -> offers.Ways:
    """Return the ways in that the customer was given to the session."""
    made = service.offer(agent_desk, requested)
    agent_desk.commit()
    return made


@pytest.fixture
def offered(requested: RemoteSession, ways: offers.Ways) -> RemoteSession:
    """Return the session that the customer was asked for."""
    assert ways.pin.isdecimal()
    return requested


@pytest.fixture
def seat(desk: Desk, offered: RemoteSession) -> str:
    """Return the token of the customer's seat, after they agreed."""
    token = answers.agree(answers.acting(desk, offered), offered, offers.LINK, "Karla Kundin")
    desk.commit()
    return token


@pytest.fixture
def consented(offered: RemoteSession, seat: str) -> RemoteSession:
    """Return the session that the customer agreed to."""
    assert seat
    return offered


@pytest.fixture
def running(agent_desk: Desk, consented: RemoteSession) -> RemoteSession:
    """Return the session while it runs."""
    service.begin(agent_desk, consented)
    agent_desk.commit()
    return consented


@pytest.fixture
def ended(agent_desk: Desk, running: RemoteSession, clock: SteppedClock) -> RemoteSession:
    """Return the session after eight minutes, without a note."""
    clock.go(minutes=8)
    service.end(agent_desk, running)
    agent_desk.commit()
    return running


@pytest.fixture
def documented(agent_desk: Desk, ended: RemoteSession) -> RemoteSession:
    """Return the session with its note."""
    service.document(agent_desk, ended, {"actions": "A tick.", "result": "solved", "minutes": 8})
    agent_desk.commit()
    return ended


@pytest.fixture
def seated(client: FlaskClient, offered: RemoteSession, seat: str) -> FlaskClient:
    """Return the customer's browser, which has the seat and no account."""
    client.set_cookie(COOKIE, seat, path=f"/remote_support/seat/{offered.reference}")
    return client


@pytest.fixture
def reload(core: Core) -> Callable[[RemoteSession], RemoteSession]:
    """Return a function that reads a session as the database has it now."""

    def go(row: RemoteSession) -> RemoteSession:
        with desk_for(core) as fresh:
            return fresh.session.get_one(RemoteSession, row.id)

    return go
