# SPDX-License-Identifier: AGPL-3.0-or-later
"""A written permission stands for the consent, never longer than it holds, and its use is told."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Message, Person, Refused, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import consents, queries, scopes, service, states
from tresen_remote_support.models import Consent, RemoteSession
from tresen_remote_support.profiles import granting, jobs
from tresen_remote_support.profiles import service as profiles
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import gate
from tresen_remote_support.providers import service as tools

Ask = Callable[..., RemoteSession]
Values = Callable[..., dict[str, Any]]
# The midnight after 31 March in Berlin, where summer has begun.
END = datetime(2026, 3, 31, 22, tzinfo=UTC)


@pytest.fixture
def running(agent_desk: Desk, ask: Ask) -> RemoteSession:
    """Return a session that runs by the permission."""
    row = ask()
    granting.grant(agent_desk, row)
    service.begin(agent_desk, row)
    agent_desk.commit()
    return row


@pytest.fixture
def at_any_time(desk: Desk, access: AccessProfile) -> None:
    """Let the access be used at night, too."""
    access.opens = access.closes = None
    desk.commit()


def told(desk: Desk) -> list[tuple[str, bool, Any]]:
    """Return each message that Tresen wrote, with whether it is public and to whom."""
    desk.session.flush()
    statement = select(Message).where(Message.is_inbound.is_(False)).order_by(Message.id)
    return [
        (row.body.split("\n")[0], row.is_public, row.recipients.get("to"))
        for row in desk.session.scalars(statement)
    ]


def test_permission_gives_the_consent(
    agent_desk: Desk, ask: Ask, customer: Person, access: AccessProfile
) -> None:
    row = ask()
    granting.grant(agent_desk, row)
    found = consents.in_force(agent_desk, row)
    assert found is not None
    assert (found.channel, found.scope, found.until) == ("standing", row.scope, END)
    assert (found.name, found.person_id) == (access.standing_basis, customer.id)
    assert row.state == states.CONSENTED


def test_consent_says_on_what_it_rests(agent_desk: Desk, ask: Ask) -> None:
    row = ask()
    granting.grant(agent_desk, row)
    (found,) = queries.consents(agent_desk, row)
    assert found.text.body == (
        "Standing permission: Letter of Karla Kundin, 2 March 2026."
        " It holds from Mar 2, 2026 to Mar 31, 2026.\n\n"
        "Devices: lager-1.example:3389, lager-2.example:3389\n\n"
        "Those who approve are told after each use."
    )


def test_profile_brings_its_tool(ask: Ask) -> None:
    assert ask(provider="phone").provider == "rdp"


def test_tool_opens_by_the_permission(agent_desk: Desk, running: RemoteSession) -> None:
    links = tools.open_tool(agent_desk, running)
    assert links.agent == "rdp://full%20address=s:lager-1.example:3389"


def test_permission_is_needed_to_work_unattended(
    agent_desk: Desk, ask: Ask, clock: SteppedClock
) -> None:
    with pytest.raises(Refused, match="needs an access profile with a written permission"):
        ask(profile_id=None, provider="rdp")
    clock.moment = END
    with pytest.raises(Refused, match="needs an access profile with a written permission"):
        ask()


@pytest.mark.usefixtures("at_any_time")
def test_permission_holds_on_its_last_day(ask: Ask, clock: SteppedClock) -> None:
    clock.moment = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)
    assert ask().state == states.REQUESTED


@pytest.mark.usefixtures("at_any_time")
def test_permission_that_lapsed_gives_no_consent(
    agent_desk: Desk, ask: Ask, clock: SteppedClock
) -> None:
    row = ask()
    clock.moment = END
    with pytest.raises(Refused, match="No standing permission covers this session"):
        granting.grant(agent_desk, row)
    assert row.state == states.REQUESTED


def test_customer_is_asked_where_that_was_agreed(
    desk: Desk, agent_desk: Desk, ask: Ask, access: AccessProfile, profile_values: Values
) -> None:
    profiles.change_profile(desk, access, profile_values(needs_consent=True))
    row = ask()
    with pytest.raises(Refused, match="offer it to the customer"):
        granting.grant(agent_desk, row)


def test_customer_is_asked_while_they_are_there(agent_desk: Desk, ask: Ask) -> None:
    row = ask(scopes.VIEW)
    with pytest.raises(Refused, match="offer it to the customer"):
        granting.grant(agent_desk, row)


@pytest.mark.usefixtures("at_any_time")
def test_session_never_outlives_the_permission(
    agent_desk: Desk, ask: Ask, clock: SteppedClock
) -> None:
    clock.moment = datetime(2026, 3, 31, 21, 50, tzinfo=UTC)
    row = ask()
    granting.grant(agent_desk, row)
    assert row.open_until == END
    service.begin(agent_desk, row)
    clock.moment = END
    assert not consents.is_covered(agent_desk, row)
    with pytest.raises(gate.Closed, match="has not agreed"):
        tools.open_tool(agent_desk, row)


def test_session_of_a_lapsed_permission_ends(
    desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    jobs.end_lapsed(desk)
    assert running.state == states.ACTIVE
    clock.moment = END
    jobs.end_lapsed(desk)
    jobs.end_lapsed(desk)
    assert (running.state, running.ended_by) == (states.ENDED, states.TRESEN)


@pytest.mark.parametrize(
    "changed",
    [
        {"standing_until": date(2026, 3, 9)},
        {
            "needs_consent": True,
            "standing_basis": "",
            "standing_from": None,
            "standing_until": None,
            "devices": "",
        },
    ],
)
def test_permission_that_is_taken_back_ends_what_runs(
    desk: Desk,
    running: RemoteSession,
    access: AccessProfile,
    profile_values: Values,
    changed: dict[str, Any],
) -> None:
    profiles.change_profile(desk, access, profile_values(**changed))
    assert consents.in_force(desk, running) is None
    jobs.end_lapsed(desk)
    assert running.state == states.ENDED


def test_permission_that_is_cut_short_ends_earlier(
    desk: Desk, running: RemoteSession, access: AccessProfile, profile_values: Values
) -> None:
    profiles.change_profile(desk, access, profile_values(standing_until=date(2026, 3, 12)))
    found = desk.session.scalar(select(Consent).where(Consent.session_id == running.id))
    desk.session.refresh(found)
    assert found is not None
    assert found.until == datetime(2026, 3, 12, 23, tzinfo=UTC)


def test_permission_that_is_prolonged_prolongs_no_consent(
    desk: Desk, running: RemoteSession, access: AccessProfile, profile_values: Values
) -> None:
    profiles.change_profile(desk, access, profile_values(standing_until=date(2026, 12, 31)))
    found = consents.in_force(desk, running)
    assert found is not None
    assert found.until == END


def test_removed_profile_ends_what_runs_by_it(
    desk: Desk, running: RemoteSession, access: AccessProfile
) -> None:
    profiles.remove_profile(desk, access)
    desk.session.refresh(running)
    assert running.profile_id is None
    assert consents.in_force(desk, running) is None


def test_nobody_is_there_to_be_asked_for_more(agent_desk: Desk, running: RemoteSession) -> None:
    with pytest.raises(Refused, match="Nobody sits at the screen"):
        service.widen(agent_desk, running, scopes.FILES)


def test_approver_is_told_after_each_use(agent_desk: Desk, running: RemoteSession) -> None:
    service.end(agent_desk, running)
    said = "Anna Agent worked at lager-1.example:3389 (Lager 1) while nobody was there."
    assert told(agent_desk) == [(said, True, ["karla@kunde.example"])]


def test_approver_is_told_on_a_new_ticket_where_the_old_one_is_closed(
    desk: Desk, agent_desk: Desk, running: RemoteSession, ticket: Ticket, customer: Person
) -> None:
    factories.change_ticket(desk, ticket, state="closed")
    service.end(agent_desk, running)
    opened = desk.session.scalar(select(Ticket).order_by(Ticket.id.desc()).limit(1))
    assert opened is not None
    assert (opened.subject, opened.requester_id, opened.id == ticket.id) == (
        "Remote access to Lager 1 was used",
        customer.id,
        False,
    )


def test_agents_read_that_nobody_is_left_to_be_told(
    desk: Desk, agent_desk: Desk, running: RemoteSession, customer: Person
) -> None:
    factories.erase_person(desk, customer)
    service.end(agent_desk, running)
    said = "Nobody is left to be told of this use of the access “Lager 1”."
    assert told(agent_desk) == [(said, False, None)]


def test_nobody_is_told_of_what_never_began(agent_desk: Desk, ask: Ask) -> None:
    row = ask()
    granting.grant(agent_desk, row)
    service.cancel(agent_desk, row)
    assert told(agent_desk) == []


def test_nobody_is_told_of_a_session_that_the_customer_agreed_to(
    agent_desk: Desk, ask: Ask
) -> None:
    row = ask(scopes.VIEW)
    row.state = states.ACTIVE
    row.started_at = agent_desk.now()
    service.end(agent_desk, row)
    assert told(agent_desk) == []
