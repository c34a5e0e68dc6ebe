# SPDX-License-Identifier: AGPL-3.0-or-later
"""An administrator may go beyond hours, quota or contract with a reason, which stays there."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Forbidden, Person, Refused, Ticket
from tresen.testing import factories
from tresen_remote_support import queries as sessions
from tresen_remote_support import service, states
from tresen_remote_support.models import Base, RemoteSession
from tresen_remote_support.policy import service as policy

Acting = Callable[[Person], Desk]
Settings = Callable[..., None]
Wish = Callable[..., service.Wish]
Held = Callable[..., RemoteSession]
# The clock of the tests stands at a Tuesday morning.
CLOSED = {"hours_days": "12345", "hours_from": "20:00", "hours_to": "21:00"}
WHY = "The warehouse stands still."


@pytest.fixture
def closed(settings: Settings) -> None:
    """Close remote support now."""
    settings(**CLOSED)


def journal(desk: Desk, row: RemoteSession) -> list[tuple[str, object]]:
    """Return the action and the new text of each entry about going beyond."""
    entry = Base.metadata.tables["journal_entry"].c
    statement = (
        select(entry.action, entry.new)
        .where(entry.subject_kind == service.SESSION, entry.subject_id == row.id)
        .where(entry.field == "emergency")
        .order_by(entry.id)
    )
    return [tuple(each) for each in desk.session.execute(statement)]


@pytest.mark.usefixtures("closed")
def test_administrator_goes_beyond_with_a_reason(
    desk: Desk, ticket: Ticket, administrator: Person, acting: Acting, wish: Wish
) -> None:
    working = acting(administrator)
    row = service.request(working, ticket, wish(emergency=f" {WHY} "))
    service.offer(working, row)
    found = (row.state, row.emergency, journal(desk, row))
    assert found == (states.OFFERED, WHY, [("requested", WHY)])


@pytest.mark.usefixtures("closed")
def test_nobody_else_goes_beyond(ticket: Ticket, agent: Person, acting: Acting, wish: Wish) -> None:
    with pytest.raises(Forbidden):
        service.request(acting(agent), ticket, wish(emergency=WHY))
    with pytest.raises(Refused, match="outside the hours"):
        service.request(acting(agent), ticket, wish(emergency="  "))


def test_session_within_the_rules_is_not_flagged(
    desk: Desk, ticket: Ticket, administrator: Person, acting: Acting, wish: Wish
) -> None:
    row = service.request(acting(administrator), ticket, wish(emergency=WHY))
    assert (row.emergency, journal(desk, row)) == ("", [])


@pytest.mark.usefixtures("closed")
def test_reason_does_not_replace_the_note_of_an_earlier_session(
    desk: Desk,
    ticket: Ticket,
    administrator: Person,
    acting: Acting,
    wish: Wish,
    held: Held,
) -> None:
    ended = {"state": states.ENDED, "ended_at": desk.now(), "agent_id": administrator.id}
    held(desk.now(), **ended)
    with pytest.raises(Refused, match=r"^First write down what was done") as refused:
        service.request(acting(administrator), ticket, wish(emergency=WHY))
    assert "outside the hours" not in refused.value.sentence


def test_administrator_lets_a_session_begin_that_was_late(
    desk: Desk,
    agreed: RemoteSession,
    agent: Person,
    administrator: Person,
    acting: Acting,
    settings: Settings,
) -> None:
    settings(**CLOSED)
    with pytest.raises(Refused, match="outside the hours"):
        service.begin(acting(agent), agreed)
    policy.go_beyond(acting(administrator), agreed, WHY)
    service.begin(acting(agent), agreed)
    assert (agreed.state, journal(desk, agreed)) == (states.ACTIVE, [("changed", WHY)])


def test_going_beyond_needs_something_to_go_beyond(
    agreed: RemoteSession, agent: Person, administrator: Person, acting: Acting
) -> None:
    with pytest.raises(
        Refused, match="Neither hours nor quota nor contract stand against this session"
    ):
        policy.go_beyond(acting(administrator), agreed, WHY)
    with pytest.raises(Forbidden):
        policy.go_beyond(acting(agent), agreed, WHY)
    service.begin(acting(agent), agreed)
    with pytest.raises(Refused, match="still to begin"):
        policy.go_beyond(acting(administrator), agreed, WHY)


def test_consent_is_demanded_beyond_the_rules_too(
    ticket: Ticket, administrator: Person, acting: Acting, wish: Wish, settings: Settings
) -> None:
    settings(**CLOSED)
    working = acting(administrator)
    row = service.request(working, ticket, wish(emergency=WHY))
    service.offer(working, row)
    with pytest.raises(Refused, match="The customer has not agreed to this"):
        service.begin(working, row)


@pytest.mark.usefixtures("closed")
def test_sessions_beyond_the_rules_have_a_list(
    desk: Desk, ticket: Ticket, administrator: Person, acting: Acting, wish: Wish
) -> None:
    working = acting(administrator)
    row = service.request(working, ticket, wish(emergency=WHY))
    assert [each.id for each in sessions.sessions(desk, sessions.BEYOND)] == [row.id]
    row.emergency = ""
    desk.session.flush()
    assert sessions.sessions(desk, sessions.BEYOND) == []


@pytest.mark.usefixtures("closed")
def test_erased_person_is_gone_from_the_reason(
    desk: Desk, ticket: Ticket, administrator: Person, acting: Acting, wish: Wish
) -> None:
    row = service.request(acting(administrator), ticket, wish(emergency="Karla Kundin asked."))
    factories.erase_person(desk, desk.session.get_one(Person, ticket.requester_id))
    desk.session.refresh(row)
    assert "Karla" not in row.emergency
