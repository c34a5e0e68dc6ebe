# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate says why it is shut, looks again after others had time, and tells a tool no more than
it needs.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from tresen.sdk import Desk
from tresen_remote_support import consents, scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import gate, meshcentral, registry
from tresen_remote_support.providers.interface import Provider
from tresen_remote_support.providers.records import Asked

Running = Callable[..., RemoteSession]
ProfileOf = Callable[[str], AccessProfile]


@pytest.fixture
def anydesk(agent_desk: Desk) -> Provider:
    """Return a tool that a link opens."""
    return registry.PROVIDERS["anydesk"]


@pytest.fixture
def row(running: Running) -> RemoteSession:
    """Return a session with it, while it runs."""
    return running("anydesk", scopes.VIEW, scopes.CONTROL)


def test_gate_is_open_while_the_session_runs(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider
) -> None:
    gate.demand(agent_desk, row, anydesk)
    gate.demand_still(agent_desk, row, anydesk)
    assert consents.is_covered(agent_desk, row)


def test_gate_is_shut_before_the_agent_begins(
    agent_desk: Desk, consented: Running, anydesk: Provider
) -> None:
    with pytest.raises(gate.Closed, match="is opened while the session runs"):
        gate.demand(agent_desk, consented("anydesk", scopes.VIEW), anydesk)


def test_gate_is_shut_during_a_pause(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider
) -> None:
    service.pause(agent_desk, row)
    with pytest.raises(gate.Closed, match="is opened while the session runs"):
        gate.demand(agent_desk, row, anydesk)
    service.begin(agent_desk, row)
    gate.demand(agent_desk, row, anydesk)


def test_gate_is_shut_to_more_than_was_agreed_to(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider
) -> None:
    row.scope = scopes.line([scopes.VIEW, scopes.FILES])
    with pytest.raises(gate.Closed, match="has not agreed to this"):
        gate.demand(agent_desk, row, anydesk)


def test_gate_is_shut_to_what_is_only_asked_for(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider
) -> None:
    service.widen(agent_desk, row, scopes.FILES)
    # Until the customer answers, the earlier scope counts.
    gate.demand(agent_desk, row, anydesk)
    assert row.scope == "view control"


def test_gate_is_shut_once_a_consent_lapses(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider
) -> None:
    found = consents.in_force(agent_desk, row)
    assert found is not None
    found.until = agent_desk.now() + timedelta(seconds=1)
    agent_desk.session.flush()
    gate.demand(agent_desk, row, anydesk)
    found.until = agent_desk.now()
    agent_desk.session.flush()
    with pytest.raises(gate.Closed, match="has not agreed to this"):
        gate.demand(agent_desk, row, anydesk)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"state": "revoked"}, "is opened while the session runs"),
        ({"state": "paused"}, "is opened while the session runs"),
        ({"provider": "phone"}, "agreed to another tool"),
        ({"scope": "view files"}, "has not agreed to this"),
    ],
)
def test_gate_looks_again_at_what_others_changed(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider, changed: dict[str, str], sentence: str
) -> None:
    # As another connection would: the row that is held here does not know.
    statement = update(RemoteSession).where(RemoteSession.id == row.id).values(changed)
    agent_desk.session.execute(statement, execution_options={"synchronize_session": False})
    gate.demand(agent_desk, row, anydesk)
    with pytest.raises(gate.Closed, match=sentence):
        gate.demand_still(agent_desk, row, anydesk)


def test_tool_is_told_what_it_needs_and_no_more(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider
) -> None:
    row.external_id = "123456789"
    assert gate.asked(agent_desk, row, anydesk, None) == Asked(
        reference=row.reference,
        ticket=row.ticket.number,
        agent="Anna Agent",
        device_id="123456789",
        kinds=frozenset({scopes.VIEW, scopes.CONTROL}),
        moment=agent_desk.now(),
    )


def test_device_of_the_profile_goes_before_a_number_that_was_noted(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider, profile_of: ProfileOf
) -> None:
    row.external_id = "1"
    profile = profile_of("anydesk")
    assert gate.asked(agent_desk, row, anydesk, profile).device_id == "123456789"
    profile.target_id = ""
    assert gate.asked(agent_desk, row, anydesk, profile).device_id == "1"


def test_name_of_a_session_is_no_device(
    agent_desk: Desk, running: Running, profile_of: ProfileOf
) -> None:
    row = running(meshcentral.KEY, profile=profile_of(meshcentral.KEY))
    row.external_id = "share0"
    tool = registry.provider(agent_desk, meshcentral.KEY)
    with pytest.raises(gate.Closed, match="Say which device"):
        gate.asked(agent_desk, row, tool, None)


def test_session_without_its_agent_is_told_without_a_name(
    agent_desk: Desk, row: RemoteSession, anydesk: Provider
) -> None:
    row.agent = None
    assert gate.known(agent_desk, row, anydesk, None).agent == ""
